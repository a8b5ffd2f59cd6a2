//go:build unix

package process

import (
	"os/exec"
	"syscall"
)

// separate makes cmd the leader of a group.
func separate(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
}

// Kill ends the group whose leader has the pid.
func Kill(leader int) error { return syscall.Kill(-leader, syscall.SIGKILL) }
