package toolchains

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
)

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
