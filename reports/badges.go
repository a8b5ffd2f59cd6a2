package reports

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
)

// BadgesDir is the folder of the badges, in the directory of the reports.
const BadgesDir = "badges"

// badge is an answer of an endpoint for shields.io: https://shields.io/badges/endpoint-badge.
type badge struct {
	SchemaVersion int    `json:"schemaVersion"`
	Label         string `json:"label"`
	Message       string `json:"message"`
	Color         string `json:"color"`
}

// badgeName matches the names that can be file names everywhere. Results can be read
// from a file that somebody else wrote.
var badgeName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// writeBadges writes a badge for each workflow into a folder of dir: badges/push.json.
// For a downlevel run it writes badges/downlevel.json. It returns files and the folder,
// or err with its own errors.
func writeBadges(dir string, run *Run, files []string, errs []error) ([]string, []error) {
	folder := filepath.Join(dir, BadgesDir)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return files, append(errs, fmt.Errorf("the directory for badges: %w", err))
	}
	var failed []error
	for _, b := range badges(run) {
		path := filepath.Join(folder, b.Label+".json")
		err := writeFile(path, func(w io.Writer) error { return json.NewEncoder(w).Encode(b) })
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", path, err))
		}
	}
	if len(failed) > 0 {
		return files, append(errs, errors.Join(failed...))
	}
	return append(files, folder), errs
}

// badges are the badges of run. The message has the MUSTs that are kept among those
// that were judged; the colour is that of the verdict.
func badges(run *Run) []badge {
	if run.Matrix != nil {
		return []badge{{1, "downlevel", string(run.Verdict()), run.Verdict().colour()}}
	}
	var all []badge
	for _, w := range run.Workflows {
		if !badgeName.MatchString(w.Name) {
			continue
		}
		message := kept(w.Must)
		if w.Must.Judged() == 0 {
			message = string(w.Verdict)
		}
		all = append(all, badge{1, w.Name, message, w.Verdict.colour()})
	}
	return all
}

// colour is the colour of a badge, as shields.io names it.
func (v Verdict) colour() string {
	switch v {
	case Conformant, Harmless:
		return "brightgreen"
	case Partial:
		return "yellow"
	case NotConformant, Harmful:
		return "red"
	}
	return "lightgrey"
}
