package toolchains

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
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
			if m.Tool != tools[i].Name {
				continue
			}
			if installed, ok := cache.installed(ctx, &tools[i], m); ok {
				these = append(these, installed)
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

// installed returns the tool that a manifest describes; false if a program is missing
// that this machine should have.
func (c Cache) installed(ctx context.Context, t *Toolchain, m Manifest) (Installed, bool) {
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
	return i, i.choose(ctx, i.bin)
}

// Ask runs the tool that m describes, and returns the version that it prints; empty if
// it prints none.
func (c Cache) Ask(ctx context.Context, t *Toolchain, m Manifest) string {
	i, ok := c.installed(ctx, t, m)
	if !ok {
		return ""
	}
	return i.ask(ctx)
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// OnPath returns the versions of the tool that are on PATH. There may be several, if
// its first program is in several directories.
func (t *Toolchain) OnPath(ctx context.Context) []Installed {
	var found []Installed
	for _, dir := range onPath(t.Programs[0]) {
		parent := filepath.Dir(dir)
		own := []string{dir, filepath.Join(parent, "bin"), filepath.Join(parent, "sbin")}
		i := Installed{Toolchain: t, Source: FromPath, bin: own}
		if i.Version = i.ask(ctx); i.Version == "" || !i.choose(ctx, own) {
			continue
		}
		if !slices.ContainsFunc(found, func(o Installed) bool { return o.Version == i.Version }) {
			found = append(found, i)
		}
	}
	return found
}

// askingTakes is the time that a program has to print its version.
const askingTakes = 20 * time.Second

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
