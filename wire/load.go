package wire

import (
	"net/http"
	"strings"
)

// Load is how much a target was asked, and how it bore that.
type Load struct {
	// Requests is how many HTTP requests were sent, as [Client.Requests].
	Requests int
	// MaxInFlight is how many were allowed at the same time.
	MaxInFlight int
	// MostInFlight is how many there were at the same time.
	MostInFlight int
	// LowestBound is how far the bound was lowered because the target could
	// not bear more; MaxInFlight when it never was.
	LowestBound int
	// Why are the signs of that, such as "429 Too Many Requests, 12 times";
	// empty when there were none.
	Why string
	// Throttled is how many answers were 429 or 503.
	Throttled int
}

// Load is how much the target was asked so far.
func (c *Client) Load() Load {
	g := c.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.pace
	return Load{
		Requests: c.Requests(), MaxInFlight: p.allowed, MostInFlight: g.most, LowestBound: p.lowest,
		Why:       strings.Join(p.causes.texts(), "; "),
		Throttled: p.causes[StatusText(http.StatusTooManyRequests)] + p.causes[StatusText(http.StatusServiceUnavailable)],
	}
}
