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
	"assay/scripts/between"
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
	if err := between.Replace(os.Args[1], "matrix", document(all)); err != nil {
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
