// Package judge has what the specs of clients are written with: they play scenarios, and
// judge what came to the registry, and what the client left.
package judge

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"assay/conformance/client/stage"
	"assay/conformance/spec"
)

// Run plays scenarios for the specs of one run: each once, a bounded number at a time.
type Run struct {
	player    stage.Player
	nonce     string
	scenarios []*stage.Scenario
	only      []string // names; empty for all
	slots     chan struct{}

	mu     sync.Mutex
	played map[string]*playing
}

type playing struct {
	once   sync.Once
	result *stage.Played
}

// NewRun makes a run. At most jobs scenarios are played at the same time. With only, the
// specs of other scenarios are skipped.
func NewRun(player stage.Player, nonce string, scenarios []*stage.Scenario, only []string, jobs int) *Run {
	return &Run{player: player, nonce: nonce, scenarios: scenarios, only: only, slots: make(chan struct{}, max(1, jobs)), played: map[string]*playing{}}
}

type key struct{}

func (r *Run) within(ctx context.Context, own *record) context.Context {
	return context.WithValue(ctx, key{}, own)
}

// record is what a spec looked at.
type record struct {
	run *Run

	mu     sync.Mutex
	played []*stage.Played
}

func recordOf(ctx context.Context) *record {
	own, ok := ctx.Value(key{}).(*record)
	if !ok {
		panic("judge: use the context of the spec")
	}
	return own
}

func (r *record) add(p *stage.Played) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.played, p) {
		r.played = append(r.played, p)
	}
}

// play plays a scenario, if it was not played yet.
func (r *Run) play(ctx context.Context, s *stage.Scenario) *stage.Played {
	r.mu.Lock()
	p := r.played[s.Name]
	if p == nil {
		p = &playing{}
		r.played[s.Name] = p
	}
	r.mu.Unlock()
	p.once.Do(func() {
		r.slots <- struct{}{}
		defer func() { <-r.slots }()
		if ctx.Err() != nil {
			p.result = &stage.Played{Scenario: s, Err: context.Cause(ctx)}
			return
		}
		p.result = r.player.Play(ctx, s, r.nonce+" "+s.Name)
	})
	return p.result
}

// Played are the scenarios that were played so far, in the order of the list.
func (r *Run) Played() []*stage.Played {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []*stage.Played
	for _, s := range r.scenarios {
		if p := r.played[s.Name]; p != nil && p.result != nil {
			all = append(all, p.result)
		}
	}
	return all
}

func (r *Run) chosen(s *stage.Scenario) bool {
	return len(r.only) == 0 || slices.Contains(r.only, s.Name)
}

// Play plays the scenario of the spec. It ends the spec if the client cannot do what the
// scenario asks for, or not even on a registry without surprises, or if a step took too
// long.
func Play(ctx context.Context, s *stage.Scenario) *stage.Played {
	p := Try(ctx, s)
	for _, step := range p.Steps {
		if step.TimedOut {
			tooLong(p, step)
		}
	}
	return p
}

// Try is Play for specs that judge how long a step takes.
func Try(ctx context.Context, s *stage.Scenario) *stage.Played {
	own := recordOf(ctx)
	if !own.run.chosen(s) {
		spec.End(ending{kind: skipped, message: "the scenario " + s.Name + " was not chosen"})
	}
	if s.Control != nil {
		control := own.run.play(ctx, s.Control)
		checkSupport(control)
		for i, step := range control.Steps {
			if step.TimedOut {
				own.add(control)
				tooLong(control, step)
			}
			if !step.Done() {
				own.add(control)
				Blocked(s.Control.Shows, last(control, i), "the client cannot %s on a registry that %s: exit %d", step.Job.Verb, s.Control.Does, step.Exit)
			}
		}
	}
	p := own.run.play(ctx, s)
	own.add(p)
	checkSupport(p)
	return p
}

func checkSupport(p *stage.Played) {
	if p.Err != nil {
		spec.End(ending{kind: failed, message: "the scenario " + p.Name + " could not be played: " + p.Err.Error()})
	}
	for _, step := range p.Steps {
		if step.Err != nil {
			spec.End(ending{kind: failed, message: "the client could not be run: " + step.Err.Error()})
		}
		if step.Exit == stage.Unsupported {
			Unsupported("the client has no %s", step.Job.Verb)
		}
	}
}

// hangs says whether a step took too long.
func hangs(p *stage.Played) bool {
	return slices.ContainsFunc(p.Steps, func(step stage.Taken) bool { return step.TimedOut })
}

// Everything plays all scenarios of the run and returns those that could be played. If
// the client hangs already on a registry without surprises, the other scenarios of the
// verb are left out.
func Everything(ctx context.Context) []*stage.Played {
	own := recordOf(ctx)
	all := make([]*stage.Played, len(own.run.scenarios))
	var working sync.WaitGroup
	for i, s := range own.run.scenarios {
		if !own.run.chosen(s) {
			continue
		}
		working.Go(func() {
			if s.Control != nil && hangs(own.run.play(ctx, s.Control)) {
				return // each further one would take the whole time limit, and show the same
			}
			all[i] = own.run.play(ctx, s)
		})
	}
	working.Wait()
	all = slices.DeleteFunc(all, func(p *stage.Played) bool { return p == nil })
	for _, p := range all {
		if p.Err != nil && ctx.Err() == nil {
			spec.End(ending{kind: failed, message: fmt.Sprintf("the scenario %s could not be played: %v", p.Name, p.Err)})
		}
	}
	return all
}
