package suite

import (
	"context"
	"slices"
	"sync"

	"assay/wire"
)

// Concurrently takes the steps at the same time and returns when all have ended. They
// use none of the lenient steps, which may end the spec: only the spec's own
// goroutine can. What was sent is recorded afterwards, in the order of time.
func Concurrently(ctx context.Context, steps ...func(context.Context)) {
	var (
		s    = of(ctx)
		sent = make([]*scope, len(steps))
		gate = make(chan struct{})
		all  sync.WaitGroup
	)
	for i, step := range steps {
		sent[i] = &scope{run: s.run, judging: s.judging, purpose: s.purpose, beside: true}
		all.Go(func() {
			<-gate
			step(sent[i].within(ctx))
		})
	}
	close(gate)
	all.Wait()
	var (
		exchanges []*wire.Exchange
		longest   int
	)
	s.mu.Lock()
	for _, own := range sent {
		exchanges = append(exchanges, own.exchanges...)
		s.left.add(own.left)
		longest = max(longest, own.chain)
	}
	s.chain += longest
	slices.SortStableFunc(exchanges, func(a, b *wire.Exchange) int { return a.Started.Compare(b.Started) })
	s.exchanges = append(s.exchanges, exchanges...)
	s.mu.Unlock()
	if !s.beside {
		for _, ex := range exchanges {
			refuseWrites(ex)
		}
	}
}

// Alone calls the steps while the run sends no other requests. It is for what the next
// push of anything hides, such as a cache that each push clears. The steps must not wait
// for other specs: they use no content that specs share, and no lenient steps that push
// such content.
func Alone(ctx context.Context, steps func(context.Context)) { of(ctx).run.Client.Alone(ctx, steps) }

// AtOnce sends the requests at the same time, as [Concurrently] does, and returns the
// exchanges in the order of the requests.
func AtOnce(ctx context.Context, requests ...func(context.Context) *wire.Exchange) []*wire.Exchange {
	exchanges := make([]*wire.Exchange, len(requests))
	steps := make([]func(context.Context), len(requests))
	for i, request := range requests {
		steps[i] = func(ctx context.Context) { exchanges[i] = request(ctx) }
	}
	Concurrently(ctx, steps...)
	return exchanges
}
