package client

import (
	"errors"
	"slices"

	"assay/conformance/requirements"
	"assay/reports/known"
)

// CheckKnown checks a pattern of a list of known failures: a requirement of clients must
// match it.
func CheckKnown(pattern string) error {
	matches := known.Pattern(pattern)
	if !slices.ContainsFunc(requirements.OfClients(), func(r requirements.Requirement) bool { return matches.MatchString(string(r.ID)) }) {
		return errors.New("no requirement of clients is like " + pattern)
	}
	return nil
}
