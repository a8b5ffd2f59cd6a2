package process

import (
	"os/exec"
	"syscall"
)

// Killed is the exit code of a program that was killed, as a shell has it.
const Killed = 128 + int(syscall.SIGKILL)

// ExitCode returns the exit code as a shell does: 128 plus the signal, if a signal ended
// the program.
func ExitCode(ended *exec.ExitError) int {
	if status, ok := ended.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return ended.ExitCode()
}
