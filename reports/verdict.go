package reports

import (
	"slices"
)

// Findings returns the results that report something: a failure, a warning, an
// observation, an unexpected pass or an error, worst first. Results of the same
// requirement and outcome are one finding, with the evidence of the simplest spec,
// which has the shortest title, and the Occurrences and titles of all of them; so
// are cells of one tool, verb and harm.
func (r *Run) Findings() []Result {
	rank := map[Outcome]int{Fail: 1, UnexpectedPass: 2, Error: 3, Warn: 4, Observed: 5}
	type kind struct {
		cause   string
		outcome Outcome
	}
	at := map[kind]int{}
	var found []Result
	for _, res := range r.Results {
		if rank[res.Outcome] == 0 {
			continue
		}
		res.Occurrences = max(1, res.Occurrences)
		k := kind{res.cause(), res.Outcome}
		if i, ok := at[k]; ok {
			if res.Cell != nil {
				found[i].Cell.Alike = append(found[i].Cell.Alike, res.Cell.Mechanism)
			}
			simplest, situations, total := found[i], found[i].Situations, found[i].Occurrences+res.Occurrences
			if len(situations) == 0 {
				situations = []string{simplest.Spec}
			}
			situations = append(situations, res.Spec)
			if res.Cell == nil && len(res.Spec) < len(simplest.Spec) {
				simplest = res
			}
			simplest.Situations, simplest.Occurrences = situations, total
			found[i] = simplest
			continue
		}
		if res.Cell != nil {
			c := *res.Cell // the run's own stays as it is
			c.Alike = []string{c.Mechanism}
			res.Cell = &c
		}
		at[k] = len(found)
		found = append(found, res)
	}
	slices.SortStableFunc(found, func(a, b Result) int { return rank[a.Outcome] - rank[b.Outcome] })
	return found
}

// cause is the same for results that are one finding.
func (r Result) cause() string {
	if r.Cell != nil {
		return r.Cell.cause()
	}
	return r.Requirement
}

// Failed says whether the run must exit with 1: a MUST was not kept or could
// not be judged, a listed failure passed, Assay itself went wrong, or, when
// strict, a SHOULD was not kept.
func (r *Run) Failed(strict bool) bool {
	return slices.ContainsFunc(r.Results, func(res Result) bool { return res.Failed(strict) })
}

// Failed says whether the result fails its run.
func (r Result) Failed(strict bool) bool {
	switch r.Outcome {
	case Fail, UnexpectedPass, Error:
		return true
	case Blocked:
		return r.Level == "MUST" && !r.Excused
	case Warn:
		return strict
	}
	return false
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

// Verdict is what the workflows add up to: the worst of them, where those that
// are unsupported or were not tested count only when there are no others.
func (r *Run) Verdict() Verdict {
	if r.Matrix != nil {
		return r.matrixVerdict()
	}
	for _, v := range []Verdict{NotConformant, Partial, Conformant, NoSupport} {
		if slices.ContainsFunc(r.Workflows, func(w Workflow) bool { return w.Verdict == v }) {
			return v
		}
	}
	return NotTested
}

// matrixVerdict is that of a downlevel run: whether anything was harmed without
// an error.
func (r *Run) matrixVerdict() Verdict {
	outcomes := Counts{}
	for _, res := range r.Results {
		outcomes[res.Outcome]++
	}
	switch {
	case outcomes[Fail]+outcomes[KnownFailure] > 0:
		return Harmful
	case outcomes[Error]+outcomes[Skipped] > 0 && outcomes.Judged() > 0:
		return Partial
	case outcomes.Judged() > 0:
		return Harmless
	}
	return NotTested
}

// Kept is the number of results that found the requirement kept.
func (c Counts) Kept() int {
	return c[Pass] + c[UnexpectedPass]
}

// Judged is the number of results that found out whether the requirement is
// kept.
func (c Counts) Judged() int {
	return c.Kept() + c[Fail] + c[Warn] + c[Observed] + c[KnownFailure]
}

// verdict follows the MUSTs alone: one failure is enough for "not conformant";
// with nothing judged the workflow is unsupported or not tested; what could
// not be judged leaves it partial.
func (c Counts) verdict() Verdict {
	judged := c[Pass] + c[Fail] + c[KnownFailure] + c[UnexpectedPass]
	switch {
	case c[Fail]+c[KnownFailure] > 0:
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
