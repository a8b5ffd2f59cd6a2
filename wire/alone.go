package wire

import (
	"container/heap"
	"context"
)

// solo stands for requests that go on alone.
type solo struct{ inFlight int }

type soloKey struct{}

func soloOf(ctx context.Context) *solo {
	s, _ := ctx.Value(soloKey{}).(*solo)
	return s
}

// Alone calls f with a context whose requests go on alone: the client sends no others
// until f returns, and none is in flight. The other requests wait. So f must not wait for
// anything that needs them. If ctx ends before it is the turn of f, Alone calls f at once,
// and its requests fail.
func (c *Client) Alone(ctx context.Context, f func(context.Context)) {
	g, s := c.gate, new(solo)
	select {
	case g.turn <- struct{}{}:
	case <-ctx.Done():
		f(ctx)
		return
	}
	g.only(s)
	defer func() {
		g.only(nil)
		<-g.turn
	}()
	f(context.WithValue(ctx, soloKey{}, s))
}

// only lets through the requests of s alone, or all of them if s is nil.
func (g *gate) only(s *solo) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.alone = s
	g.admit()
}

// next takes the next request from the queue; nil if none may go now. The caller holds
// g.mu.
func (g *gate) next() *waiter {
	if g.alone == nil {
		return heap.Pop(&g.waiting).(*waiter)
	}
	if g.inFlight > g.alone.inFlight {
		return nil
	}
	first := -1
	for i, w := range g.waiting {
		if w.solo == g.alone && (first < 0 || g.waiting.Less(i, first)) {
			first = i
		}
	}
	if first < 0 {
		return nil
	}
	return heap.Remove(&g.waiting, first).(*waiter)
}

// free takes the place back. The caller holds g.mu.
func (g *gate) free(p *place) {
	p.held = false
	g.inFlight--
	if p.solo != nil {
		p.solo.inFlight--
	}
}
