package faults

import (
	"regexp"
	"strings"
	"testing"

	"assay/conformance/requirements"
)

// wellFormed is a name as it can be typed after --only and be the name of a directory.
var wellFormed = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func TestNamesAreUniqueAndWellFormed(t *testing.T) {
	seen := map[string]bool{}
	check := func(name, summary string, changed bool) {
		t.Helper()
		if seen[name] {
			t.Errorf("%s: the name is taken", name)
		}
		seen[name] = true
		if !wellFormed.MatchString(name) {
			t.Errorf("%s: want words of small letters and digits with hyphens between", name)
		}
		if summary == "" || strings.HasSuffix(summary, ".") {
			t.Errorf("%s: want a summary without a full stop", name)
		}
		if !changed {
			t.Errorf("%s: the client does nothing otherwise", name)
		}
	}
	for _, f := range Faults() {
		check(f.Name, f.Summary, f.Change != nil)
	}
	for _, v := range Variants() {
		check(v.Name, v.Summary, v.Change != nil)
	}
}

func TestRequirementsOfFaultsCanBeJudged(t *testing.T) {
	for _, w := range workflows {
		for _, f := range w.faults() {
			if len(f.Requirements) == 0 {
				t.Errorf("%s: want a requirement", f.Name)
			}
			for _, id := range f.Requirements {
				r, ok := requirements.Get(id)
				switch {
				case !ok:
					t.Errorf("%s: the catalogue has no %s", f.Name, id)
				case r.Party != requirements.Client || r.Unobservable != "":
					t.Errorf("%s: no run can judge %s of a client", f.Name, id)
				}
				if _, ok := r.Level(requirements.Draft); !ok {
					t.Errorf("%s: %s is not in the draft", f.Name, id)
				}
			}
		}
	}
}

func TestEveryRequirementThatCanBeJudgedHasAFault(t *testing.T) {
	has := map[requirements.ID]bool{}
	for _, f := range Faults() {
		for _, id := range f.Requirements {
			has[id] = true
		}
	}
	for _, r := range requirements.OfClients() {
		if r.Unobservable == "" && !has[r.ID] {
			t.Errorf("%s has no fault", r.ID)
		}
	}
}
