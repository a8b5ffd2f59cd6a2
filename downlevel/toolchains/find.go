package toolchains

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"assay/downlevel/toolchains/process"
	"assay/downlevel/toolchains/rootfs"
)

// Installed is one installed version of a tool.
type Installed struct {
	Toolchain *Toolchain
	Version   string
	Source    string // FromPath or FromCache

	bin     []string // the directories with its programs
	modules string   // directory in which Node finds its packages
	release string   // of Debian, whose root directory is root
	root    string
}

// Where tools are found.
const (
	FromPath  = "PATH"
	FromCache = "cache"
)

// String is NAME@VERSION.
func (i Installed) String() string { return i.Toolchain.Name + "@" + i.Version }

// Lacks lists the needs of the tool that are not met here: root, or Linux.
func (i Installed) Lacks() []string { return lacking(i.Toolchain.Needs, os.Geteuid(), runtime.GOOS) }

func lacking(needs []string, user int, system string) []string {
	return slices.DeleteFunc(slices.Clone(needs), func(need string) bool {
		return need == "root" && user == 0 || need == system
	})
}

// Release is the release of Debian in whose root directory the tool runs; empty if it
// runs directly on this machine.
func (i Installed) Release() string { return i.release }

// HasDaemons says whether this version has daemons, which run while it is in use.
func (i Installed) HasDaemons() bool {
	return slices.ContainsFunc(i.Toolchain.Daemons, func(d Daemon) bool { return holds(d.Versions, i.Version) })
}

// Action returns the action of this version for the verb; false if it has none.
func (i Installed) Action(v Verb) (Action, bool) {
	for _, verb := range []Verb{v, v.Like()} {
		for _, a := range i.Toolchain.Verbs[verb] {
			if holds(a.Versions, i.Version) {
				return a, true
			}
		}
	}
	return Action{}, false
}

// Find returns every version of every tool that is on PATH or in the cache, by name and
// version. A version that is in both is returned once, as the one in the cache.
func Find(ctx context.Context, cache Cache) ([]Installed, error) {
	all, err := All()
	if err != nil {
		return nil, err
	}
	return find(ctx, all, cache)
}

func find(ctx context.Context, tools []Toolchain, cache Cache) ([]Installed, error) {
	manifests, err := cache.manifests()
	if err != nil {
		return nil, err
	}
	onPath := make([][]Installed, len(tools))
	var working sync.WaitGroup
	for i := range tools {
		working.Go(func() { onPath[i] = tools[i].OnPath(ctx) })
	}
	working.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	var found []Installed
	for i := range tools {
		var these []Installed
		for _, m := range manifests {
			if m.Tool == tools[i].Name {
				these = append(these, cache.installed(&tools[i], m))
			}
		}
		for _, p := range onPath[i] {
			if !slices.ContainsFunc(these, func(o Installed) bool { return CompareVersions(o.Version, p.Version) == 0 }) {
				these = append(these, p)
			}
		}
		slices.SortStableFunc(these, func(a, b Installed) int { return CompareVersions(a.Version, b.Version) })
		found = append(found, these...)
	}
	return found, nil
}

// installed returns the tool that a manifest describes.
func (c Cache) installed(t *Toolchain, m Manifest) Installed {
	i := Installed{Toolchain: t, Version: m.Version, Source: FromCache, release: m.Release}
	base := c.base(m)
	if m.Release != "" {
		i.root, base = base, "/"
	}
	for _, dir := range m.Bin {
		i.bin = append(i.bin, filepath.Join(base, dir))
	}
	if modules := filepath.Join(base, "node_modules"); m.Release == "" && isDir(modules) {
		i.modules = modules
	}
	return i
}

// Ask runs the tool that m describes, and returns the version that it prints; empty if
// it prints none.
func (c Cache) Ask(ctx context.Context, t *Toolchain, m Manifest) string {
	return c.installed(t, m).ask(ctx)
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// OnPath returns the versions of the tool that are on PATH. There may be several, if
// its first program is in several directories.
func (t *Toolchain) OnPath(ctx context.Context) []Installed {
	var found []Installed
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if !filepath.IsAbs(dir) || !hasProgram(dir, t.Programs[0]) {
			continue
		}
		bin, ok := t.directories(dir)
		if !ok {
			continue
		}
		i := Installed{Toolchain: t, Source: FromPath, bin: bin}
		if i.Version = i.ask(ctx); i.Version == "" {
			continue
		}
		if !slices.ContainsFunc(found, func(o Installed) bool { return o.Version == i.Version }) {
			found = append(found, i)
		}
	}
	return found
}

// directories returns dir, which has the first program, and the directories of the
// other programs. It looks in dir first, because PATH may lead to programs of another
// version.
func (t *Toolchain) directories(dir string) ([]string, bool) {
	parent := filepath.Dir(dir)
	candidates := append([]string{dir, filepath.Join(parent, "bin"), filepath.Join(parent, "sbin")},
		filepath.SplitList(os.Getenv("PATH"))...)
	bin := []string{dir}
	for _, p := range t.Programs[1:] {
		i := slices.IndexFunc(candidates, func(c string) bool { return filepath.IsAbs(c) && hasProgram(c, p) })
		if i < 0 {
			return nil, false
		}
		if !slices.Contains(bin, candidates[i]) {
			bin = append(bin, candidates[i])
		}
	}
	return bin, true
}

func hasProgram(dir, name string) bool {
	info, err := os.Stat(filepath.Join(dir, name))
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// askingTakes is the time that a tool has to print its version.
const askingTakes = 20 * time.Second

// ask returns the version that the tool prints; empty if it prints none.
func (i Installed) ask(ctx context.Context) string {
	home, err := os.MkdirTemp("", "assay-version-")
	if err != nil {
		return ""
	}
	defer os.RemoveAll(home)
	ctx, cancel := context.WithTimeout(ctx, askingTakes)
	defer cancel()
	args := []string{"sh", "-eu", "-c", i.Toolchain.Version.Run}
	if i.root != "" {
		root, err := rootfs.Open(ctx, i.root, home)
		if err != nil {
			return ""
		}
		defer root.Close()
		args = root.Command(args...)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = home
	cmd.Env = append(i.environment(), "HOME="+home, "TMPDIR="+home)
	out := process.Buffer{Half: 1 << 16}
	cmd.Stdout, cmd.Stderr = &out, &out
	if process.Run(ctx, cmd) != nil {
		return ""
	}
	return findVersion(out.String(), i.Toolchain.Version.Pattern)
}

// environment returns the environment of a tool. From the environment of this process,
// which may have secrets, it takes only PATH.
func (i Installed) environment() []string {
	rest := os.Getenv("PATH")
	if i.root != "" || rest == "" {
		rest = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	}
	env := []string{"PATH=" + strings.Join(append(slices.Clone(i.bin), rest), ":"), "LANG=C.UTF-8"}
	if i.modules != "" {
		env = append(env, "NODE_PATH="+i.modules)
	}
	return env
}
