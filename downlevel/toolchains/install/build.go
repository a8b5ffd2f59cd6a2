package install

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"assay/downlevel/toolchains"
)

// build installs the item into its own folder of the cache.
func (j *job) build(ctx context.Context) error {
	name := j.result.Item.String()
	lock, err := j.in.lock(ctx, name, func() { j.doing("waiting for another process that installs it") })
	if err != nil {
		return err
	}
	defer lock.Close()
	j.lock = lock
	if err := j.hasOthers(); err != nil {
		return err
	}
	if j.isWhole() {
		return nil
	}
	// The name is always the same. So this also removes the files of an earlier build
	// that was interrupted.
	scratch := filepath.Join(j.in.Cache.Dir, "tmp", name)
	if err := os.RemoveAll(scratch); err != nil {
		return err
	}
	folder := filepath.Join(scratch, "folder")
	for _, dir := range []string{folder, filepath.Join(scratch, "go")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	bin := []string{"bin"}
	switch in := j.result.Item.Install; {
	case in.Go != "":
		err = j.goInstall(ctx, scratch, folder)
	case in.Module != nil:
		err = j.goBuild(ctx, scratch, folder)
	case in.NPM != nil:
		bin = []string{}
		err = j.npm(ctx, folder)
	}
	if err != nil {
		return err
	}
	return j.accept(ctx, folder, bin)
}

// isWhole says whether the cache has the item, with all files unchanged.
func (j *job) isWhole() bool {
	m, err := toolchains.ReadManifest(j.folder())
	if err != nil || m.Tool+"@"+m.Version != j.result.Item.String() || j.in.Cache.Check(m) != nil {
		return false
	}
	j.result.Already, j.result.Size = true, m.Size()
	return true
}

func (j *job) folder() string {
	return j.in.Cache.Folder(j.result.Item.Toolchain.Name, j.result.Item.Install.Version)
}

// hasOthers checks that this machine has the programs of the tool that are not built.
func (j *job) hasOthers() error {
	built := j.result.Item.builds()
	for _, program := range j.result.Item.Toolchain.Programs {
		if slices.Contains(built, program) {
			continue
		}
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("it needs %s beside it, which is not on PATH: install that first", program)
		}
	}
	return nil
}

// accept moves the folder to its place in the cache. If the tool there prints the
// expected version, accept makes the item whole.
func (j *job) accept(ctx context.Context, folder string, bin []string) error {
	files, err := describe(folder)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return errors.New("nothing came of it: there are no files")
	}
	final := j.folder()
	if err := os.MkdirAll(filepath.Dir(final), 0o755); err != nil {
		return err
	}
	if err := os.RemoveAll(final); err != nil {
		return err
	}
	if err := os.Rename(folder, final); err != nil {
		return err
	}
	if err := j.makeWhole(ctx, toolchains.Manifest{Bin: bin, Files: files}); err != nil {
		_ = os.RemoveAll(final) // without a manifest it is not whole anyway
		return err
	}
	return nil
}

// makeWhole writes the manifest if the tool prints its version.
func (j *job) makeWhole(ctx context.Context, m toolchains.Manifest) error {
	item := j.result.Item
	m.Tool, m.Version, m.How, m.When = item.Toolchain.Name, item.Install.Version, item.Way(), time.Now().UTC().Truncate(time.Second)
	said := j.in.ask(ctx, item.Toolchain, m)
	if err := context.Cause(ctx); err != nil {
		return err
	}
	switch {
	case said == "":
		return fmt.Errorf("%q does not say a version: it is not installed", strings.TrimSpace(item.Toolchain.Version.Run))
	case toolchains.CompareVersions(said, m.Version) != 0:
		return fmt.Errorf("%q says that it is version %s: it is not installed", strings.TrimSpace(item.Toolchain.Version.Run), said)
	}
	j.result.Size = m.Size()
	return m.Write(j.folder())
}

// describe lists the regular files below folder.
func describe(folder string) ([]toolchains.File, error) {
	var files []toolchains.File
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		relative, err := filepath.Rel(folder, name)
		if err != nil {
			return err
		}
		file, err := toolchains.DescribeFile(folder, relative)
		files = append(files, file)
		return err
	})
	return files, err
}
