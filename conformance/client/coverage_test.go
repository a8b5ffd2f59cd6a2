package client_test

import (
	"testing"

	"assay/conformance/client"
	"assay/conformance/requirements"
)

// Each requirement on clients is judged, or says why it cannot be.
func TestEveryRequirementIsJudged(t *testing.T) {
	covered, err := client.Coverage()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range requirements.OfClients() {
		switch judged := len(covered[r.ID]) > 0; {
		case !judged && r.Unobservable == "":
			t.Errorf("%s has no spec", r.ID)
		case judged && r.Unobservable != "":
			t.Errorf("%s has a spec, and cannot be judged: %s", r.ID, r.Unobservable)
		}
	}
}
