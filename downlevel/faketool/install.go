package faketool

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
)

var yields = map[toolchains.Verb]toolchains.Yield{
	toolchains.PullTag: toolchains.YieldsImage, toolchains.PullDigest: toolchains.YieldsImage, toolchains.ListTags: toolchains.YieldsTags,
	toolchains.Inspect: toolchains.YieldsManifest, toolchains.Discover: toolchains.YieldsReferrers,
}

// Install puts the fake tools on a PATH that has only them and a shell. It declares
// them in the folder that it returns. The programs only print their version: see
// [Start].
func Install(t *testing.T, names ...string) (folder string) {
	t.Helper()
	g := NewWithT(t)
	bin, folder := t.TempDir(), t.TempDir()
	for _, name := range names {
		g.Expect(os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\necho version 1.2.3\n"), 0o755)).To(Succeed())
		Declare(t, folder, name)
	}
	g.Expect(os.Symlink("/bin/sh", filepath.Join(bin, "sh"))).To(Succeed())
	t.Setenv("PATH", bin)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	return folder
}

// Declare writes the declaration of a fake tool into a folder of declarations.
func Declare(t *testing.T, folder, name string) {
	t.Helper()
	g := NewWithT(t)
	text := "title: " + name + "\nhome: https://example.com/\nprograms: [" + name + "]\nversion: {run: " + name + " --version}\nverbs:\n"
	for _, v := range toolchains.Verbs() {
		if _, ok := honest[v]; ok {
			text += fmt.Sprintf("  %s: {run: %s %s, yields: '%s'}\n", v, name, v, yields[v])
		}
	}
	g.Expect(os.MkdirAll(filepath.Join(folder, name), 0o755)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(folder, name, "toolchain.yaml"), []byte(text), 0o600)).To(Succeed())
}

// InstallPrograms is Install with programs that do the work of the fake tools in
// processes of their own. Each program is the test binary, see [Program].
func InstallPrograms(t *testing.T, names ...string) (folder string) {
	t.Helper()
	g := NewWithT(t)
	executable, err := os.Executable()
	g.Expect(err).NotTo(HaveOccurred())
	folder = Install(t, names...)
	for _, name := range names {
		program := filepath.Join(os.Getenv("PATH"), name)
		g.Expect(os.Remove(program)).To(Succeed())
		g.Expect(os.Symlink(executable, program)).To(Succeed())
	}
	return folder
}
