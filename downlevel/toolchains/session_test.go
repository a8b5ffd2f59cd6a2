package toolchains_test

import (
	"context"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
)

// Nothing of the user's environment reaches the tool but PATH, and what it
// writes goes into directories of its own.
func TestIsolation(t *testing.T) {
	g := NewWithT(t)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "leaked")
	t.Setenv("DOCKER_CONFIG", "/leaked")
	t.Setenv("XDG_CONFIG_HOME", "/leaked")
	i, p := fake(t, "", ""), place(t)
	s := start(t, i, p)
	out := do(t.Context(), t, s, i, toolchains.Copy, toolchains.Vars{Image: "localhost:5000/a", Tag: "v1"})
	g.Expect(out.Stdout).NotTo(ContainSubstring("leaked"))
	env := map[string]string{}
	for line := range strings.Lines(out.Stdout) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		env[name] = value
	}
	for _, name := range []string{"HOME", "TMPDIR", "STATE", "WORK", "OUT", "TOOL", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
		"XDG_DATA_HOME", "XDG_RUNTIME_DIR", "FAKE_CONFIG", "FAKE_SOCKET"} {
		g.Expect(env[name]).To(HavePrefix(p.Dir+"/"), name)
	}
	g.Expect(env["FAKE_CONFIG"]).To(Equal(env["HOME"] + "/fake"))
	g.Expect(env["PWD"]).To(Equal(env["WORK"]))
	g.Expect(env).NotTo(HaveKey("PASSWORD"))
	g.Expect(env).To(And(HaveKeyWithValue("IMAGE", "localhost:5000/a"), HaveKeyWithValue("TAG", "v1"),
		HaveKeyWithValue("REGISTRY", "localhost:5000")))
	g.Expect(filepath.Join(env["TOOL"], "more/one.txt")).To(BeARegularFile())
	g.Expect(filepath.Join(env["TOOL"], "policy.json")).To(BeARegularFile())
	s.Stop()
	g.Expect(os.ReadDir(p.Dir)).To(BeEmpty())
}

func TestActions(t *testing.T) {
	g := NewWithT(t)
	i := fake(t, "", "")
	s := start(t, i, place(t))
	vars := toolchains.Vars{Image: "localhost:5000/a", Tag: "v1"}
	out := do(t.Context(), t, s, i, toolchains.PullTag, vars)
	g.Expect(out.Exit).To(BeZero())
	g.Expect(out.Stdout).To(Equal("anonymous\n"))
	g.Expect(os.ReadFile(out.Out)).To(BeEquivalentTo("localhost:5000/a:v1\n"))
	s.After()
	g.Expect(out.Out).NotTo(BeAnExistingFile())
	again := do(t.Context(), t, s, i, toolchains.PullTag, vars)
	g.Expect(again.Out).NotTo(Equal(out.Out))
	g.Expect(do(t.Context(), t, s, i, toolchains.Inspect, vars).Exit).To(Equal(7))

	a := action(t, i, toolchains.Attach)
	prepared, err := s.Prepare(t.Context(), a, vars)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(prepared.Exit).To(BeZero())
	g.Expect(do(t.Context(), t, s, i, toolchains.Attach, vars).Stdout).To(Equal("key\n"))
}

func TestBeforeAndAfter(t *testing.T) {
	g := NewWithT(t)
	i := fake(t, "copy: fake env", `copy: cat "$STATE/order"`)
	s := start(t, i, place(t))
	g.Expect(do(t.Context(), t, s, i, toolchains.Copy, toolchains.Vars{}).Stdout).To(Equal("before\n"))
	s.After()
	g.Expect(do(t.Context(), t, s, i, toolchains.Copy, toolchains.Vars{}).Stdout).To(Equal("before\n"))
	s.Forget(t.Context())
	g.Expect(do(t.Context(), t, s, i, toolchains.Copy, toolchains.Vars{}).Stdout).To(Equal("before\nafter\n"))

	i = fake(t, `before: echo before >>"$STATE/order"`, "before: echo no room >&2; exit 3")
	s = start(t, i, place(t))
	_, err := s.Do(t.Context(), action(t, i, toolchains.Copy), toolchains.Vars{})
	g.Expect(err).To(MatchError("fake@1.2.3: before the first action: exit code 3: no room"))
}

// A tool that does not end is ended.
func TestTimeout(t *testing.T) {
	g := NewWithT(t)
	i, p := fake(t, "", ""), place(t)
	p.Timeout = 500 * time.Millisecond
	_, err := start(t, i, p).Do(t.Context(), action(t, i, toolchains.ListTags), toolchains.Vars{})
	g.Expect(err).To(MatchError(toolchains.ErrTimeout))
	g.Expect(err).To(MatchError("fake@1.2.3: it does not end: it was ended after 500ms"))
}

