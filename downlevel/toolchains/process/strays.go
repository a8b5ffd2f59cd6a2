package process

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
)

// passes is how often it is looked for strays: one that is just being killed may have
// started another one.
const passes = 50

// KillStrays kills the processes that have the variable, NAME=VALUE, in the environment
// they were started with, and returns their number. So it ends those that have left their
// group. Without /proc it does nothing.
func KillStrays(variable string) int {
	killed := map[int]bool{}
	for range passes {
		found := strays(variable)
		if len(found) == 0 {
			break
		}
		for _, pid := range found {
			if stray, err := os.FindProcess(pid); err == nil && stray.Kill() == nil {
				killed[pid] = true
			}
		}
	}
	return len(killed)
}

// strays are the pids of the processes with the variable. Those that have ended have no
// environment any more.
func strays(variable string) []int {
	var found []int
	names, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, name := range names {
		environ, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(append([]byte{0}, environ...), []byte("\x00"+variable+"\x00")) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name))); err == nil && pid != os.Getpid() {
			found = append(found, pid)
		}
	}
	return found
}
