package conformance

import (
	"fmt"

	"assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/reports"
	"assay/reports/known"
)

// unmasked are the findings that only showed on the way of specs: what blocks a
// spec is broken, and where no spec of that requirement found it so, nothing
// would say it. The first that was blocked stands for all.
func unmasked(results []reports.Result, version requirements.Version, failures known.List) []reports.Result {
	reported, kept := map[string]bool{}, map[string]bool{}
	for _, res := range results {
		switch res.Outcome {
		case reports.Fail, reports.Warn, reports.Observed, reports.KnownFailure, reports.Error:
			reported[res.Requirement] = true
		case reports.Pass:
			kept[res.Requirement] = true
		case reports.Blocked:
			kept[res.Requirement] = kept[res.Requirement] || res.BlockedBy == res.Requirement
		}
	}
	at := map[string]int{}
	var found []reports.Result
	for _, res := range results {
		by := res.BlockedBy
		if res.Outcome != reports.Blocked || reported[by] || !kept[by] {
			continue
		}
		if i, ok := at[by]; ok {
			found[i].Occurrences++
			continue
		}
		r, ok := requirements.Get(requirements.ID(by))
		if !ok {
			continue
		}
		level, ok := r.Level(version)
		if !ok {
			continue
		}
		finding := res
		finding.Requirement, finding.Level, finding.Workflow = by, string(level), string(r.Workflow)
		finding.Summary, finding.Link, finding.BlockedBy = r.Summary, r.Link(version), ""
		finding.Outcome, finding.Occurrences = suite.NotKept(level), 1
		finding.Message = fmt.Sprintf("on the way to %s: %s", res.Requirement, res.Message)
		at[by] = len(found)
		found = append(found, finding)
	}
	for i := range found {
		found[i] = failures.Excuse(found[i])
	}
	return found
}
