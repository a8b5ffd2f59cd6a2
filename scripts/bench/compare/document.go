package main

import (
	"fmt"
	"os"
	"strings"
)

// The table stands between these lines of the document.
const (
	begin = "<!-- bench -->\n"
	end   = "<!-- end of bench -->\n"
)

// rewrite puts text between the two lines of the file.
func rewrite(path, text string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(data), begin)
	_, after, ends := strings.Cut(rest, end)
	if !begins || !ends {
		return fmt.Errorf("%s: want the lines %q and %q", path, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return os.WriteFile(path, []byte(before+begin+"\n"+text+"\n"+end+after), 0o644)
}
