package reports

import (
	"cmp"
	"slices"
)

// blocker is a broken behaviour that kept specs from being judged.
type blocker struct {
	Cause string
	Specs int
	// Excused says that the cause is a known failure.
	Excused bool
}

func (b blocker) String() string {
	if b.Excused {
		return b.Cause + ", a known failure"
	}
	return b.Cause
}

// blockers groups the blocked results by their blocker, most specs first.
func blockers(results []Result) []blocker {
	at := map[string]int{}
	var found []blocker
	for _, res := range results {
		if res.Outcome != Blocked {
			continue
		}
		cause := cmp.Or(res.BlockedBy, res.Message)
		i, ok := at[cause]
		if !ok {
			i = len(found)
			at[cause] = i
			found = append(found, blocker{Cause: cause, Excused: res.Excused})
		}
		found[i].Specs++
	}
	slices.SortStableFunc(found, func(a, b blocker) int { return b.Specs - a.Specs })
	return found
}
