package toolchains_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
)

// cached puts a version of the fake tool into the cache, all of its programs or those that
// are named; its manifest only when it is whole.
func cached(t *testing.T, cache toolchains.Cache, version string, whole bool, names ...string) {
	t.Helper()
	g := NewWithT(t)
	folder := cache.Folder("fake", version)
	bin := programs(t, filepath.Join(folder, "bin"), version)
	if len(names) == 0 {
		names = []string{"fake", "fakectl"}
	}
	there, err := os.ReadDir(bin)
	g.Expect(err).NotTo(HaveOccurred())
	for _, entry := range there {
		if !slices.Contains(names, entry.Name()) {
			g.Expect(os.Remove(filepath.Join(bin, entry.Name()))).To(Succeed())
		}
	}
	m := toolchains.Manifest{Tool: "fake", Version: version, How: "by hand", When: time.Now(), Bin: []string{"bin"}}
	for _, name := range names {
		f, err := toolchains.DescribeFile(folder, "bin/"+name)
		g.Expect(err).NotTo(HaveOccurred())
		m.Files = append(m.Files, f)
	}
	if whole {
		g.Expect(m.Write(folder)).To(Succeed())
	}
}

// found are the names, versions and sources of what is found.
func found(t *testing.T, cache toolchains.Cache) []string {
	t.Helper()
	list, err := toolchains.FindAmong(t.Context(), fakeTool(t, "", ""), cache)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	var out []string
	for _, i := range list {
		out = append(out, i.String()+" "+i.Source)
	}
	return out
}

func TestNothingIsFound(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	NewWithT(t).Expect(found(t, toolchains.Cache{Dir: filepath.Join(t.TempDir(), "none")})).To(BeEmpty())
}

// Versions are sorted as versions, and what is on PATH and in the cache counts
// once.
func TestPathAndCache(t *testing.T) {
	cache := toolchains.Cache{Dir: t.TempDir()}
	cached(t, cache, "0.10.0", true)
	cached(t, cache, "0.9.1", true)
	cached(t, cache, "1.2.3", true)
	cached(t, cache, "3.0.0", false)
	onPath(t, programs(t, t.TempDir(), "1.2.3"), programs(t, t.TempDir(), "2.0.0-rc.1"), programs(t, t.TempDir(), "1.2.3"))
	NewWithT(t).Expect(found(t, cache)).To(Equal([]string{
		"fake@0.9.1 cache", "fake@0.10.0 cache", "fake@1.2.3 cache", "fake@2.0.0-rc.1 PATH"}))
}

// A tool of which a program is missing is none.
func TestEveryProgramIsNeeded(t *testing.T) {
	g := NewWithT(t)
	dir := programs(t, t.TempDir(), "1.2.3")
	t.Setenv("PATH", dir+":/usr/bin:/bin")
	cache := toolchains.Cache{Dir: t.TempDir()}
	g.Expect(found(t, cache)).To(Equal([]string{"fake@1.2.3 PATH"}))
	g.Expect(os.Chmod(filepath.Join(dir, "fakectl"), 0o644)).To(Succeed())
	g.Expect(found(t, cache)).To(BeEmpty())
}

// The programs of one tool come from one place, also when another version of
// one of them is first on PATH.
func TestProgramsOfOneVersion(t *testing.T) {
	g := NewWithT(t)
	base := t.TempDir()
	programs(t, filepath.Join(base, "sbin"), "1.2.3")
	programs(t, filepath.Join(base, "bin"), "1.2.3")
	other := programs(t, t.TempDir(), "2.0.0")
	g.Expect(os.Remove(filepath.Join(base, "bin", "fake"))).To(Succeed())
	g.Expect(os.Remove(filepath.Join(base, "sbin", "fakectl"))).To(Succeed())
	g.Expect(os.Remove(filepath.Join(other, "fake"))).To(Succeed())
	onPath(t, other, filepath.Join(base, "bin"), filepath.Join(base, "sbin"))
	list, err := toolchains.FindAmong(t.Context(), fakeTool(t, "copy: fake env", "copy: command -v fakectl"), toolchains.Cache{Dir: t.TempDir()})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(list).To(HaveLen(1))
	g.Expect(list[0].Programs(t.Context())).To(Equal([]toolchains.Program{
		{Name: "fake", Version: "1.2.3", Path: filepath.Join(base, "sbin", "fake")},
		{Name: "fakectl", Version: "1.2.3", Path: filepath.Join(base, "bin", "fakectl")}}))
	out := do(t.Context(), t, start(t, list[0], place(t)), list[0], toolchains.Copy, toolchains.Vars{})
	g.Expect(out.Stdout).To(Equal(filepath.Join(base, "bin", "fakectl") + "\n"))
	g.Expect(out.Script).To(ContainSubstring("export PATH=" + filepath.Join(base, "sbin") + ":" + filepath.Join(base, "bin") + ":$PATH\n"))
}

