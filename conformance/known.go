package conformance

import (
	"fmt"

	"assay/conformance/requirements"
	"assay/reports/known"
)

// KnownFailure is an entry of the list of failures that are known: they do not
// fail a run, and fail it when they are gone.
type KnownFailure = known.Failure

// ReadKnownFailures reads a YAML list of known failures. An error names the
// file and the line of what is wrong: an unknown key, a missing reason, or a
// pattern that no requirement has.
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
