// Package suite is what specs are written with: what the run knows, repositories
// whose set-up steps are lenient, content that specs share, cleaning up, and how
// what came of a spec becomes a result. Whatever is about the run or the spec is
// found by way of the context, so that any number of both can go on at once.
package suite

import (
	"context"
	"strings"
	"sync"

	"assay/conformance/requirements"
	"assay/wire"
)

// Settings are what the specs of a run go by.
type Settings struct {
	Client      *wire.Client
	Repository  string
	Repository2 string
	Version     requirements.Version
	Features    Features
	Keep        bool // nothing that specs push is taken back
	// ReadOnly says that nothing may be changed; Existing names what is there.
	ReadOnly bool
	Existing Existing
}

// Run is one run of the specs against one registry.
type Run struct {
	Settings
	target target

	mu     sync.Mutex
	shares map[string]*share // by the key of the declaration
	left   leftovers         // what is shared, and stays until the last spec has ended
	takes  sync.WaitGroup    // what is being taken back
}

// NewRun makes a run; nothing is sent.
func NewRun(s Settings) *Run {
	r := &Run{Settings: s, shares: map[string]*share{}}
	r.Client = s.Client.Observed(record)
	return r
}

// scope is what the context of a spec carries.
type scope struct {
	run *Run
	// judging is the requirement of the spec.
	judging requirements.ID
	// beside says that it is of a step beside the spec's own goroutine, which no
	// exchange may end.
	beside bool

	mu        sync.Mutex
	exchanges []*wire.Exchange
	left      leftovers
}

type scopeKey struct{}

func (s *scope) within(ctx context.Context) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

// of is the scope of the spec that the context is of.
func of(ctx context.Context) *scope {
	s, ok := ctx.Value(scopeKey{}).(*scope)
	if !ok {
		panic("the context is of no spec: want the one that the spec was given")
	}
	return s
}

// record notes an exchange in the scope of the spec that made it, and what it left
// in the registry.
func record(ctx context.Context, ex *wire.Exchange) {
	s, ok := ctx.Value(scopeKey{}).(*scope)
	if !ok {
		return // it is taken back, which is no evidence of anything
	}
	s.mu.Lock()
	s.left.track(ex)
	s.exchanges = append(s.exchanges, ex)
	s.mu.Unlock()
	if !s.beside {
		refuseWrites(ex)
	}
}

// Version is the version of the distribution-spec that the run judges by.
func Version(ctx context.Context) requirements.Version { return of(ctx).run.Version }

// Judging is the requirement of the spec that the context is of.
func Judging(ctx context.Context) requirements.ID { return of(ctx).judging }

// MissingRepository returns the name of a repository that does not exist,
// beside the run's own.
func MissingRepository(ctx context.Context) string {
	return strings.TrimSuffix(of(ctx).run.Repository, "/") + "-missing-" + Nonce()
}
