// Command agree compares, requirement by requirement, what the built-in specs of
// references say of a registry and what the file of oci-1.1 says: agree RESULTS... Each
// of RESULTS is the results.json of a run with both. The exit code is 1 if they differ.
package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"assay/reports"
)

const (
	workflow = "references"
	file     = "oci-1.1"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: agree RESULTS...")
		os.Exit(2)
	}
	differ := false
	for _, path := range os.Args[1:] {
		run, err := reports.ReadFile(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		if !agree(os.Stdout, path, run) {
			differ = true
		}
	}
	if differ {
		os.Exit(1)
	}
}

// said is what the specs of a requirement say together.
type said string

const (
	notJudged said = "not judged"
	kept      said = "kept"
	broken    said = "not kept"
)

// agree compares the two sides of a run.
func agree(out io.Writer, path string, run *reports.Run) bool {
	builtIn, described := map[string]said{}, map[string]said{}
	for _, res := range run.Results {
		if id, ok := strings.CutPrefix(res.Requirement, file+"."); ok {
			add(described, workflow+"."+id, res.Outcome)
		} else if res.Workflow == workflow {
			add(builtIn, res.Requirement, res.Outcome)
		}
	}
	same := len(builtIn) > 0
	for _, id := range slices.Sorted(maps.Keys(builtIn)) {
		if described[id] != builtIn[id] {
			same = false
			fmt.Fprintf(out, "%s: %s: the specs say %q, the file says %q\n", path, id, builtIn[id], described[id])
		}
	}
	for _, id := range slices.Sorted(maps.Keys(described)) {
		if builtIn[id] == "" {
			same = false
			fmt.Fprintf(out, "%s: %s: only the file has it\n", path, id)
		}
	}
	fmt.Fprintf(out, "%s: %d requirements, the specs and the file agree: %v\n", path, len(builtIn), same)
	return same
}

// add takes the worst that is said of a requirement.
func add(all map[string]said, id string, o reports.Outcome) {
	says := notJudged
	switch o {
	case reports.Pass, reports.UnexpectedPass:
		says = kept
	case reports.Fail, reports.Warn, reports.Observed, reports.KnownFailure:
		says = broken
	}
	if all[id] == "" || says == broken || says == kept && all[id] == notJudged {
		all[id] = says
	}
}
