package wire

import (
	"net/http"
	"strings"
)

// Load says how many requests a target got, and how it handled them.
type Load struct {
	// Requests is the number of HTTP requests, as in [Client.Requests].
	Requests int
	// MaxInFlight is the number that was allowed at the same time.
	MaxInFlight int
	// MostInFlight is the largest number that was in flight at the same time.
	MostInFlight int
	// LowestBound is the lowest limit of requests in flight that the target made
	// necessary. It is MaxInFlight if the limit was never lowered.
	LowestBound int
	// Why has the reasons for that, such as "429 Too Many Requests, 12 times"; empty
	// when there were none.
	Why string
	// Throttled is the number of answers 429 or 503.
	Throttled int
}

// Load returns the load of the target so far.
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
