package conformance

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"assay/conformance/suite"
	"assay/reports"
)

// phases measures how long each phase of a run takes.
type phases struct {
	last time.Time
	all  []reports.ProfilePhase
}

func newPhases() *phases { return &phases{last: time.Now()} }

// end ends the phase called name.
func (p *phases) end(name string) {
	now := time.Now()
	p.all = append(p.all, reports.ProfilePhase{Name: name, Seconds: now.Sub(p.last).Seconds()})
	p.last = now
}

// profile counts the requests of a run by their purpose. probed is the number of
// requests before the specs.
func profile(run *suite.Run, probed int, p *phases) *reports.Profile {
	counts, chains := run.Profile()
	purposes, endpoints, specs := map[string]int{"probed": probed}, map[string]int{}, map[string]int{}
	for c, n := range counts {
		purposes[c.Purpose] += n
		endpoints[string(c.Endpoint)] += n
		if c.Spec != "" {
			specs[c.Spec] += n
		}
	}
	out := &reports.Profile{Phases: p.all, Purposes: sortedCounts(purposes), Endpoints: sortedCounts(endpoints), Specs: sortedCounts(specs)}
	if len(chains) > 0 {
		out.Chain, out.ChainSpec = chains[0].Requests, chains[0].Spec
	}
	return out
}

func sortedCounts(counts map[string]int) []reports.ProfileCount {
	var all []reports.ProfileCount
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		all = append(all, reports.ProfileCount{Name: name, Requests: counts[name]})
	}
	slices.SortStableFunc(all, func(a, b reports.ProfileCount) int { return cmp.Compare(b.Requests, a.Requests) })
	return all
}
