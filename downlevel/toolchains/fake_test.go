package toolchains_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
)

// fakeDeclaration drives a fake tool: its commands are those of the shell.
const fakeDeclaration = `title: Fake
home: https://example.com/fake
programs: [fake, fakectl]
version: {run: fake --version}
environment: {FAKE_CONFIG: $HOME/fake, FAKE_SOCKET: $STATE/socket}
login: fake login "$USERNAME" "$PASSWORD"
before: echo before >>"$STATE/order"
after: echo after >>"$STATE/order"
installs:
  - {version: 1.2.3, profiles: [ci, full], go: example.com/fake@v1.2.3}
verbs:
  pull-tag:
    - {versions: '<1.0', run: echo old}
    - {versions: '>=1.0 <2.0', run: 'fake pull "$IMAGE:$TAG" "$OUT"', yields: image}
  copy: fake env
  inspect: exit 7
  list-tags: echo listed; sleep 1000
  attach: {prepare: 'echo key >"$STATE/key"', run: 'cat "$STATE/key"'}
`

// fakeProgram is the tool, of a version.
const fakeProgram = `#!/bin/sh
case $1 in
--version) echo "fake tool, version VERSION (built with go1.26)" ;;
login) echo "$2:$3" >"$FAKE_CONFIG" ;;
pull) echo "$2" >"$3"; cat "$FAKE_CONFIG" 2>/dev/null || echo anonymous ;;
env) env ;;
esac
`

// fakeTool is the declaration, with one part of it replaced if old is given.
func fakeTool(t *testing.T, old, replacement string) []toolchains.Toolchain {
	t.Helper()
	all, err := toolchains.Load(fstest.MapFS{
		"fake/toolchain.yaml": {Data: []byte(strings.Replace(fakeDeclaration, old, replacement, 1))},
		"fake/policy.json":    {Data: []byte("{}")},
		"fake/more/one.txt":   {Data: []byte("one")},
	})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return all
}

// programs writes the programs of a version of the fake tool into dir.
func programs(t *testing.T, dir, version string) string {
	t.Helper()
	g := NewWithT(t)
	g.Expect(os.MkdirAll(dir, 0o755)).To(Succeed())
	for _, name := range []string{"fake", "fakectl"} {
		text := strings.ReplaceAll(fakeProgram, "VERSION", version)
		g.Expect(os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755)).To(Succeed())
	}
	return dir
}

// onPath puts directories in front of PATH.
func onPath(t *testing.T, dirs ...string) {
	t.Setenv("PATH", strings.Join(append(dirs, os.Getenv("PATH")), ":"))
}

// fake is version 1.2.3 of the fake tool, on PATH.
func fake(t *testing.T, old, replacement string) toolchains.Installed {
	t.Helper()
	onPath(t, programs(t, t.TempDir(), "1.2.3"))
	found, err := toolchains.FindAmong(t.Context(), fakeTool(t, old, replacement), toolchains.Cache{Dir: t.TempDir()})
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(found).To(HaveLen(1))
	return found[0]
}

// place is one with a short name, as daemons want it.
func place(t *testing.T) toolchains.Place {
	t.Helper()
	dir, err := os.MkdirTemp("", "a")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return toolchains.Place{Dir: dir, Registry: "localhost:5000", Timeout: 5 * time.Minute}
}

// start makes a session that ends with the test.
func start(t *testing.T, i toolchains.Installed, p toolchains.Place) *toolchains.Session {
	t.Helper()
	s, err := i.Start(t.Context(), p)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	t.Cleanup(s.Stop)
	return s
}

// action is how the tool does what the verb says.
func action(t *testing.T, i toolchains.Installed, v toolchains.Verb) toolchains.Action {
	t.Helper()
	a, ok := i.Action(v)
	NewWithT(t).Expect(ok).To(BeTrue())
	return a
}

func do(ctx context.Context, t *testing.T, s *toolchains.Session, i toolchains.Installed, v toolchains.Verb, vars toolchains.Vars) toolchains.Output {
	t.Helper()
	out, err := s.Do(ctx, action(t, i, v), vars)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return out
}
