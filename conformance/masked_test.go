package conformance

import (
	"testing"

	"assay/conformance/requirements"
	"assay/reports"
	"assay/reports/known"
)

func TestUnmasked(t *testing.T) {
	const (
		by    = string(requirements.PullManifestGetBytes)
		other = string(requirements.PullManifestGetStatus)
	)
	blocked := func(requirement, by string) reports.Result {
		return reports.Result{Requirement: requirement, Outcome: reports.Blocked, BlockedBy: by, Message: "it is not"}
	}
	result := func(requirement string, o reports.Outcome) reports.Result {
		return reports.Result{Requirement: requirement, Outcome: o}
	}
	for name, tc := range map[string]struct {
		results []reports.Result
		known   known.List
		want    reports.Outcome // of the one that is found; empty for none
		times   int
	}{
		"nothing is blocked":               {[]reports.Result{result(by, reports.Pass)}, nil, "", 0},
		"it is found by its own spec":      {[]reports.Result{result(by, reports.Pass), result(by, reports.Fail), blocked(other, by)}, nil, "", 0},
		"its own specs found it kept":      {[]reports.Result{result(by, reports.Pass), blocked(other, by), blocked(other, by)}, nil, reports.Fail, 2},
		"its own spec is blocked by it":    {[]reports.Result{blocked(by, by)}, nil, reports.Fail, 1},
		"its own specs are blocked, too":   {[]reports.Result{blocked(by, "something.else"), blocked(other, by)}, nil, "", 0},
		"its own specs were not selected":  {[]reports.Result{blocked(other, by)}, nil, "", 0},
		"it is known not to be kept":       {[]reports.Result{result(by, reports.Pass), blocked(other, by)}, known.List{{Requirement: by, Reason: "later"}}, reports.KnownFailure, 1},
		"it was blocked by no requirement": {[]reports.Result{blocked(other, "")}, nil, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			found := unmasked(tc.results, requirements.V1_1, tc.known)
			if tc.want == "" {
				if len(found) > 0 {
					t.Errorf("found %+v", found)
				}
				return
			}
			if len(found) != 1 || found[0].Requirement != by || found[0].Outcome != tc.want || found[0].Occurrences != tc.times ||
				found[0].Level != "MUST" || found[0].Workflow != "pull" || found[0].BlockedBy != "" {
				t.Errorf("found %+v", found)
			}
		})
	}
}
