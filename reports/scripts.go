package reports

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// ScriptsFolder is the folder, beside results.json, with a script for each finding.
const ScriptsFolder = "repeat"

// Script is the script that repeats a finding. Name is the name of its file: the
// requirement, and a number from the second finding of a requirement on.
type Script struct {
	Name   string
	Result Result
}

// Scripts returns the scripts of the findings, and of the known failures.
func (r *Run) Scripts() []Script {
	var all []Script
	times := map[string]int{}
	for _, res := range slices.Concat(r.Findings(), r.knownFailures()) {
		if res.Script == "" {
			continue
		}
		name := fileName(res.Requirement)
		if times[res.Requirement]++; times[res.Requirement] > 1 {
			name += fmt.Sprintf("-%d", times[res.Requirement])
		}
		all = append(all, Script{name + ".sh", res})
	}
	return all
}

// knownFailures returns the known failures, one of each requirement.
func (r *Run) knownFailures() []Result {
	var all []Result
	seen := map[string]bool{}
	for _, res := range r.Results {
		if res.Outcome == KnownFailure && !seen[res.Requirement] {
			seen[res.Requirement] = true
			all = append(all, res)
		}
	}
	return all
}

// fileName is the requirement as the name of a file. Results from elsewhere may have any
// text as a requirement.
func fileName(requirement string) string {
	return strings.TrimLeft(strings.Map(func(r rune) rune {
		if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' || r == '-') {
			return r
		}
		return '_'
	}, requirement), ".-")
}

// writeScripts writes the scripts of the findings into the folder of scripts in dir, and
// removes those of an earlier run.
func writeScripts(dir string, run *Run) error {
	dir = filepath.Join(dir, ScriptsFolder)
	old, err := filepath.Glob(filepath.Join(dir, "*.sh"))
	if err != nil {
		return err
	}
	var errs []error
	for _, file := range old {
		errs = append(errs, os.Remove(file))
	}
	scripts := run.Scripts()
	if len(scripts) == 0 {
		if len(old) > 0 {
			_ = os.Remove(dir) // it stays if others have files there
		}
		return errors.Join(errs...)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, s := range scripts {
		path := filepath.Join(dir, s.Name)
		err := writeFile(path, func(w io.Writer) error { _, err := io.WriteString(w, s.Result.Script); return err })
		if err == nil {
			err = os.Chmod(path, 0o755) //nolint:gosec // a script
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", path, err))
		}
	}
	return errors.Join(errs...)
}
