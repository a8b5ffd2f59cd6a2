// Package suite has helpers of specs: the settings of the run, repositories with
// lenient set-up steps, content that specs share, clean-up, and the results of specs.
// Everything that belongs to the run or to the spec is found through the context, so
// that any number of both can go on at the same time.
package suite

import (
	"context"
	"slices"
	"strings"
	"sync"

	"assay/conformance/requirements"
	"assay/wire"
)

// Settings are the settings of a run.
type Settings struct {
	Client      *wire.Client
	Repository  string
	Repository2 string
	Version     requirements.Version
	Features    Features
	Keep        bool // the content of specs is not deleted
	TagsGo      bool // deleting a manifest also deletes its tags
	// ReadOnly says that the run may not change the registry. Existing names content
	// that it can judge.
	ReadOnly bool
	Existing Existing
	// Brief leaves out the trails of passes.
	Brief bool
	// Beside is the way in which the workflow downlevel attaches artifacts; nil for the
	// ways that are in use.
	Beside *Beside
	// Watch is called with every exchange of the run, if it is not nil. before returns
	// the earlier exchanges of the same spec.
	Watch func(ex *wire.Exchange, before func() []*wire.Exchange)
}

// Run is one run of the specs against one registry.
type Run struct {
	Settings
	target   *target
	profile  *profile
	accepted *accepted
	// careful says that each push is checked. hoarding says that nothing is deleted
	// before the end.
	careful, hoarding bool

	mu     sync.Mutex
	shares map[string]*share // by the key of the declaration
	left   leftovers         // shared content, which stays until the last spec has ended
	tags   []located         // tags that should go with their manifests
	takes  sync.WaitGroup    // deletes that are in progress
	// uploads are the Locations of the uploads that were opened.
	uploads map[string]bool
}

// NewRun makes a run; nothing is sent.
func NewRun(s Settings) *Run {
	r := &Run{Settings: s, target: &target{}, accepted: &accepted{}, profile: &profile{counts: map[Count]int{}}, shares: map[string]*share{}}
	r.Client = s.Client.Observed(r.record)
	return r
}

// Manner says how a run goes about it.
type Manner struct {
	// Careful says that set-up steps check that their pushes were stored. Otherwise they
	// believe an answer that says so.
	Careful bool
	// Hoarding says that nothing is deleted before the end of the run.
	Hoarding bool
}

// Again returns the same run, without shared content.
func (r *Run) Again(how Manner) *Run {
	return &Run{
		Settings: r.Settings, target: r.target, accepted: r.accepted, profile: r.profile,
		careful: how.Careful, hoarding: how.Hoarding, shares: map[string]*share{},
	}
}

// scope is the state of a spec, which its context carries.
type scope struct {
	run *Run
	// judging is the requirement of the spec.
	judging requirements.ID
	// beside says that it belongs to a step in another goroutine than the spec's own.
	// In such a step no exchange may end the spec.
	beside  bool
	purpose string   // the purpose for the profile, if it is not the set-up
	unclear []string // features that the spec needs, and of which it is not known whether they are supported

	mu        sync.Mutex
	exchanges []*wire.Exchange
	chain     int // requests in a row that the spec waited for
	left      leftovers
}

type scopeKey struct{}

func (s *scope) within(ctx context.Context) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

// of returns the scope of the context's spec.
func of(ctx context.Context) *scope {
	s, ok := ctx.Value(scopeKey{}).(*scope)
	if !ok {
		panic("the context is of no spec: want the one that the spec was given")
	}
	return s
}

// record adds an exchange to the scope of its spec, and notes the content that it
// pushed.
func (r *Run) record(ctx context.Context, ex *wire.Exchange) {
	s, ok := ctx.Value(scopeKey{}).(*scope)
	if r.Watch != nil {
		r.Watch(ex, s.sent)
	}
	r.accepted.add(ex)
	if !ok {
		r.profile.add("taken back", "", ex)
		return // an exchange that is not evidence
	}
	purpose := s.purpose
	if ctx.Value(setUpKey{}) != nil {
		purpose = "set up"
	}
	r.profile.add(purpose, string(s.judging), ex)
	s.mu.Lock()
	s.left.track(ex)
	s.exchanges = append(s.exchanges, ex)
	s.chain += 1 + len(ex.Hops)
	s.mu.Unlock()
	if !s.beside {
		refuseWrites(ex)
	}
}

// sent returns the exchanges so far. A nil scope has none.
func (s *scope) sent() []*wire.Exchange {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.exchanges)
}

// setUpKey marks the context of set-up steps, for the profile.
type setUpKey struct{}

func settingUp(ctx context.Context) context.Context { return context.WithValue(ctx, setUpKey{}, true) }

// Version is the version of the distribution-spec that the run judges by.
func Version(ctx context.Context) requirements.Version { return of(ctx).run.Version }

// Judging returns the requirement of the context's spec.
func Judging(ctx context.Context) requirements.ID { return of(ctx).judging }

// MissingRepository returns the name of a repository that does not exist,
// beside the run's own.
func MissingRepository(ctx context.Context) string {
	return strings.TrimSuffix(of(ctx).run.Repository, "/") + "-missing-" + Nonce()
}

// IsCareful says whether the spec is run again because it did not pass. Then it may
// send more requests, to find out what is wrong.
func IsCareful(ctx context.Context) bool { return of(ctx).run.careful }
