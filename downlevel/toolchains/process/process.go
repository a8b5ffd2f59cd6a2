// Package process runs programs in groups of their own, so that the processes that a
// program starts end with it.
package process

import (
	"context"
	"os/exec"
	"time"
)

// patience is the time to wait for output after the program has ended, as its child
// processes may still write.
const patience = time.Second

// Group gives cmd, which was made with a context and not started yet, a group
// of its own that is killed when the context ends.
func Group(cmd *exec.Cmd) {
	separate(cmd)
	cmd.Cancel = func() error { return Kill(cmd.Process.Pid) }
	cmd.WaitDelay = patience
}

// Run runs cmd as a group until its program ends, then kills the rest of the group. If
// ctx ends before, the error is its cause.
func Run(ctx context.Context, cmd *exec.Cmd) error {
	Group(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	err := cmd.Wait()
	_ = Kill(cmd.Process.Pid) // ESRCH: nothing is left
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
