package faultrun

import (
	"slices"

	"assay/conformance/requirements"
	"assay/reports"
)

// Verdict is what came of a case.
type Verdict string

// The verdicts on faults, on variants, and on what could not be judged.
const (
	Caught       Verdict = "caught"
	Missed       Verdict = "missed"
	NamedWrongly Verdict = "named wrongly"
	Clean        Verdict = "clean"
	Alarmed      Verdict = "alarmed"
	Broken       Verdict = "error"
)

// Result is what came of a case.
type Result struct {
	Case    Case
	Verdict Verdict
	// Under lists the requirements under which the fault was found.
	Under []string
	// Others lists the requirements that were reported besides: collateral
	// findings of a fault, and each alarm of a variant.
	Others []string
	// Findings is how many requirements were reported, right and wrong.
	Findings int
	Err      error
}

// Perfect says whether there is nothing to tell.
func (r Result) Perfect() bool {
	return r.Err == nil && len(r.Others) == 0 && (r.Verdict == Caught || r.Verdict == Clean)
}

// Wrong says whether the suite did not do its work.
func (r Result) Wrong() bool { return r.Verdict != Caught && r.Verdict != Clean }

func classify(c Case, run *reports.Run, err error) Result {
	r := Result{Case: c, Err: err}
	switch {
	case err != nil:
		r.Verdict = Broken
	case c.IsFault():
		r.findings(run)
	default:
		r.alarms(run)
	}
	return r
}

// findings judges what was found in a fault. An observation counts where it
// names the fault; elsewhere it accuses nobody. That Assay itself went wrong
// is never the name of a fault.
func (r *Result) findings(run *reports.Run) {
	for _, f := range run.Findings() {
		right := slices.Contains(r.Case.Requirements, requirements.ID(f.Requirement))
		switch {
		case right && f.Outcome != reports.Error && f.Outcome != reports.UnexpectedPass:
			r.Under = add(r.Under, f.Requirement)
		case f.Outcome == reports.Error:
			r.Others = add(r.Others, "error: "+f.Requirement)
		case f.Outcome != reports.Observed:
			r.Others = add(r.Others, f.Requirement)
		}
	}
	r.Findings = len(r.Under) + len(r.Others)
	switch {
	case len(r.Under) > 0:
		r.Verdict = Caught
	case len(r.Others) > 0:
		r.Verdict = NamedWrongly
	default:
		r.Verdict = Missed
	}
}

// alarms judges what was found where nothing is wrong: findings, and also what
// could not be judged.
func (r *Result) alarms(run *reports.Run) {
	for _, res := range run.Results {
		switch res.Outcome {
		case reports.Fail, reports.Warn, reports.UnexpectedPass:
			r.Others = add(r.Others, res.Requirement)
		case reports.Error, reports.Blocked:
			r.Others = add(r.Others, string(res.Outcome)+": "+res.Requirement)
		}
	}
	r.Findings = len(r.Others)
	r.Verdict = Clean
	if len(r.Others) > 0 {
		r.Verdict = Alarmed
	}
}

func add(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}
