package install

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// goInstall builds a command of a module with go install.
func (j *job) goInstall(ctx context.Context, scratch, folder string) error {
	j.doing("building")
	_, err := j.goTool(ctx, scratch, command{
		args: []string{"go", "install", "-trimpath", j.result.Item.Install.Go},
		dir:  scratch,
		env:  []string{"GOBIN=" + filepath.Join(folder, "bin")},
	})
	return err
}

// goBuild builds commands in a copy of their module, so that its whole go.mod counts.
func (j *job) goBuild(ctx context.Context, scratch, folder string) error {
	m := j.result.Item.Install.Module
	j.doing("downloading")
	// Go runs in an empty module, so that it neither reads nor changes a module around
	// the cache.
	empty := filepath.Join(scratch, "empty")
	if err := os.MkdirAll(empty, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(empty, "go.mod"), []byte("module empty\n"), 0o644); err != nil {
		return err
	}
	answer, err := j.goTool(ctx, scratch, command{
		args: []string{"go", "mod", "download", "-json", m.Path + "@" + m.Version}, dir: empty, answers: true,
	})
	var downloaded struct{ Dir, Error string }
	if jsonErr := json.Unmarshal([]byte(answer), &downloaded); jsonErr == nil && downloaded.Error != "" {
		return fmt.Errorf("go mod download %s@%s: %s", m.Path, m.Version, lastLines(downloaded.Error))
	}
	if err != nil {
		return err
	}
	if downloaded.Dir == "" {
		return fmt.Errorf("go mod download %s@%s does not say where it is", m.Path, m.Version)
	}
	source := filepath.Join(scratch, "source")
	if err := os.CopyFS(source, os.DirFS(downloaded.Dir)); err != nil {
		return err
	}
	if m.Vendored {
		if err := unvendor(source); err != nil {
			return err
		}
	}
	j.doing("building")
	args := append([]string{"go", "build", "-trimpath", "-buildvcs=false"}, m.Flags...)
	if len(m.Tags) > 0 {
		args = append(args, "-tags="+strings.Join(m.Tags, ","))
	}
	args = append(args, "-o", filepath.Join(folder, "bin")+string(filepath.Separator))
	_, err = j.goTool(ctx, scratch, command{args: append(args, m.Packages...), dir: source})
	return err
}

// unvendor removes the vendored modules and restores go.mod and go.sum, so that Go
// downloads the modules that it needs.
func unvendor(source string) error {
	if err := os.RemoveAll(filepath.Join(source, "vendor")); err != nil {
		return err
	}
	for _, kind := range []string{"mod", "sum"} {
		if err := os.Rename(filepath.Join(source, "vendor."+kind), filepath.Join(source, "go."+kind)); err != nil {
			return err
		}
	}
	return nil
}

// goTool runs Go. The user's own settings say where modules come from and how they are
// checked.
func (j *job) goTool(ctx context.Context, scratch string, c command) (string, error) {
	c.env = append(c.env, "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOTMPDIR="+filepath.Join(scratch, "go"))
	c.nice, c.lock = true, j.lock
	return j.in.run(ctx, j.result.Item.String(), c)
}

// npm installs packages for Node, and runs none of their scripts.
func (j *job) npm(ctx context.Context, folder string) error {
	j.doing("downloading")
	args := []string{"npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--no-update-notifier", "--ignore-scripts",
		"--prefer-offline", "--fetch-retries=1"} // without a network it would wait for many minutes
	_, err := j.in.run(ctx, j.result.Item.String(), command{args: append(args, j.result.Item.Install.NPM...), dir: folder, lock: j.lock})
	return err
}
