package faults_test

import (
	"testing"

	"assay/conformance/requirements"
	"assay/reference/faults"
)

func TestFaultsNameRequirementsThatTheirVersionHas(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range faults.Faults() {
		if seen[f.Name] {
			t.Errorf("two faults are called %s", f.Name)
		}
		seen[f.Name] = true
		if len(f.Requirements) == 0 || f.Summary == "" {
			t.Errorf("%s: want a requirement and a summary", f.Name)
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
		}
	}
	if len(seen) < 150 {
		t.Errorf("%d faults, want 150 at least", len(seen))
	}
}

func TestEveryObservableRequirementHasAFault(t *testing.T) {
	has := map[requirements.ID]bool{}
	for _, f := range faults.Faults() {
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

func TestVariantsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range faults.Faults() { // which are run by name, too
		seen[f.Name] = true
	}
	many := len(seen)
	for _, v := range faults.Variants() {
		if seen[v.Name] {
			t.Errorf("two faults or variants are called %s", v.Name)
		}
		seen[v.Name] = true
		if v.Summary == "" {
			t.Errorf("%s: want a summary", v.Name)
		}
	}
	if len(seen)-many < 45 {
		t.Errorf("%d variants, want 45 at least", len(seen)-many)
	}
}
