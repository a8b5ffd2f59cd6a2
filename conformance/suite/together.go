package suite

import (
	"context"
	"slices"
	"sync"

	"assay/wire"
)

// Together takes the steps at the same time and returns when all have ended. They
// use none of the lenient steps, which may end the spec: only the spec's own
// goroutine can. What was sent is recorded afterwards, in the order of time.
func Together(ctx context.Context, steps ...func(context.Context)) {
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
	defer s.mu.Unlock()
	for _, own := range sent {
		exchanges = append(exchanges, own.exchanges...)
		s.left.add(own.left)
		longest = max(longest, own.chain)
	}
	s.chain += longest
	slices.SortStableFunc(exchanges, func(a, b *wire.Exchange) int { return a.Started.Compare(b.Started) })
	s.exchanges = append(s.exchanges, exchanges...)
}
