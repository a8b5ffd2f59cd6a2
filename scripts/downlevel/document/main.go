// Document writes the results of downlevel runs on several registries into a document,
// between its lines "<!-- matrix -->" and "<!-- end of matrix -->".
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"assay/reports"
)

const (
	begin = "<!-- matrix -->\n"
	end   = "<!-- end of matrix -->\n"
)

// registry is one run.
type registry struct {
	name string
	run  *reports.Run
}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 3 {
		log.Fatal("usage: document FILE.md NAME=DIR... where DIR has the results.json of the registry called NAME")
	}
	var all []registry
	for _, arg := range os.Args[2:] {
		name, dir, ok := strings.Cut(arg, "=")
		if !ok {
			log.Fatalf("%s: want NAME=DIR", arg)
		}
		run, err := read(filepath.Join(dir, "results.json"))
		if err != nil {
			log.Fatal(err)
		}
		all = append(all, registry{name, run})
	}
	if err := rewrite(os.Args[1], document(all)); err != nil {
		log.Fatal(err)
	}
}

func read(path string) (*reports.Run, error) {
	run, err := reports.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if run.Matrix == nil {
		return nil, fmt.Errorf("%s is not from a downlevel run", path)
	}
	return run, nil
}

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
