// Package process runs programs in groups of their own, so that what a program
// starts ends with it.
package process

import (
	"context"
	"os/exec"
	"syscall"
	"time"
)

// patience is how long output is waited for that others than the program may
// still write, after it has ended.
const patience = time.Second

// Group gives cmd, which was made with a context and not started yet, a group
// of its own that is killed when the context ends.
func Group(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.Cancel = func() error { return Kill(cmd.Process.Pid) }
	cmd.WaitDelay = patience
}

// Run runs cmd as a group until its program ends, then kills what is left of
// the group. When ctx ended before, its cause is the error.
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

// Kill ends the group whose leader has the pid.
func Kill(leader int) error { return syscall.Kill(-leader, syscall.SIGKILL) }
