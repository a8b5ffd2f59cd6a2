package process

import (
	"os/exec"
	"strconv"
	"syscall"
)

// separate keeps a Ctrl-C of the console from cmd, as a group does elsewhere.
func separate(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.CreationFlags |= syscall.CREATE_NEW_PROCESS_GROUP
}

// Kill ends the process with the pid and those that it started. Windows knows no groups:
// if the process has ended already, those that it started stay.
func Kill(leader int) error {
	return exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(leader)).Run()
}