// What a tool printed before it was ended is kept.
func TestInterruption(t *testing.T) {
	g := NewWithT(t)
	i := fake(t, "list-tags: echo listed;", `list-tags: echo listed; touch "$FILE";`)
	listed := filepath.Join(t.TempDir(), "listed")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		NewWithT(t).Eventually(listed).WithTimeout(5 * time.Minute).Should(BeAnExistingFile())
	}()
	s := start(t, i, place(t))
	out, err := s.Do(ctx, action(t, i, toolchains.ListTags), toolchains.Vars{File: listed})
	g.Expect(err).To(MatchError(context.Canceled))
	g.Expect(out.Stdout).To(Equal("listed\n"))
	_, err = s.Do(ctx, action(t, i, toolchains.ListTags), toolchains.Vars{})
	g.Expect(err).To(MatchError(context.Canceled))
}

func TestLongOutputIsCut(t *testing.T) {
	g := NewWithT(t)
	i := fake(t, "copy: fake env", "copy: head -c 9000000 /dev/zero; echo end")
	out := do(t.Context(), t, start(t, i, place(t)), i, toolchains.Copy, toolchains.Vars{})
	g.Expect(len(out.Stdout)).To(BeNumerically("<", 3<<20))
	g.Expect(out.Stdout).To(And(ContainSubstring("bytes are left out"), HaveSuffix("end\n")))
}

// The password is used for the login, and shown nowhere.
func TestRedaction(t *testing.T) {
	g := NewWithT(t)
	coded := base64.StdEncoding.EncodeToString([]byte("ci:hunter22"))
	i, p := fake(t, "copy: fake env", "copy: echo Basic "+coded+"; cat $FAKE_CONFIG; cat $FAKE_CONFIG >&2"), place(t)
	p.Username, p.Password = "ci", "hunter22"
	s := start(t, i, p)
	out := do(t.Context(), t, s, i, toolchains.Copy, toolchains.Vars{})
	g.Expect(out.Stdout).To(Equal("Basic REDACTED\nci:REDACTED\n"))
	g.Expect(out.Stderr).To(Equal("ci:REDACTED\n"))
	g.Expect(out.Script).NotTo(Or(ContainSubstring("hunter22"), ContainSubstring(coded)))
	g.Expect(s.Setup()).To(And(ContainSubstring("export USERNAME=ci PASSWORD=REDACTED\nfake login"), Not(ContainSubstring("hunter22"))))

	i = fake(t, `login: fake login`, `login: echo "bad $PASSWORD" >&2; exit 1; fake login`)
	_, err := i.Start(t.Context(), p)
	g.Expect(err).To(MatchError("fake@1.2.3: the login at localhost:5000: exit code 1: bad REDACTED"))
	g.Expect(os.ReadDir(p.Dir)).To(HaveLen(1), "of the other session alone")
}

// A password that is part of many words is no reason to change a digest.
func TestShortPassword(t *testing.T) {
	g := NewWithT(t)
	i, p := fake(t, "copy: fake env", "copy: echo sha256:abab; cat $FAKE_CONFIG"), place(t)
	p.Username, p.Password = "ci", "ab"
	out := do(t.Context(), t, start(t, i, p), i, toolchains.Copy, toolchains.Vars{})
	g.Expect(out.Stdout).To(Equal("sha256:abab\nci:REDACTED\n"))
}

// The script is one that can be pasted into a shell, where it does the same.
func TestReadableScript(t *testing.T) {
	g := NewWithT(t)
	i := fake(t, "", "")
	s := start(t, i, place(t))
	vars := toolchains.Vars{Image: "localhost:5000/it's", Tag: "v1", Digest: "sha256:0"}
	out := do(t.Context(), t, s, i, toolchains.PullTag, vars)
	g.Expect(out.Script).To(Equal(`# Fake 1.2.3
export STATE="${STATE:-$(mktemp -d)}"
export OUT="$(mktemp -d)/out"
export IMAGE='localhost:5000/it'\''s'
export TAG=v1
export FAKE_CONFIG="$HOME/fake"
export FAKE_SOCKET="$STATE/socket"
echo before >>"$STATE/order"
fake pull "$IMAGE:$TAG" "$OUT"
`))
	pasted, err := exec.Command("sh", "-eu", "-c", out.Script+`cat "$OUT"`).CombinedOutput()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(pasted)).To(HaveSuffix("localhost:5000/it's:v1\n"))
	g.Expect(s.Setup()).To(BeEmpty())
}
