package toolchains

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// signalOf returns the signal that ended a program, if there was one.
func signalOf(ended *exec.ExitError) (int, bool) {
	status, ok := ended.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return 0, false
	}
	return int(status.Signal()), true
}

// killStrays kills the processes of the session in dir that have left their group. They
// are found by $STATE in their environment. Without /proc it does nothing.
func killStrays(dir string) {
	mark := []byte("STATE=" + filepath.Join(dir, "state") + "\x00")
	names, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, name := range names {
		environ, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(append([]byte{0}, environ...), append([]byte{0}, mark...)) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name))); err == nil && pid != os.Getpid() {
			if stray, err := os.FindProcess(pid); err == nil {
				_ = stray.Kill()
			}
		}
	}
}

// unmountBelow unmounts everything that daemons have mounted below dir, the last mount
// first.
func unmountBelow(dir string) {
	file, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return
	}
	defer file.Close()
	var mounts []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) > 4 && strings.HasPrefix(fields[4], dir+"/") {
			mounts = append(mounts, fields[4])
		}
	}
	for i := len(mounts) - 1; i >= 0; i-- {
		_ = exec.Command("umount", "-l", unescapeMount.Replace(mounts[i])).Run()
	}
}

// unescapeMount undoes the escapes of /proc for characters that separate its fields.
var unescapeMount = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
