package reports

import (
	"slices"
)

// Findings returns the results that report something: a failure, a warning, an
// observation, an unexpected pass or an error, worst first.
func (r *Run) Findings() []Result {
	rank := map[Outcome]int{Fail: 1, UnexpectedPass: 2, Error: 3, Warn: 4, Observed: 5}
	var found []Result
	for _, res := range r.Results {
		if rank[res.Outcome] > 0 {
			found = append(found, res)
		}
	}
	slices.SortStableFunc(found, func(a, b Result) int { return rank[a.Outcome] - rank[b.Outcome] })
	return found
}

// Failed says whether the run must exit with 1: a MUST was not kept, a listed
// failure passed, Assay itself went wrong, or, when strict, a SHOULD was not
// kept.
func (r *Run) Failed(strict bool) bool {
	return slices.ContainsFunc(r.Results, func(res Result) bool {
		switch res.Outcome {
		case Fail, UnexpectedPass, Error:
			return true
		case Warn:
			return strict
		}
		return false
	})
}

// Summarise computes the workflows from the results, in the order in which
// names lists them.
func (r *Run) Summarise(names []string) {
	r.Workflows = nil
	for _, name := range names {
		w := Workflow{Name: name, Must: Counts{}, Should: Counts{}}
		for _, res := range r.Results {
			if res.Workflow != name {
				continue
			}
			switch res.Level {
			case "MUST":
				w.Must[res.Outcome]++
			case "SHOULD":
				w.Should[res.Outcome]++
			}
		}
		w.Verdict = w.Must.verdict()
		r.Workflows = append(r.Workflows, w)
	}
}

// verdict follows the MUSTs alone: one failure is enough for "not conformant";
// with nothing judged the workflow is unsupported or not tested; what could
// not be judged leaves it partial.
func (c Counts) verdict() Verdict {
	judged := c[Pass] + c[Fail] + c[KnownFailure] + c[UnexpectedPass]
	switch {
	case c[Fail]+c[KnownFailure]+c[UnexpectedPass] > 0:
		return NotConformant
	case judged == 0 && c[Blocked]+c[Error] > 0:
		return Partial
	case judged == 0 && c[Unsupported] > 0:
		return NoSupport
	case judged == 0:
		return NotTested
	case c[Blocked]+c[Error]+c[Skipped] > 0:
		return Partial
	}
	return Conformant
}
