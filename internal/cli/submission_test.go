package cli

import (
	"slices"
	"testing"

	"assay/conformance/requirements"
	"assay/reports/submission"
)

// Each pattern of the official names is of a requirement that there is.
func TestOfficialNames(t *testing.T) {
	names, err := submission.Names()
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range []map[string][]string{names.APIs, names.Data} {
		for name, patterns := range section {
			for _, p := range patterns {
				if !slices.ContainsFunc(requirements.All(), func(r requirements.Requirement) bool { return submission.Matches(p, string(r.ID)) }) {
					t.Errorf("%s: no requirement is called %s", name, p)
				}
			}
		}
	}
}
