//go:build unix

package process

import (
	"os/exec"
	"syscall"
)

// separate makes cmd the leader of a session, and so of a group. A session of its own has
// no terminal: a program that asks for a password there fails, and does not wait for ever.
func separate(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setsid = true
}

// Kill ends the group whose leader has the pid.
func Kill(leader int) error { return syscall.Kill(-leader, syscall.SIGKILL) }
