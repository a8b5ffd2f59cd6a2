package conformance

import (
	"fmt"

	"assay/conformance/requirements"
	"assay/reports/known"
)

// KnownFailure is an entry of the list of known failures. They do not fail a run. The
// run fails if one of them does not happen any more.
type KnownFailure = known.Failure

// ReadKnownFailures reads a YAML list of known failures. An error names the file and
// the line of the mistake: an unknown key, a missing reason, or a pattern that matches
// no requirement.
func ReadKnownFailures(path string) ([]KnownFailure, error) {
	return known.Read(path, "requirement", func(id string) error {
		pattern := known.Pattern(id)
		for _, r := range requirements.All() {
			if pattern.MatchString(string(r.ID)) {
				return nil
			}
		}
		return fmt.Errorf("no requirement is called %q: see assay list --requirements", id)
	})
}
