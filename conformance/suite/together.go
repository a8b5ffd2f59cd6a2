package suite

import (
	"slices"
	"sync"

	"assay/wire"
)

// Together takes the steps at the same time and returns when all have ended.
// Each has the repository to itself and none of the lenient steps, which may
// end the spec: only the spec's own goroutine can. What was sent is recorded
// afterwards, in the order of time.
func (r *Repository) Together(steps ...func(*wire.Repository)) {
	var (
		rec  = recording
		sent = make([][]*wire.Exchange, len(steps))
		gate = make(chan struct{})
		all  sync.WaitGroup
	)
	for i, step := range steps {
		client := state.Client.Observed(func(ex *wire.Exchange) { sent[i] = append(sent[i], ex) })
		all.Go(func() {
			<-gate
			step(client.Repository(r.Name()))
		})
	}
	close(gate)
	all.Wait()
	exchanges := slices.Concat(sent...)
	slices.SortStableFunc(exchanges, func(a, b *wire.Exchange) int { return a.Started.Compare(b.Started) })
	for _, ex := range exchanges {
		rec.observe(r.Name(), ex)
	}
}
