package wire

import (
	"sync"
	"time"
)

// patience shortens the wait for endpoints that have let requests time out
// again and again: one that hangs would cost a time-out for each of its
// requests.
type patience struct {
	mu   sync.Mutex
	hung map[Endpoint]int // time-outs in a row
}

// Limits of patience: after so many time-outs in a row, so many times less.
const (
	patienceTimeouts = 2
	patienceDivisor  = 10
)

// limit is how long to wait for an endpoint that may take full.
func (p *patience) limit(e Endpoint, full time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hung[e] >= patienceTimeouts {
		return full / patienceDivisor
	}
	return full
}

// learn notes whether a request to the endpoint timed out.
func (p *patience) learn(e Endpoint, timedOut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if timedOut {
		p.hung[e]++
	} else {
		delete(p.hung, e)
	}
}
