package conformance

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"assay/conformance/suite"
	"assay/reports"
	"assay/runner"
)

// All specs go on at the same time, trust the registry's answers to their own pushes,
// and share content. This is quick, but not enough for a finding. So a spec that does
// not pass is run again, and now checks everything that it pushes. If it fails then, it
// is run once more, alone, before the finding is reported. A spec that fails only at
// the same time as others must fail again at the same time as copies of itself, while
// nothing is deleted: Assay's own clean-up must not cause a finding.

// execution is one run of specs.
type execution struct {
	run      *suite.Run
	specs    []planned
	limit    int // number of specs at the same time
	beside   int // number of results that come after the last spec has ended
	listener Listener
	revise   func(reports.Result) reports.Result // before anybody sees the result
	times    *phases
	kept     []*suite.Run // of specs that ran alone, whose content is still there
}

// do runs the specs and returns their results, in the order of the specs.
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
		outcome.Results[i] = x.revise(res)
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

// again runs the doubtful specs again, and replaces their results.
func (x *execution) again(ctx context.Context, results []reports.Result, doubtful []int) {
	careful := x.run.Again(suite.Manner{Careful: true})
	second := x.carry(ctx, careful, x.pick(doubtful), nil)
	careful.End()
	if ctx.Err() != nil {
		return // the first results stay
	}
	defer x.endAlone()
	confirmed, sometimes := map[string]bool{}, []int{}
	for n, i := range doubtful {
		before, now := results[i], second.Results[n]
		results[i] = now
		switch {
		case isFinding(before) && before.Silent && now.Silent && now.Outcome == reports.Blocked:
			results[i] = before // such requests are not sent any more
		case isFinding(now) && confirmed[now.Requirement]:
		case now.Outcome == reports.Observed: // it fails no run, and costs no run of its own
		case isFinding(now):
			if alone := x.alone(ctx, i, true); isFinding(alone) {
				results[i], confirmed[now.Requirement] = alone, true
			} else if alone.Outcome == reports.Pass {
				results[i], sometimes = x.underLoad(ctx, i, now, alone), append(sometimes, i)
			}
		case isFinding(before) && now.Outcome == reports.Pass:
			// Did it fail because of the other specs, or because a push was not stored?
			if alone := x.alone(ctx, i, false); alone.Outcome == reports.Pass {
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

// alone runs one spec while nothing else goes on. Its content is deleted later, by
// endAlone: from far away, deletes take as long as the spec.
func (x *execution) alone(ctx context.Context, i int, careful bool) reports.Result {
	run := x.run.Again(suite.Manner{Careful: careful, Hoarding: true})
	x.kept = append(x.kept, run)
	return x.carry(ctx, run, x.specs[i:i+1], nil).Results[0]
}

// endAlone deletes what specs left that ran alone.
func (x *execution) endAlone() {
	var all sync.WaitGroup
	for _, run := range x.kept {
		all.Go(run.End)
	}
	all.Wait()
	x.kept = nil
}

// company is the number of copies of a spec that are run at the same time.
const company = 8

// underLoad returns the result of a spec that failed at the same time as others, and
// passes alone. It is a finding if the spec fails again at the same time as copies of
// itself.
func (x *execution) underLoad(ctx context.Context, i int, found, alone reports.Result) reports.Result {
	run := x.run.Again(suite.Manner{Hoarding: true})
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

// doubts returns the indexes of the results that are not certain yet.
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

// undoubted passes on to the listener the results of specs that are not run again.
type undoubted struct{ x *execution }

func (u *undoubted) Start(total int) {
	if u.x.listener != nil {
		u.x.listener.Start(total + u.x.beside)
	}
}

func (u *undoubted) Result(res reports.Result) {
	if u.x.listener != nil && !isDoubtful(res) {
		u.x.listener.Result(u.x.revise(res))
	}
}
