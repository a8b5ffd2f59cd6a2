package reports

import "slices"

// worst lists the outcomes, the worst first. A spec that could not judge counts more
// than one that passed: then it is not known that the requirement is kept.
var worst = []Outcome{Fail, KnownFailure, Warn, Observed, Error, Blocked, UnexpectedPass, Pass, Unsupported, Skipped}

// Worse says whether o is a worse outcome than other.
func (o Outcome) Worse(other Outcome) bool {
	return slices.Index(worst, o) < slices.Index(worst, other)
}

// ByRequirement has the worst result of each requirement, and of each cell of a
// downlevel run, in the order of the results.
func (r *Run) ByRequirement() []Result {
	at := map[string]int{}
	var all []Result
	for _, res := range r.Results {
		i, ok := at[res.Requirement]
		switch {
		case !ok:
			at[res.Requirement] = len(all)
			all = append(all, res)
		case res.Outcome.Worse(all[i].Outcome):
			all[i] = res
		}
	}
	return all
}

// Symbol is the outcome as one character, so that colour is not the only sign.
func (o Outcome) Symbol() string {
	switch o {
	case Fail, KnownFailure:
		return "✗"
	case Warn:
		return "!"
	case Observed:
		return "~"
	case Pass, UnexpectedPass:
		return "✓"
	case Blocked, Error:
		return "?"
	case Unsupported:
		return "·"
	}
	return "–"
}
