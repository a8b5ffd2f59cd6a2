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
	TagsGo      bool // the tags of a manifest go when it is deleted
	// ReadOnly says that nothing may be changed; Existing names what is there.
	ReadOnly bool
	Existing Existing
	// Watch is given every exchange of the run as it is recorded; nil for nobody.
	Watch func(*wire.Exchange)
}

// Run is one run of the specs against one registry.
type Run struct {
	Settings
	target   *target
	profile  *profile
	accepted *accepted
	// careful says that what was pushed is looked at each time; hoarding that
	// nothing is taken back before the end.
	careful, hoarding bool

	mu     sync.Mutex
	shares map[string]*share // by the key of the declaration
	left   leftovers         // what is shared, and stays until the last spec has ended
	tags   []located         // that are to go with their manifests
	takes  sync.WaitGroup    // what is being taken back
	// uploads are the Locations of the uploads that were opened.
	uploads map[string]bool
}

// NewRun makes a run; nothing is sent.
func NewRun(s Settings) *Run {
	r := &Run{Settings: s, target: &target{}, accepted: &accepted{}, profile: &profile{counts: map[Count]int{}}, shares: map[string]*share{}}
	r.Client = s.Client.Observed(r.record)
	return r
}

// Manner is how steps on the way deal with the registry.
type Manner int

// Trusting steps believe an answer that says that something was stored; careful
// ones look. A run that is hoarding is trusting, and deletes nothing before its end.
const (
	Trusting Manner = iota
	Careful
	Hoarding
)

// Again is the same run with nothing shared yet.
func (r *Run) Again(how Manner) *Run {
	return &Run{
		Settings: r.Settings, target: r.target, accepted: r.accepted, profile: r.profile,
		careful: how == Careful, hoarding: how == Hoarding, shares: map[string]*share{},
	}
}

// scope is what the context of a spec carries.
type scope struct {
	run *Run
	// judging is the requirement of the spec.
	judging requirements.ID
	// beside says that it is of a step beside the spec's own goroutine, which no
	// exchange may end.
	beside  bool
	purpose string   // what is counted under, where it is not set up
	unclear []string // features that the spec needs, and that are neither here nor absent

	mu        sync.Mutex
	exchanges []*wire.Exchange
	chain     int // requests in a row that the spec waited for
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
func (r *Run) record(ctx context.Context, ex *wire.Exchange) {
	if r.Watch != nil {
		r.Watch(ex)
	}
	r.accepted.add(ex)
	s, ok := ctx.Value(scopeKey{}).(*scope)
	if !ok {
		r.profile.add("taken back", "", ex)
		return // which is no evidence of anything
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

// setUpKey marks the context of steps on the way, for the profile.
type setUpKey struct{}

func settingUp(ctx context.Context) context.Context { return context.WithValue(ctx, setUpKey{}, true) }

// Version is the version of the distribution-spec that the run judges by.
func Version(ctx context.Context) requirements.Version { return of(ctx).run.Version }

// Judging is the requirement of the spec that the context is of.
func Judging(ctx context.Context) requirements.ID { return of(ctx).judging }

// MissingRepository returns the name of a repository that does not exist,
// beside the run's own.
func MissingRepository(ctx context.Context) string {
	return strings.TrimSuffix(of(ctx).run.Repository, "/") + "-missing-" + Nonce()
}

// IsCareful says whether the spec is carried out again because it did not pass: then it
// may send more to say what is wrong.
func IsCareful(ctx context.Context) bool { return of(ctx).run.careful }
