package wire

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// EndToken stands for the token service in [Client.Profile].
const EndToken Endpoint = "token"

// Use is how much requests of one purpose, method and endpoint there were.
type Use struct {
	Purpose  string // as [WithPurpose] said; empty for none
	Method   string
	Endpoint Endpoint
	Requests int
	// Time is what they took in all. Waiting for a turn is left out; a token
	// counts for itself and for the request that needed it.
	Time time.Duration
}

type profile struct {
	mu   sync.Mutex
	uses map[Use]*Use // by their first three fields
}

func (p *profile) add(purpose, method string, e Endpoint, took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := Use{Purpose: purpose, Method: method, Endpoint: e}
	use := p.uses[key]
	if use == nil {
		use = &key
		p.uses[Use{Purpose: purpose, Method: method, Endpoint: e}] = use
	}
	use.Requests++
	use.Time += took
}

// Profile is what the requests so far were for, the costliest first.
func (c *Client) Profile() []Use {
	p := c.profile
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]Use, 0, len(p.uses))
	for _, use := range p.uses {
		out = append(out, *use)
	}
	slices.SortFunc(out, func(a, b Use) int {
		return cmp.Or(-cmp.Compare(a.Time, b.Time), cmp.Compare(a.Purpose, b.Purpose),
			cmp.Compare(a.Method, b.Method), cmp.Compare(a.Endpoint, b.Endpoint))
	})
	return out
}
