package wire

import (
	"context"
	"sync"
	"time"
)

// holds are the hosts that have sent Retry-After. One such answer delays all requests
// to the host, so that the other requests do not overload it.
type holds struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// set holds the host's requests back for d; a longer hold stands.
func (h *holds) set(host string, d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if until := time.Now().Add(d); until.After(h.until[host]) {
		h.until[host] = until
	}
}

// left is how long the host's requests are held back from now.
func (h *holds) left(host string) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	until, held := h.until[host]
	if !held {
		return 0
	}
	left := time.Until(until)
	if left <= 0 {
		delete(h.until, host)
	}
	return max(left, 0)
}

// waits is the time that one request may still wait because hosts ask for it.
type waits struct {
	left    time.Duration // negative for no waiting
	retries int
}

// take waits for d as far as there is time left for it; false when ctx ended.
func (w *waits) take(ctx context.Context, d time.Duration) bool {
	d = min(d, max(w.left, 0))
	w.left -= d
	return sleep(ctx, d)
}

// turn waits until the request may be sent: its host does not hold requests
// back, and there is a place for it.
func (c *Client) turn(ctx context.Context, req *Request, w *waits) (*place, error) {
	for {
		if err := c.hopeless.refuse(kindOf(req)); err != nil {
			return nil, err
		}
		if held := c.holds.left(req.URL.Host); held > 0 && w.left > 0 && !w.take(ctx, held) {
			return nil, context.Cause(ctx)
		}
		place, err := c.gate.enter(ctx)
		if err != nil {
			return nil, err
		}
		// While it waited for the place, much may have become known.
		err = c.hopeless.refuse(kindOf(req))
		if err == nil && (c.holds.left(req.URL.Host) == 0 || w.left <= 0) {
			return place, nil
		}
		place.leave()
		if err != nil {
			return nil, err
		}
	}
}
