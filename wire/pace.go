package wire

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"syscall"
	"time"
)

// pace limits the requests in flight. The limit is the user's, and lower while the
// target shows signs of overload. At such a sign it halves the limit, and raises it
// again by one for each round of good answers. It has no clock of its own.
type pace struct {
	allowed int // by the user
	bound   int
	lowest  int
	// changed is when the bound was last lowered. What was sent before says
	// nothing about the new bound.
	changed time.Time
	good    int // answers since the bound was last changed
	// tooMuch is the bound that was last lowered.
	tooMuch int
	causes  causes
	calm    map[kind][]time.Duration // what answers took with few in flight
	window  []sample
	trial   *trial
	// floor is the lowest bound that pays in throughput, as far as it was tried.
	floor int
}

const (
	calmInFlight = 2  // so many in flight are few
	calmSamples  = 15 // so many are kept for each kind
	slower       = 4  // so many times slower than with few is too slow
	// unnoticed is what an answer may always take: a target that is faster than
	// this does not suffer.
	unnoticed = 100 * time.Millisecond
	// caution is how many rounds it takes to try again what was too much.
	caution = 8
	// worse is how much of the throughput has to be left at half the bound.
	worse = 0.8
	// windowMinimum is how many answers are looked at together at least.
	windowMinimum = 16
)

// outcome is the result of a request.
type outcome struct {
	kind           kind
	beside, after  int // in flight when it was sent, and when it ended, itself included
	started, ended time.Time
	status         int
	err            error
	// broken is the sending of the request before, whose connection broke.
	broken *Exchange
	// repeats says that the connection broke, and the request is sent once more.
	repeats bool
}

// sample is one answer of a window.
type sample struct {
	took   time.Duration
	ratio  float64 // to what it takes with few in flight
	beside float64
}

// trial is a bound that was halved because answers were slow. It is taken back
// where that costs throughput.
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
	// Only a bound that is in use has shown that it can be borne.
	if o.started.After(p.changed) && 2*o.beside >= p.bound {
		p.good++
		p.grow()
	}
	p.weigh(o)
}

// grow raises the bound where enough good answers have come: a round, and many
// more where the bound was too high the last time.
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

// weigh looks at what answers take. With n in flight, each r times as slow as
// with few, the target does the work of n/r at once; the rest only queue.
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

// causes count the signs that the target was asked too much. How many times
// slower it became is the number of its own.
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
