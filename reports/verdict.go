package reports

import (
	"slices"
)

// Findings returns the results that report a failure, a warning, an observation, an
// unexpected pass or an error, worst first. Results of the same requirement and outcome
// are one finding. It has the evidence of the simplest spec, which has the shortest
// title, and the Occurrences and titles of all of them. Cells with the same tool, verb
// and harm are one finding as well.
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
			c := *res.Cell // the run's own cell must not change
			c.Alike = []string{c.Mechanism}
			res.Cell = &c
		}
		at[k] = len(found)
		found = append(found, res)
	}
	slices.SortStableFunc(found, func(a, b Result) int { return rank[a.Outcome] - rank[b.Outcome] })
	return found
}

// cause is equal for results that are one finding.
func (r Result) cause() string {
	if r.Cell != nil {
		return r.Cell.cause()
	}
	return r.Requirement
}

// Failed says whether the run must exit with 1. This is so if a MUST was not kept or
// could not be judged, if a listed failure passed, if Assay itself had an error, or,
// when strict, if a SHOULD was not kept.
func (r *Run) Failed(strict bool) bool {
	return slices.ContainsFunc(r.Results, func(res Result) bool { return res.Failed(strict) })
}

// Failed says whether the result makes its run fail.
func (r Result) Failed(strict bool) bool {
	if r.Proposal != "" {
		return false // what is only proposed fails nobody
	}
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

// Summarise computes the workflows from the results, in the order of names.
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
		if w.Verdict = w.Must.verdict(); r.Shard != nil && w.Verdict == Conformant {
			w.Verdict = Partial
		}
		r.Workflows = append(r.Workflows, w)
	}
}

// Verdict is the worst verdict of the workflows. Workflows that are unsupported or were
// not tested count only if there are no others. A shard is at most partial.
func (r *Run) Verdict() Verdict {
	v := r.wholeVerdict()
	if r.Shard != nil && v != NotConformant && v != Harmful {
		return Partial
	}
	return v
}

// wholeVerdict is the verdict if the results are those of a whole run.
func (r *Run) wholeVerdict() Verdict {
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

// matrixVerdict is the verdict of a downlevel run: whether there was any harm without
// an error.
func (r *Run) matrixVerdict() Verdict {
	outcomes := Counts{}
	for _, res := range r.Results {
		if res.Proposal == "" {
			outcomes[res.Outcome]++
		}
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

// Kept is the number of results for which the requirement was kept.
func (c Counts) Kept() int {
	return c[Pass] + c[UnexpectedPass]
}

// Judged is the number of results that show whether the requirement is kept.
func (c Counts) Judged() int {
	return c.Kept() + c[Fail] + c[Warn] + c[Observed] + c[KnownFailure]
}

// verdict follows from the MUSTs alone. One failure makes the workflow "not
// conformant". If nothing was judged, it is unsupported or not tested. If some could
// not be judged, it is partial.
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
