package suite

import (
	"cmp"
	"slices"
	"sync"

	"assay/wire"
)

// Count is what requests are counted by.
type Count struct {
	Purpose  string // set up, judged, taken back, probed
	Endpoint wire.Endpoint
	Spec     string // the requirement that the spec judges; empty for no spec
}

// Chain is the requests of a spec that were sent in a row.
type Chain struct {
	Spec     string
	Requests int
}

// profile counts the requests of a run.
type profile struct {
	mu     sync.Mutex
	counts map[Count]int
	chains []Chain
}

func (p *profile) add(purpose, spec string, ex *wire.Exchange) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts[Count{purpose, ex.Endpoint, spec}] += 1 + len(ex.Hops)
}

func (p *profile) chain(spec string, requests int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.chains = append(p.chains, Chain{spec, requests})
}

// Profile is how many requests were sent for what, and the chains of requests that
// each waits for the one before, the longest first.
func (r *Run) Profile() (map[Count]int, []Chain) {
	r.profile.mu.Lock()
	defer r.profile.mu.Unlock()
	chains := slices.Clone(r.profile.chains)
	slices.SortFunc(chains, func(a, b Chain) int { return cmp.Compare(b.Requests, a.Requests) })
	return r.profile.counts, chains
}
