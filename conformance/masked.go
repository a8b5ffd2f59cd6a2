package conformance

import (
	"fmt"

	"assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/reports"
)

// unmasked returns findings that only appeared in steps before a judgement. A
// requirement that blocks a spec is broken. If no spec of that requirement found it
// broken, the report would not say so. The first blocked spec becomes the finding for
// all.
func unmasked(results []reports.Result, version requirements.Version) []reports.Result {
	reported := map[string]bool{}
	waits := map[string]string{} // by requirement: the requirement that blocks its specs
	for _, res := range results {
		switch res.Outcome {
		case reports.Fail, reports.Warn, reports.Observed, reports.KnownFailure, reports.Error:
			reported[res.Requirement] = true
		case reports.Blocked:
			if waits[res.Requirement] == "" {
				waits[res.Requirement] = res.BlockedBy
			}
		}
	}
	at := map[string]int{}
	var found []reports.Result
	for place, res := range results {
		if res.Outcome != reports.Blocked || res.BlockedBy == "" {
			continue
		}
		by := cause(res.BlockedBy, waits, reported)
		if by != res.Requirement {
			results[place].BlockedBy = by // what the report has a finding of
		}
		switch {
		case reported[by]:
			continue
		case res.Unclear != "" && by != res.Requirement:
			// A fault of the optional feature is not a fault of the requirement that it
			// builds on.
			results[place].BlockedBy, results[place].Message = "", "it is not clear whether the registry has "+res.Unclear+": "+res.Message
			continue
		}
		if i, ok := at[by]; ok {
			found[i].Occurrences++
			continue
		}
		finding, ok := unmask(res, by, version)
		if !ok {
			continue
		}
		at[by] = len(found)
		found = append(found, finding)
	}
	return found
}

// cause follows the requirements that block one another to the end: to a requirement
// that no other blocks, or to the first one that is blocked by itself.
func cause(by string, waits map[string]string, reported map[string]bool) string {
	for seen := map[string]bool{}; !reported[by] && waits[by] != "" && !seen[by]; by = waits[by] {
		seen[by] = true
	}
	return by
}

// unmask makes a finding of the requirement that blocked a spec.
func unmask(res reports.Result, by string, version requirements.Version) (reports.Result, bool) {
	r, ok := requirements.Get(requirements.ID(by))
	if !ok {
		return res, false
	}
	level, ok := r.Level(version)
	if !ok {
		return res, false
	}
	finding := res
	finding.Requirement, finding.Level, finding.Workflow = by, string(level), string(r.Workflow)
	finding.Summary, finding.Link, finding.BlockedBy = r.Summary, r.Link(version), ""
	finding.Outcome, finding.Occurrences = suite.NotKept(level), 1
	finding.Message = fmt.Sprintf("on the way to %s: %s", res.Requirement, res.Message)
	return finding, true
}
