package conformance

import (
	"context"
	"fmt"
	"slices"

	"assay/conformance/suite"
	"assay/reports"
	"assay/runner"
)

// All specs go on at the same time, believe what the registry says of what they
// push on the way, and share what they can. That is quick, and no ground for an
// accusation: a spec that does not pass is carried out again, now looking at all
// that it pushes; and what is then found is carried out once more alone, before it
// is told. What fails beside other specs alone has to fail again beside copies of
// itself, while nothing is deleted: our own cleaning up is no defect of theirs.

// execution is one run of specs.
type execution struct {
	run       *suite.Run
	specs     []planned
	limit     int // specs at the same time
	beside    int // results that come when the last spec has ended
	listener  Listener
	markKnown func(reports.Result) reports.Result
	times     *phases
}

// do carries out the specs and returns what came of each, in their order.
func (x *execution) do(ctx context.Context) runner.Outcome {
	first := &undoubted{x: x}
	outcome := x.carry(ctx, x.run, x.specs, first)
	x.times.end("specs")
	x.run.End()
	x.times.end("taking back")
	doubtful := doubts(outcome.Results)
	if len(doubtful) > 0 && ctx.Err() == nil {
		x.again(ctx, outcome.Results, doubtful)
		silence(outcome.Results)
		x.refusals(ctx, outcome.Results)
		x.times.end("specs that did not pass, again")
	}
	if ctx.Err() != nil {
		outcome.Interrupted = context.Cause(ctx).Error()
	}
	for i, res := range outcome.Results {
		outcome.Results[i] = x.markKnown(res)
	}
	if x.listener != nil {
		for _, i := range doubtful {
			x.listener.Result(outcome.Results[i])
		}
	}
	return outcome
}

func (x *execution) carry(ctx context.Context, run *suite.Run, specs []planned, listener Listener) runner.Outcome {
	var lanes []runner.Lane
	for _, p := range specs {
		lanes = append(lanes, runner.Lane{Pieces: []runner.Piece{{Planned: p.result, Do: func(ctx context.Context) reports.Result {
			return run.Carry(ctx, p.spec, p.result)
		}}}})
	}
	return runner.Run{Limit: x.limit, Listener: listener}.Do(ctx, lanes)
}

// again carries out the doubtful specs again and puts what came of it into the
// results.
func (x *execution) again(ctx context.Context, results []reports.Result, doubtful []int) {
	careful := x.run.Again(suite.Careful)
	second := x.carry(ctx, careful, x.pick(doubtful), nil)
	careful.End()
	if ctx.Err() != nil {
		return // what was found first is all there is
	}
	confirmed, sometimes := map[string]bool{}, []int{}
	for n, i := range doubtful {
		before, now := results[i], second.Results[n]
		results[i] = now
		switch {
		case isFinding(before) && before.Silent && now.Silent && now.Outcome == reports.Blocked:
			results[i] = before // such requests are not sent any more
		case isFinding(now) && confirmed[now.Requirement]:
		case isFinding(now):
			if alone := x.alone(ctx, i, suite.Careful); isFinding(alone) {
				results[i], confirmed[now.Requirement] = alone, true
			} else if alone.Outcome == reports.Pass {
				results[i], sometimes = x.underLoad(ctx, i, now, alone), append(sometimes, i)
			}
		case isFinding(before) && now.Outcome == reports.Pass:
			// Was it the company, or what the registry only said it had?
			if alone := x.alone(ctx, i, suite.Trusting); alone.Outcome == reports.Pass {
				results[i], sometimes = x.underLoad(ctx, i, before, alone), append(sometimes, i)
			}
		}
		if ctx.Err() != nil {
			results[i] = now
		}
	}
	x.unblock(ctx, results, doubtful)
	comesAndGoes(results, sometimes)
}

// alone carries out one spec while nothing else goes on.
func (x *execution) alone(ctx context.Context, i int, how suite.Manner) reports.Result {
	run := x.run.Again(how)
	defer run.End()
	return x.carry(ctx, run, x.specs[i:i+1], nil).Results[0]
}

// company is how many copies of a spec are tried at the same time.
const company = 8

// underLoad is the result of a spec that was found in company, and passes alone:
// the finding, where it comes again beside copies of itself.
func (x *execution) underLoad(ctx context.Context, i int, found, alone reports.Result) reports.Result {
	run := x.run.Again(suite.Hoarding)
	defer run.End()
	failed := 0
	for _, res := range x.carry(ctx, run, slices.Repeat(x.specs[i:i+1], company), nil).Results {
		if isFinding(res) {
			failed++
		}
	}
	if failed == 0 {
		return alone
	}
	found.Message = fmt.Sprintf("only beside other specs (%d of %d times at once, never alone): %s", failed, company, found.Message)
	return found
}

func (x *execution) pick(places []int) []planned {
	var specs []planned
	for _, i := range places {
		specs = append(specs, x.specs[i])
	}
	return specs
}

// doubts are the places of the results that are not to be believed yet.
func doubts(results []reports.Result) []int {
	var places []int
	for i, res := range results {
		if isDoubtful(res) {
			places = append(places, i)
		}
	}
	return places
}

func isDoubtful(res reports.Result) bool {
	return isFinding(res) || res.Outcome == reports.Blocked || res.Outcome == reports.Error
}

func isFinding(res reports.Result) bool {
	switch res.Outcome {
	case reports.Fail, reports.Warn, reports.Observed:
		return true
	}
	return false
}

// undoubted tells the listener of a run what is not carried out again.
type undoubted struct{ x *execution }

func (u *undoubted) Start(total int) {
	if u.x.listener != nil {
		u.x.listener.Start(total + u.x.beside)
	}
}

func (u *undoubted) Result(res reports.Result) {
	if u.x.listener != nil && !isDoubtful(res) {
		u.x.listener.Result(u.x.markKnown(res))
	}
}
