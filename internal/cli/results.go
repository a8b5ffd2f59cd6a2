package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"assay/reports"
)

// readResults reads the results of a run: its results.json, or the directory that holds
// it.
func readResults(path string) (*reports.Run, error) {
	return reports.ReadFile(resultsFile(path))
}

// namedRun is results with a name for the reader.
type namedRun struct {
	name string
	run  *reports.Run
}

// readNamed reads results of several runs. Each argument is a path or NAME=PATH. Without
// a name, results are called by their folder; if two folders have the same name, by
// their path.
func readNamed(args []string) ([]namedRun, error) {
	var all []namedRun
	count := map[string]int{}
	for _, arg := range args {
		name, path := "", arg
		if _, err := os.Stat(arg); err != nil {
			if before, after, ok := strings.Cut(arg, "="); ok {
				name, path = before, after
			}
		}
		run, err := readResults(path)
		if err != nil {
			return nil, err
		}
		if name == "" {
			name = folderName(path)
		}
		count[name]++
		all = append(all, namedRun{name, run})
	}
	for i, arg := range args {
		if count[all[i].name] > 1 {
			all[i].name = arg
		}
	}
	return all, nil
}

// folderName is the name of the folder that holds the results.
func folderName(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if filepath.Ext(path) == ".json" {
		if base := filepath.Base(path); base != reports.ResultsFile {
			return strings.TrimSuffix(base, ".json")
		}
		path = filepath.Dir(path)
	}
	return filepath.Base(path)
}

// oneOfWords refuses a value of a flag that is not among the words.
func oneOfWords(flag, value string, words []string) error {
	for _, w := range words {
		if value == w {
			return nil
		}
	}
	return fmt.Errorf("%s: %q is not known; allowed: %s", flag, value, strings.Join(words, ", "))
}
