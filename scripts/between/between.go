// Package between writes generated text into a document, between two lines of it.
package between

import (
	"fmt"
	"os"
	"strings"
)

// Replace replaces what stands between the lines "<!-- NAME -->" and "<!-- end of NAME
// -->" of the file. It is an error if the file lacks one of them.
func Replace(path, name, text string) error {
	begin, end := fmt.Sprintf("<!-- %s -->\n", name), fmt.Sprintf("<!-- end of %s -->\n", name)
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
