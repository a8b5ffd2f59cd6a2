package conformance

import (
	"testing"

	"assay/conformance/requirements"
	"assay/reports"
)

func silent(o reports.Outcome, requirement string) reports.Result {
	return reports.Result{Requirement: requirement, Outcome: o, Asked: "PATCH end-5", Silent: true}
}

func TestSilenceIsOneFinding(t *testing.T) {
	const (
		chunk = string(requirements.PushBlobChunkStatus)
		other = string(requirements.PushBlobChunkRange)
	)
	for name, tc := range map[string]struct {
		results []reports.Result
		found   string
		blocked int // by it
	}{
		"the ordinary requirement": {[]reports.Result{silent(reports.Warn, other), silent(reports.Fail, chunk), silent(reports.Blocked, "a"), silent(reports.Blocked, "b")}, chunk, 3},
		"the first one":            {[]reports.Result{silent(reports.Warn, other), silent(reports.Fail, "a"), silent(reports.Blocked, "b")}, other, 2},
	} {
		t.Run(name, func(t *testing.T) {
			silence(tc.results)
			blocked := 0
			for _, res := range tc.results {
				switch {
				case isFinding(res) && res.Requirement != tc.found:
					t.Errorf("%s is a finding, too", res.Requirement)
				case res.Outcome == reports.Blocked && res.BlockedBy == tc.found:
					blocked++
				}
			}
			if blocked != tc.blocked {
				t.Errorf("%d are blocked by %s, want %d", blocked, tc.found, tc.blocked)
			}
		})
	}
	// Without a kind that was given up, each time-out is its own.
	results := []reports.Result{silent(reports.Warn, other), silent(reports.Fail, chunk)}
	if silence(results); results[0].Outcome != reports.Warn {
		t.Errorf("one time-out was blocked by another: %+v", results[0])
	}
}

func TestErrorsThatComeAndGoAreOneFinding(t *testing.T) {
	failed := func(requirement requirements.ID, status int) reports.Result {
		return reports.Result{
			Requirement: string(requirement), Outcome: reports.Fail, Asked: "GET end-3",
			Exchanges: []reports.Exchange{{Method: "GET", URL: "/v2/a/manifests/b", Status: status, Judged: true}},
		}
	}
	results := []reports.Result{
		failed(requirements.PullManifestGetStatus, 500), failed(requirements.PushTagGrammarAccepted, 500),
		failed(requirements.PullManifestGetUnknown, 410), failed(requirements.PullManifestReference, 500),
	}
	comesAndGoes(results, []int{0, 1, 2})
	for i, want := range []string{"", string(requirements.PullManifestGetStatus), "", ""} {
		if results[i].BlockedBy != want {
			t.Errorf("%s is blocked by %q, want %q", results[i].Requirement, results[i].BlockedBy, want)
		}
	}
}
