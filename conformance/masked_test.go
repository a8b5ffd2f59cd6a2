package conformance

import (
	"testing"

	"assay/conformance/requirements"
	"assay/reports"
)

func TestUnmasked(t *testing.T) {
	const (
		by    = string(requirements.PullManifestGetBytes)
		other = string(requirements.PullManifestGetStatus)
		third = string(requirements.PullManifestGetDigestHeader) // a SHOULD
	)
	blocked := func(requirement, by string) reports.Result {
		return reports.Result{Requirement: requirement, Outcome: reports.Blocked, BlockedBy: by, Message: "it is not"}
	}
	result := func(requirement string, o reports.Outcome) reports.Result {
		return reports.Result{Requirement: requirement, Outcome: o}
	}
	for name, tc := range map[string]struct {
		results []reports.Result
		found   string          // the requirement; empty for none
		want    reports.Outcome // of it
		times   int
	}{
		"nothing is blocked":               {[]reports.Result{result(by, reports.Pass)}, "", "", 0},
		"it is found by its own spec":      {[]reports.Result{result(by, reports.Pass), result(by, reports.Fail), blocked(other, by)}, "", "", 0},
		"its own specs found it kept":      {[]reports.Result{result(by, reports.Pass), blocked(other, by), blocked(other, by)}, by, reports.Fail, 2},
		"its own spec is blocked by it":    {[]reports.Result{blocked(by, by)}, by, reports.Fail, 1},
		"its own specs wait for a finding": {[]reports.Result{result(third, reports.Warn), blocked(by, third), blocked(other, by)}, "", "", 0},
		"what its own specs wait for":      {[]reports.Result{blocked(by, third), blocked(other, by)}, third, reports.Warn, 2},
		"two that wait for each other":     {[]reports.Result{blocked(by, other), blocked(other, by)}, by, reports.Fail, 2},
		"its own specs were not selected":  {[]reports.Result{blocked(other, by)}, by, reports.Fail, 1},
		"it was blocked by no requirement": {[]reports.Result{blocked(other, "")}, "", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			found := unmasked(tc.results, requirements.V1_1)
			if tc.want == "" {
				if len(found) > 0 {
					t.Errorf("found %+v", found)
				}
				return
			}
			total := 0
			for _, f := range found {
				total += f.Occurrences
			}
			if f := found[0]; f.Requirement != tc.found && len(found) == 1 || f.Outcome != tc.want || total != tc.times ||
				f.Workflow != "pull" || f.BlockedBy != "" {
				t.Errorf("found %+v", found)
			}
		})
	}
}