// A tool that was built without one of its programs uses the one on PATH that has the
// nearest version, and no other program of PATH takes the place of its own.
func TestProgramOfTheNearestVersion(t *testing.T) {
	g := NewWithT(t)
	cache := toolchains.Cache{Dir: t.TempDir()}
	cached(t, cache, "2.9.0", true, "fake")
	far, near, equallyNear := programs(t, t.TempDir(), "1.9.0"), programs(t, t.TempDir(), "2.8.1"), programs(t, t.TempDir(), "2.8.1")
	for _, dir := range []string{far, near, equallyNear} {
		g.Expect(os.WriteFile(filepath.Join(dir, "fake"), []byte("#!/bin/sh\nexit 1\n"), 0o755)).To(Succeed())
	}
	onPath(t, far, near, equallyNear)
	list, err := toolchains.FindAmong(t.Context(), fakeTool(t, "copy: fake env", "copy: command -v fake; command -v fakectl"), cache)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(list).To(HaveLen(1))
	own := filepath.Join(cache.Folder("fake", "2.9.0"), "bin", "fake")
	g.Expect(list[0].Programs(t.Context())).To(Equal([]toolchains.Program{
		{Name: "fake", Version: "2.9.0", Path: own}, {Name: "fakectl", Version: "2.8.1", Path: filepath.Join(near, "fakectl")}}))
	out := do(t.Context(), t, start(t, list[0], place(t)), list[0], toolchains.Copy, toolchains.Vars{})
	g.Expect(out.Stdout).To(Equal(own + "\n" + filepath.Join(near, "fakectl") + "\n"))
	g.Expect(out.Script).To(ContainSubstring("export PATH=" + filepath.Dir(own) + ":" + near + ":$PATH\n"))

	t.Setenv("PATH", "/usr/bin:/bin")
	g.Expect(found(t, cache)).To(BeEmpty(), "it has no fakectl any more")
}

// What has changed since it was installed is not used.
func TestChangedFiles(t *testing.T) {
	g := NewWithT(t)
	t.Setenv("PATH", "/usr/bin:/bin")
	cache := toolchains.Cache{Dir: t.TempDir()}
	cached(t, cache, "1.2.3", true)
	program := filepath.Join(cache.Folder("fake", "1.2.3"), "bin", "fake")
	m, err := toolchains.ReadManifest(cache.Folder("fake", "1.2.3"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(cache.Check(m)).To(Succeed())

	data, err := os.ReadFile(program)
	g.Expect(err).NotTo(HaveOccurred())
	data[len(data)-2] = '#' // of the same size
	g.Expect(os.WriteFile(program, data, 0o755)).To(Succeed())
	g.Expect(cache.Check(m)).To(MatchError(program + " has changed since it was installed"))

	g.Expect(os.Remove(program)).To(Succeed())
	g.Expect(found(t, cache)).To(BeEmpty())
}

// A version that the tool does not say is none; one that hangs is cut off by
// the end of the search.
func TestVersions(t *testing.T) {
	for name, c := range map[string]struct{ printed, want string }{
		"plain":         {"1.2.3", "1.2.3"},
		"two numbers":   {"v1.10", "1.10.0"},
		"of a package":  {"20.10.24+dfsg1", "20.10.24"},
		"pre-release":   {"v2.0.0-beta.24, build x", "2.0.0-beta.24"},
		"beside others": {"v0.6.1, api 5", "0.6.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("PATH", programs(t, t.TempDir(), c.printed)+":/usr/bin:/bin")
			NewWithT(t).Expect(found(t, toolchains.Cache{Dir: t.TempDir()})).To(Equal([]string{"fake@" + c.want + " PATH"}))
		})
	}
	t.Run("none", func(t *testing.T) {
		t.Setenv("PATH", programs(t, t.TempDir(), "unknown")+":/usr/bin:/bin")
		g := NewWithT(t)
		list, err := toolchains.FindAmong(t.Context(), fakeTool(t, "fake --version}", "fake --version, pattern: 'version ([0-9]\\S+)'}"), toolchains.Cache{Dir: t.TempDir()})
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(list).To(BeEmpty())
	})
}

func TestActionsOfVersions(t *testing.T) {
	g := NewWithT(t)
	tool := &fakeTool(t, "", "")[0]
	for version, want := range map[string]string{"0.9.0": "echo old", "1.0.0-rc.1": "echo old", "1.2.3": `fake pull "$IMAGE:$TAG" "$OUT"`} {
		a, ok := toolchains.Installed{Toolchain: tool, Version: version}.Action(toolchains.PullTag)
		g.Expect(ok).To(BeTrue(), version)
		g.Expect(a.Run).To(Equal(want), version)
	}
	_, ok := toolchains.Installed{Toolchain: tool, Version: "2.0.0"}.Action(toolchains.PullTag)
	g.Expect(ok).To(BeFalse(), "no action is for 2.0.0")
	_, ok = toolchains.Installed{Toolchain: tool, Version: "1.2.3"}.Action(toolchains.Run)
	g.Expect(ok).To(BeFalse(), "the tool has no such verb")
}

func TestWhatAToolLacks(t *testing.T) {
	g := NewWithT(t)
	both := []string{"root", "linux"}
	g.Expect(toolchains.Lacking(both, 0, "linux")).To(BeEmpty())
	g.Expect(toolchains.Lacking(both, 1000, "linux")).To(Equal([]string{"root"}))
	g.Expect(toolchains.Lacking(both, 0, "darwin")).To(Equal([]string{"linux"}))
	g.Expect(toolchains.Lacking(both, 1000, "darwin")).To(Equal(both))
	g.Expect(toolchains.Lacking(nil, 1000, "darwin")).To(BeEmpty())
	g.Expect(both).To(Equal([]string{"root", "linux"}))
}
