package wire

import (
	"container/heap"
	"context"
	"sync"

	"golang.org/x/time/rate"
)

// gate limits the requests at the same time to the pace, and the requests in a second
// to the rate. Waiting requests are let through by priority, then in the order of
// arrival.
type gate struct {
	rate *rate.Limiter // nil for no limit

	mu       sync.Mutex
	pace     *pace
	inFlight int
	most     int
	// starting says that a request has a place and waits for the rate. The next request
	// is chosen only after that, so that priority counts.
	starting bool
	arrivals int
	waiting  queue
	turn     chan struct{} // held by the one that is alone
	alone    *solo         // nil if all requests are let through
}

func newGate(m Manners) *gate {
	g := &gate{pace: newPace(m.MaxInFlight), turn: make(chan struct{}, 1)}
	if m.MaxRate > 0 {
		g.rate = rate.NewLimiter(rate.Limit(m.MaxRate), 1)
	}
	return g
}

// place is the right to send a request.
type place struct {
	gate *gate
	held bool
	solo *solo
	// beside is the number of requests in flight when this one was sent, itself
	// included.
	beside int
}

// enter waits for a place. The only error is the context's.
func (g *gate) enter(ctx context.Context) (*place, error) {
	p := &place{gate: g}
	return p, p.enter(ctx)
}

func (p *place) enter(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	g := p.gate
	w := &waiter{priority: priorityOf(ctx), place: p, solo: soloOf(ctx), ready: make(chan struct{})}
	g.mu.Lock()
	g.arrivals++
	w.arrival = g.arrivals
	heap.Push(&g.waiting, w)
	g.admit()
	g.mu.Unlock()
	var err error
	select {
	case <-w.ready:
		if g.rate != nil && g.rate.Wait(ctx) != nil {
			// It also returns at once if the wait would pass the deadline.
			if err = context.Cause(ctx); err == nil {
				err = context.DeadlineExceeded
			}
		}
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !p.held {
		heap.Remove(&g.waiting, w.index)
		return err
	}
	g.starting = false
	if err != nil {
		g.free(p)
	} else {
		g.most = max(g.most, g.inFlight)
	}
	g.admit()
	return err
}

// leave gives the place back. A second call does nothing.
func (p *place) leave() {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	if p.held {
		p.gate.free(p)
		p.gate.admit()
	}
}

// learn gives the pace the outcome of a request that still has its place.
func (g *gate) learn(o outcome) {
	g.mu.Lock()
	defer g.mu.Unlock()
	o.after = g.inFlight
	g.pace.learn(o)
	g.admit()
}

// admit gives the free places to waiting requests. The caller holds g.mu.
func (g *gate) admit() {
	for len(g.waiting) > 0 && g.inFlight < g.pace.bound && !g.starting {
		w := g.next()
		if w == nil {
			return
		}
		g.inFlight++
		if w.place.solo = w.solo; w.solo != nil {
			w.solo.inFlight++
		}
		w.place.held, w.place.beside = true, g.inFlight
		g.starting = g.rate != nil
		close(w.ready)
	}
}

type priorityKey struct{}

// WithPriority lets the requests of ctx go before waiting requests of a lower priority.
// Without it, the priority is 0.
func WithPriority(ctx context.Context, priority int) context.Context {
	return context.WithValue(ctx, priorityKey{}, priority)
}

func priorityOf(ctx context.Context) int {
	priority, _ := ctx.Value(priorityKey{}).(int)
	return priority
}

// waiter is a request that waits for a place.
type waiter struct {
	priority, arrival int
	index             int // the position in the queue
	place             *place
	solo              *solo
	ready             chan struct{}
}

// queue is a heap of waiters.
type queue []*waiter

func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool {
	if q[i].priority != q[j].priority {
		return q[i].priority > q[j].priority
	}
	return q[i].arrival < q[j].arrival
}

func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *queue) Push(w any) {
	w.(*waiter).index = len(*q)
	*q = append(*q, w.(*waiter))
}

func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	(*q)[len(*q)-1] = nil
	*q = (*q)[:len(*q)-1]
	return last
}
