package toolchains

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"assay/downlevel/toolchains/process"
	"assay/downlevel/toolchains/rootfs"
)

// Program is one of the programs of an installed tool.
type Program struct {
	Name string
	// Version is empty if the program prints none.
	Version string
	// Path is in the root directory of another release of Debian, if the tool runs there.
	Path string
}

// Programs returns the programs that are run when the tool is used, the main program
// first. A tool may have programs of different versions: an engine that was built without
// its client is driven by another one.
func (i Installed) Programs(ctx context.Context) []Program {
	var all []Program
	for n, name := range i.Toolchain.Programs {
		p := Program{Name: name, Version: i.Version, Path: i.path(name)}
		if n > 0 || i.modules != "" { // the main program of packages of npm is Node
			p.Version = i.versionOf(ctx, p.Path)
		}
		all = append(all, p)
	}
	return all
}

// path returns the path of a program of the tool.
func (i Installed) path(name string) string {
	for _, dir := range i.bin {
		if hasProgram(filepath.Join(i.root, dir), name) {
			return filepath.Join(dir, name)
		}
	}
	return name
}

// isFirstOnPath says whether PATH leads to all programs of the tool.
func (i Installed) isFirstOnPath() bool {
	return !slices.ContainsFunc(i.Toolchain.Programs, func(name string) bool {
		found, err := exec.LookPath(name)
		return err != nil || found != i.path(name)
	})
}

// choose sets the directories of the programs. It looks in the directories own first,
// because PATH may lead to programs of another version. It returns false if a program is
// missing.
func (i *Installed) choose(ctx context.Context, own []string) bool {
	var bin []string
	for n, name := range i.Toolchain.Programs {
		at := slices.IndexFunc(own, func(dir string) bool { return hasProgram(filepath.Join(i.root, dir), name) })
		dir := ""
		switch {
		case at >= 0:
			dir = own[at]
		case i.root != "": // programs of this machine do not run there
			return false
		case n == 0:
			dir = first(onPath(name))
		default:
			dir = i.nearest(ctx, name)
		}
		if dir == "" {
			return false
		}
		if !slices.Contains(bin, dir) {
			bin = append(bin, dir)
		}
	}
	i.bin = bin
	return true
}

// nearest returns the directory on PATH with the program whose version is nearest to that
// of the tool. Of equal ones it is the first; empty means that there is none.
func (i Installed) nearest(ctx context.Context, name string) string {
	dirs := onPath(name)
	if len(dirs) < 2 {
		return first(dirs)
	}
	far := map[string][]uint64{}
	for _, dir := range dirs {
		far[dir] = distance(i.Version, i.versionOf(ctx, filepath.Join(dir, name)))
	}
	return slices.MinFunc(dirs, func(a, b string) int { return slices.Compare(far[a], far[b]) })
}

// onPath returns the directories on PATH that have the program.
func onPath(name string) []string {
	return slices.DeleteFunc(filepath.SplitList(os.Getenv("PATH")), func(dir string) bool {
		return !filepath.IsAbs(dir) || !hasProgram(dir, name)
	})
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func hasProgram(dir, name string) bool {
	info, err := os.Stat(filepath.Join(dir, name))
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// ask returns the version that the tool prints; empty if it prints none.
func (i Installed) ask(ctx context.Context) string {
	return findVersion(i.says(ctx, i.Toolchain.Version.Run), i.Toolchain.Version.Pattern)
}

// versionOf returns the version that the program at path prints; empty if it prints none.
func (i Installed) versionOf(ctx context.Context, path string) string {
	return findVersion(i.says(ctx, quote(path)+" --version"), "")
}

// says returns what the script prints; empty if it fails.
func (i Installed) says(ctx context.Context, script string) string {
	home, err := os.MkdirTemp("", "assay-version-")
	if err != nil {
		return ""
	}
	defer os.RemoveAll(home)
	ctx, cancel := context.WithTimeout(ctx, askingTakes)
	defer cancel()
	args := []string{"sh", "-eu", "-c", script}
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
	return out.String()
}
