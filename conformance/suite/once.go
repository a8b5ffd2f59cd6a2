package suite

import (
	"context"

	"assay/conformance/spec"
	"assay/wire"
)

// share is what several specs look at, as the run has it.
type share struct {
	made      chan struct{} // closed once it is there
	value     any
	ending    any // that making it ended with
	ended     bool
	exchanges []*wire.Exchange
}

// Once makes content and exchanges once in a run, for all specs that only look at
// them: the first that needs them makes them, the others wait, and each has them as
// its evidence. What was pushed stays until the last spec has ended. Where making
// them ends a spec, it ends all of them alike.
func Once[T any](exchange func(ctx context.Context) T) func(ctx context.Context) T {
	key := spec.Key()
	return func(ctx context.Context) T {
		s := of(ctx)
		made := s.run.share(key, func(made *share) {
			own := &scope{run: s.run, judging: s.judging}
			made.ending, made.ended = spec.Catch(func() { made.value = exchange(own.within(ctx)) })
			made.exchanges = own.exchanges
			s.run.keep(own.left)
		})
		s.mu.Lock()
		s.exchanges = append(s.exchanges, made.exchanges...)
		s.mu.Unlock()
		if made.ended {
			spec.End(made.ending)
		}
		return made.value.(T)
	}
}

// share is what the key stands for; make is called for the first that asks.
func (r *Run) share(key string, make func(*share)) *share {
	r.mu.Lock()
	made, ok := r.shares[key]
	if !ok {
		made = &share{made: newSignal()}
		r.shares[key] = made
	}
	r.mu.Unlock()
	if !ok {
		defer close(made.made)
		make(made)
		return made
	}
	<-made.made
	return made
}

func newSignal() chan struct{} { return make(chan struct{}) }

// keep leaves something in the registry until the last spec has ended.
func (r *Run) keep(left leftovers) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left.add(left)
}
