// Package runner does the work of a run, many pieces at the same time, and collects
// their results. The caller decides what the pieces are.
package runner

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"assay/reports"
	"assay/wire"
)

// Listener is notified of the progress of a run, by one goroutine at a time.
type Listener interface {
	// Start is called with the number of pieces before the first one begins.
	Start(total int)
	// Result is called as each piece ends.
	Result(reports.Result)
}

// Piece is a part of a run's work that has one result.
type Piece struct {
	// Planned is the result without an outcome.
	Planned reports.Result
	// Do does the work. It ends soon after its context ends.
	Do func(context.Context) reports.Result
}

// Lane is a list of pieces that run one after another.
type Lane struct {
	Pieces []Piece
	// Done is called when all pieces have ended; it may be nil.
	Done func()
}

// Run says how to do the work.
type Run struct {
	// Limit is the number of lanes that run at the same time, at least one.
	Limit int
	// Timeout bounds the whole run; 0 means no bound.
	Timeout time.Duration
	// Revise may change a result before the Listener is given it; nil changes none.
	Revise func(reports.Result) reports.Result
	// Listener may be nil.
	Listener Listener
}

// Outcome is the result of a run.
type Outcome struct {
	// Results are in the order of the pieces.
	Results []reports.Result
	// Interrupted says why the run ended early; empty when it did not.
	Interrupted string
}

// ErrInterrupted is the cause of a context that the user ended.
var ErrInterrupted = errors.New("interrupted by the user")

// Do runs the lanes at the same time. When ctx ends, pieces that have not begun are
// left out, and their results say so.
func (r Run) Do(ctx context.Context, lanes []Lane) Outcome {
	if r.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, r.Timeout, fmt.Errorf("the run took longer than %s", r.Timeout))
		defer cancel()
	}
	c := &collector{run: r}
	total, first := 0, make([]int, len(lanes)) // the index of each lane's first result
	for i, lane := range lanes {
		first[i] = total
		total += len(lane.Pieces)
	}
	c.results = make([]reports.Result, total)
	if r.Listener != nil {
		r.Listener.Start(total)
	}
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(max(1, r.Limit), max(1, len(lanes))) {
		workers.Go(func() {
			for i := range next {
				for j, piece := range lanes[i].Pieces {
					c.add(first[i]+j, r.do(ctx, piece))
				}
				if lanes[i].Done != nil {
					lanes[i].Done()
				}
			}
		})
	}
	for i := range lanes {
		next <- i
	}
	close(next)
	workers.Wait()
	out := Outcome{Results: c.results}
	if ctx.Err() != nil {
		out.Interrupted = context.Cause(ctx).Error()
	}
	return out
}

// do runs one piece, unless the run has ended.
func (r Run) do(ctx context.Context, piece Piece) (res reports.Result) {
	planned := piece.Planned
	planned.Outcome, planned.Message = reports.Skipped, "the run ended before it"
	if ctx.Err() != nil {
		return planned
	}
	defer func() {
		if p := recover(); p != nil {
			planned.Outcome, planned.Message = reports.Error, wire.RedactText(fmt.Sprintf("Assay went wrong: %v\n%s", p, debug.Stack()))
			res = planned
		}
	}()
	return piece.Do(ctx)
}

// collector gathers the results of a run.
type collector struct {
	run Run

	mu      sync.Mutex
	results []reports.Result
}

func (c *collector) add(place int, res reports.Result) {
	if c.run.Revise != nil {
		res = c.run.Revise(res)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.results[place] = res
	if c.run.Listener != nil && res.Outcome != reports.Skipped {
		c.run.Listener.Result(res)
	}
}
