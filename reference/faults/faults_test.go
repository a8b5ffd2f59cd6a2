package faults

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"assay/conformance/requirements"
)

// wellFormed is a name as it can be typed after --only and be the name of a
// directory.
var wellFormed = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+|\.[0-9]+)*$`)

// checkNamed checks what faults and variants have in common.
func checkNamed(t *testing.T, seen map[string]bool, name, summary string, spec requirements.Version) {
	t.Helper()
	if seen[name] {
		t.Errorf("%s: the name is taken", name)
	}
	seen[name] = true
	if !wellFormed.MatchString(name) {
		t.Errorf("%s: want words of small letters and digits with hyphens between", name)
	}
	if summary == "" {
		t.Errorf("%s: want a summary", name)
	}
	for _, v := range requirements.Versions() {
		if strings.HasSuffix(name, "-"+string(v)) && spec != v {
			t.Errorf("%s: it is run with version %s", name, spec)
		}
	}
}

func TestNamesAreUniqueAndWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Faults() {
		checkNamed(t, seen, f.Name, f.Summary, f.Spec)
	}
	for _, v := range Variants() { // which are run by name, too
		checkNamed(t, seen, v.Name, v.Summary, v.Spec)
	}
}

func TestRequirementsOfFaultsCanBeJudgedByTheirVersion(t *testing.T) {
	for _, f := range Faults() {
		if len(f.Requirements) == 0 {
			t.Errorf("%s: want a requirement", f.Name)
		}
		for _, id := range f.Requirements {
			r, ok := requirements.Get(id)
			if !ok {
				t.Errorf("%s: the catalogue has no %s", f.Name, id)
				continue
			}
			if _, ok := r.Level(f.Spec); !ok {
				t.Errorf("%s: %s is not in version %s", f.Name, id, f.Spec)
			}
			if r.Party != requirements.Registry || r.Unobservable != "" {
				t.Errorf("%s: no run can judge %s of a registry", f.Name, id)
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
	for _, r := range requirements.All() {
		if r.Party == requirements.Registry && r.Unobservable == "" && !has[r.ID] {
			t.Errorf("%s has no fault", r.ID)
		}
	}
}

func TestFaultsStandWithTheirWorkflow(t *testing.T) {
	var names []requirements.Workflow
	for _, w := range workflows {
		names = append(names, w.name)
		for _, f := range w.faults() {
			if r, ok := requirements.Get(f.Requirements[0]); ok && r.Workflow != w.name {
				t.Errorf("%s breaks %s first, and stands with the faults of %s", f.Name, r.ID, w.name)
			}
		}
	}
	for _, w := range requirements.Workflows() {
		if !slices.Contains(names, w) {
			t.Errorf("there are no faults of %s", w)
		}
	}
}

func TestFaultsAndVariantsChangeSomething(t *testing.T) {
	for _, f := range Faults() {
		if f.Middleware == nil {
			t.Errorf("%s: the registry does nothing wrong", f.Name)
		}
	}
	for _, v := range Variants() {
		if v.Options == nil && v.Middleware == nil && v.Elsewhere == nil {
			t.Errorf("%s: the registry does nothing otherwise", v.Name)
		}
	}
}
