package suite

import (
	"context"

	"assay/conformance/spec"
	"assay/wire"
)

// share is content of a run that several specs read.
type share struct {
	made      chan struct{} // closed when it is made
	value     any
	ending    any // how the making of it ended
	ended     bool
	exchanges []*wire.Exchange
	chain     int // requests in a row until it was there
}

// Once makes content and exchanges once in a run, for all specs that only read them.
// The first spec that needs them makes them, and the others wait. The exchanges are
// evidence of each of these specs. The content stays until the last spec has ended. If
// the making of it ends one spec, it ends all of them in the same way.
func Once[T any](exchange func(ctx context.Context) T) func(ctx context.Context) T {
	key := spec.Key()
	return func(ctx context.Context) T {
		return shared(ctx, key, func(ctx context.Context) any { return exchange(ctx) }).(T)
	}
}

// OnceFor is [Once] for content that is not declared in a container: key names it.
func OnceFor[T any](key string, exchange func(ctx context.Context) T) func(ctx context.Context) T {
	return func(ctx context.Context) T {
		return shared(ctx, "for "+key, func(ctx context.Context) any { return exchange(ctx) }).(T)
	}
}

// shared returns the run's content under the key. The function make makes it for the
// first spec that needs it.
func shared(ctx context.Context, key string, make func(context.Context) any) any {
	s := of(ctx)
	made := s.run.share(key, func(made *share) {
		own := &scope{run: s.run, judging: s.judging, purpose: s.purpose}
		made.ending, made.ended = spec.Catch(func() { made.value = make(own.within(ctx)) })
		made.exchanges, made.chain = own.exchanges, own.chain
		s.run.keep(own.left)
	})
	s.mu.Lock()
	s.exchanges = append(s.exchanges, made.exchanges...)
	s.chain = max(s.chain, made.chain)
	s.mu.Unlock()
	if made.ended {
		spec.End(made.ending)
	}
	return made.value
}

// share returns the share of the key. The function fill is called for the first spec
// that needs it.
func (r *Run) share(key string, fill func(*share)) *share {
	r.mu.Lock()
	made, ok := r.shares[key]
	if !ok {
		made = &share{made: make(chan struct{})}
		r.shares[key] = made
	}
	r.mu.Unlock()
	if !ok {
		defer close(made.made)
		fill(made)
		return made
	}
	<-made.made
	return made
}

// keep keeps content in the registry until the last spec has ended.
func (r *Run) keep(left leftovers) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left.add(left)
}
