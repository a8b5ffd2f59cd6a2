package known

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/goccy/go-yaml"

	"assay/reports"
)

// Unexplained is the reason of a failure that nobody has explained yet.
const Unexplained = "not explained yet: say why it fails, and until when"

// Failing lists what fails in the results, or keeps a MUST from being judged, once
// each and in their order. A failure that l has keeps its reason; the others are
// [Unexplained]. When strict, a SHOULD that is not kept counts too.
func (l List) Failing(results []reports.Result, strict bool) List {
	var failing List
	listed := map[string]bool{}
	for _, res := range results {
		name := res.Requirement
		switch {
		case res.Outcome == reports.Fail, res.Outcome == reports.KnownFailure, res.Outcome == reports.Warn && strict:
		case res.Outcome == reports.Blocked && res.Level == "MUST" && res.BlockedBy != "":
			name = res.BlockedBy
		default:
			continue
		}
		if listed[name] {
			continue
		}
		listed[name] = true
		reason := l.reason(name)
		if reason == "" {
			reason = Unexplained
		}
		failing = append(failing, Failure{Requirement: name, Reason: reason})
	}
	return failing
}

// Accepts says whether a run with these results would not fail if l were its list of
// known failures.
func (l List) Accepts(results []reports.Result, strict bool) bool {
	results = slices.Clone(results)
	for i, res := range results {
		if res.Outcome == reports.UnexpectedPass && l.reason(res.Requirement) == "" {
			res.Outcome = reports.Pass // it was on a list before
		}
		results[i] = l.MarkKnown(res)
	}
	l.Excuse(results)
	return !slices.ContainsFunc(results, func(res reports.Result) bool { return res.Failed(strict) })
}

// Write writes the list to the file, in the form that [Read] reads. It replaces the
// file in one step, so that a list is never lost.
func (l List) Write(path, key string) error {
	text := []byte("# These failures are known and do not fail a run. When one of them no longer\n" +
		"# happens, the run fails, so that it is taken off this list.\n")
	for _, f := range l {
		entry, err := yaml.Marshal([]yaml.MapSlice{{{Key: key, Value: f.Requirement}, {Key: "reason", Value: f.Reason}}})
		if err != nil {
			return fmt.Errorf("the known failures: %w", err)
		}
		text = append(text, entry...)
	}
	if len(l) == 0 {
		text = append(text, "[]\n"...)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".known-*")
	if err != nil {
		return fmt.Errorf("the known failures: %w", err)
	}
	defer os.Remove(file.Name()) //nolint:errcheck // it is gone after the rename
	_, err = file.Write(text)
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Chmod(file.Name(), 0o644) //nolint:gosec // a list that a team shares
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("the known failures: %w", err)
	}
	return nil
}
