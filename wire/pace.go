package wire

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"syscall"
	"time"
)

// pace limits the requests in flight. The user sets the limit. At each sign of overload
// of the target, pace halves it. After each round of good answers, pace raises it again
// by one. It has no clock of its own.
type pace struct {
	allowed int // the limit of the user
	bound   int
	lowest  int
	// changed is when the bound was last lowered. Requests that were sent before this
	// time say nothing about the new bound.
	changed time.Time
	good    int // answers since the bound was last changed
	// tooMuch is the bound that was last lowered.
	tooMuch int
	causes  causes
	calm    map[kind][]time.Duration // times of answers with few requests in flight
	window  []sample
	trial   *trial
	// floor is the lowest bound that did not cost throughput, among those that were
	// tried.
	floor int
}

const (
	calmInFlight = 2  // up to this number in flight are few
	calmSamples  = 15 // number of times kept for each kind
	slower       = 4  // an answer is too slow if it takes this many times longer than with few
	// unnoticed is a time that is never too slow: a target that answers faster is not
	// overloaded.
	unnoticed = 100 * time.Millisecond
	// caution is the number of rounds before a bound that was too high is tried again.
	caution = 8
	// worse is the part of the throughput that must be left at half the bound.
	worse = 0.8
	// windowMinimum is the smallest number of answers that are looked at together.
	windowMinimum = 16
)

// outcome is the result of a request.
type outcome struct {
	kind           kind
	beside, after  int // in flight at its start and at its end, itself included
	started, ended time.Time
	status         int
	err            error
	// broken is the previous attempt of the request, if its connection broke.
	broken *Exchange
	// repeats says that the connection broke, and that the request is sent again.
	repeats bool
}

// sample is one answer of a window.
type sample struct {
	took   time.Duration
	ratio  float64 // how many times longer than with few in flight
	beside float64
}

// trial is a bound that was halved because answers were slow. It is undone if it costs
// throughput.
type trial struct {
	bound, lowest int
	work          float64
	causes        causes
}

func newPace(allowed int) *pace {
	return &pace{allowed: allowed, bound: allowed, lowest: allowed, calm: map[kind][]time.Duration{}, causes: causes{}}
}

func (p *pace) learn(o outcome) {
	if sign := overload(o); sign != "" {
		p.causes[sign]++
		if o.started.After(p.changed) {
			p.trial = nil
			p.halve(o.ended)
		}
		return
	}
	if o.err != nil {
		return
	}
	// Only a bound that is fully used has shown that the target can bear it.
	if o.started.After(p.changed) && 2*o.beside >= p.bound {
		p.good++
		p.grow()
	}
	p.weigh(o)
}

// grow raises the bound after enough good answers. One round is enough. Many rounds are
// needed if this bound was too high the last time.
func (p *pace) grow() {
	need := p.bound
	if p.bound+1 == p.tooMuch {
		need *= caution
	}
	if p.good >= need && p.bound < p.allowed {
		p.bound++
		p.good = 0
	}
}

func (p *pace) halve(now time.Time) {
	p.tooMuch = p.bound
	p.bound = max(1, p.bound/2)
	p.lowest = min(p.lowest, p.bound)
	p.changed, p.good, p.window = now, 0, nil
}

// weigh looks at the times of answers. Suppose that n requests are in flight and each
// takes r times as long as with few: then the target works on n/r of them at once, and
// the rest only wait.
func (p *pace) weigh(o outcome) {
	took := o.ended.Sub(o.started)
	if max(o.beside, o.after) <= calmInFlight {
		calm := append(p.calm[o.kind], took)
		p.calm[o.kind] = calm[max(0, len(calm)-calmSamples):]
		return
	}
	calm := p.calm[o.kind]
	if len(calm) == 0 || o.kind.large || !o.started.After(p.changed) {
		return
	}
	ratio := float64(took) / float64(max(middle(calm), time.Microsecond))
	p.window = append(p.window, sample{took, ratio, float64(o.beside)})
	if len(p.window) < max(windowMinimum, 2*p.bound) {
		return
	}
	window := p.window
	p.window = nil
	ratio = middle(column(window, func(s sample) float64 { return s.ratio }))
	took = middle(column(window, func(s sample) time.Duration { return s.took }))
	work := middle(column(window, func(s sample) float64 { return s.beside })) / ratio
	if t := p.trial; t != nil {
		p.trial = nil
		if work < worse*t.work {
			p.bound, p.floor, p.lowest, p.causes, p.tooMuch = t.bound, t.bound, t.lowest, t.causes, 0
			return
		}
	}
	if ratio >= slower && took >= unnoticed && p.bound > max(p.floor, 1) {
		p.trial = &trial{p.bound, p.lowest, work, p.causes.clone()}
		p.causes.slow(ratio)
		p.halve(o.ended)
	}
}

func middle[T time.Duration | float64](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func column[T any](window []sample, of func(sample) T) []T {
	out := make([]T, len(window))
	for i, s := range window {
		out[i] = of(s)
	}
	return out
}

// overload names the sign of overload in an answer; empty if there is none. A broken
// connection is a sign only if other requests were in flight, and if the same request
// did not break the next connection, too: then the request itself is the reason.
func overload(o outcome) string {
	switch {
	case o.status == http.StatusTooManyRequests, o.status == http.StatusServiceUnavailable:
		return StatusText(o.status)
	case o.err == nil && o.broken != nil && o.broken.beside > 1:
		return brokenConnection(o.broken.Err)
	case o.err == nil, o.repeats, o.broken != nil, o.status != 0, o.beside == 1:
	case errors.Is(o.err, syscall.ECONNREFUSED):
		return "connection refused"
	default:
		return brokenConnection(o.err)
	}
	return ""
}

// causes counts the signs of overload. The number for slowness is how many times slower
// the target became.
type causes map[string]int

const slowCause = "slow"

func (c causes) slow(ratio float64) { c[slowCause] = max(c[slowCause], int(ratio)) }

func (c causes) clone() causes {
	out := causes{}
	for cause, n := range c {
		out[cause] = n
	}
	return out
}

// texts returns the causes as texts for a report, in a stable order.
func (c causes) texts() []string {
	var out []string
	for cause, n := range c {
		switch {
		case cause == slowCause:
			out = append(out, fmt.Sprintf("answers %d times as slow as with few requests in flight", n))
		case n == 1:
			out = append(out, cause+", once")
		default:
			out = append(out, fmt.Sprintf("%s, %d times", cause, n))
		}
	}
	slices.Sort(out)
	return out
}
