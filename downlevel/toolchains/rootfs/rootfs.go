// Package rootfs runs programs in the root directory of another release of Debian. It
// uses a mount namespace, not chroot, because container engines need a root that is a
// mount.
package rootfs

import (
	"context"
	_ "embed" // the script
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"assay/downlevel/toolchains/process"
)

//go:embed enter.sh
var enter string

// Root is a mount namespace in which a directory is the root. Files that programs write
// are gone after it is closed, except below the shared directory. Programs in it see
// the network and the processes of this machine.
type Root struct {
	holder *exec.Cmd
	stop   func() error
	log    *process.Buffer
}

// Open makes the directory root the root of a new namespace, in which the
// directory shared is at its own path. It needs root's rights.
func Open(ctx context.Context, root, shared string) (*Root, error) {
	if os.Geteuid() != 0 {
		return nil, fmt.Errorf("the root directory %s can be entered by root alone", root)
	}
	for _, dir := range []string{root, shared} {
		if !filepath.IsAbs(dir) || strings.ContainsAny(dir, ",:\\") {
			return nil, fmt.Errorf("the directory %q cannot be mounted: want an absolute path without commas, colons and backslashes", dir)
		}
	}
	// The holder lives as long as its input is open, so it cannot outlive us.
	r := &Root{log: &process.Buffer{Half: 4096}}
	r.holder = exec.CommandContext(context.WithoutCancel(ctx), "unshare", "-m", "sh", "-eu", "-c", enter, "sh", root, shared)
	r.holder.Stderr = r.log
	process.Group(r.holder)
	input, err := r.holder.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := r.holder.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := r.holder.Start(); err != nil {
		return nil, err
	}
	r.stop = input.Close
	defer context.AfterFunc(ctx, func() { _ = process.Kill(r.holder.Process.Pid) })()
	said := make([]byte, 1) // the first byte of "ready"
	if n, _ := output.Read(said); n == 0 {
		r.Close()
		return nil, fmt.Errorf("the root directory %s cannot be entered: %s", root, strings.TrimSpace(r.log.String()))
	}
	return r, nil
}

// Command is a command line that runs another one in the root. It starts in
// the root's own /.
func (r *Root) Command(args ...string) []string {
	return append([]string{"nsenter", "--mount", "--target", strconv.Itoa(r.holder.Process.Pid), "--"}, args...)
}

// Close lets the namespace go: it ends with the last process in it.
func (r *Root) Close() {
	_ = r.stop()
	_ = r.holder.Wait()
}
