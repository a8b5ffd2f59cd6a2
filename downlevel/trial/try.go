package trial

import (
	"context"
	"fmt"
	"time"

	"assay/downlevel/judge"
	"assay/reports"
	"assay/wire"
)

// Try tries a cell of the lane's tool and returns the result. A cell that was
// interrupted by the end of ctx is skipped.
func (l *Lane) Try(ctx context.Context, c Cell) reports.Result {
	started := time.Now()
	res := c.Result()
	j, err := l.judge(ctx, c, res.Cell)
	res.Seconds = time.Since(started).Seconds()
	if err != nil && ctx.Err() != nil {
		res = c.Result()
		res.Outcome, res.Message = reports.Skipped, "the run ended before this cell was finished"
		return res
	}
	if err != nil {
		res.Outcome, res.Message = reports.Error, wire.RedactText(err.Error())
		return res
	}
	res.Cell.Outcome, res.Cell.Harms, res.Cell.Notes = j.Outcome, redacted(j.Harms), j.Notes
	res.Outcome, res.Message, res.Script = j.Outcome.Outcome(), wire.RedactText(j.Message), j.Script
	return res
}

// judge tries the cell, unless its judgement is known already.
func (l *Lane) judge(ctx context.Context, c Cell, into *reports.Cell) (judge.Judgement, error) {
	if reason, ok := l.refused[c.Mechanism.Name]; ok {
		return judge.Judgement{Outcome: reports.NotApplicable, Message: reason}, nil
	}
	make := c.Tool.content(c.Mechanism)
	if make == nil {
		return judge.Judgement{Outcome: reports.NotApplicable, Message: "the mechanism is for images, and the tool is for charts"}, nil
	}
	control, err := l.controls.get(ctx, l, c)
	if c.Alone() {
		if err != nil {
			return judge.Judgement{}, err
		}
		*into = control.cell
		return control.column(), nil
	}
	if err != nil {
		return judge.Judgement{}, fmt.Errorf("on the image alone: %w", err)
	}
	into.Control = control.Outcome
	if control.stops(c.Verb) {
		return judge.Baseline(control.Judgement), nil
	}
	return l.settle(ctx, c, make, &control.Judgement, into)
}

// settle tries the cell. If something is lost, and the tool has an option that may keep
// it, it tries that, too.
func (l *Lane) settle(ctx context.Context, c Cell, make maker, control *judge.Judgement, into *reports.Cell) (judge.Judgement, error) {
	j, err := l.twice(ctx, c, make, control, into)
	if err != nil || c.option || c.action().Instead.Run == "" {
		return j, err
	}
	switch j.Outcome {
	case reports.SilentHarm, reports.Orphaned, reports.DocumentedLimit:
		return l.withOption(ctx, c, make, control, j, into)
	}
	return j, nil
}

// withOption tries the cell again, with the option that may keep what was lost, and adds
// the result to the judgement.
func (l *Lane) withOption(ctx context.Context, c Cell, make maker, control *judge.Judgement, j judge.Judgement, into *reports.Cell) (judge.Judgement, error) {
	c.option = true
	second := *c.Result().Cell
	again, err := l.twice(ctx, c, make, control, &second)
	if err != nil {
		return j, err
	}
	name := c.action().Instead.Option
	into.Option = &reports.CellOption{Name: name, Outcome: again.Outcome, Script: second.Script}
	switch again.Outcome {
	case reports.Works, reports.RightPlatform:
		j.Message += "; with " + name + " nothing is lost"
	default:
		j.Note("with %s: %s: %s", name, again.Outcome, again.Message)
	}
	return j, nil
}

// twice tries the cell. If the result is bad, it tries once more, because a result that
// does not come again may have another cause. A harm that came again with another
// mechanism needs no second try. The second try has content of its own, as
// tools remember content that they have seen.
func (l *Lane) twice(ctx context.Context, c Cell, make maker, control *judge.Judgement, into *reports.Cell) (judge.Judgement, error) {
	j, err := l.perform(ctx, c, make, false, control, into)
	if err != nil || !bad(j.Outcome) || l.controls.confirmed(c, j) {
		return j, err
	}
	second := *c.Result().Cell
	second.Control = into.Control
	again, err := l.perform(ctx, c, make, true, control, &second)
	if ctx.Err() != nil {
		return j, context.Cause(ctx)
	}
	if err != nil {
		return j, nil
	}
	if again.Outcome == j.Outcome {
		l.controls.confirm(c, j)
		return j, nil
	}
	again.Note("the first of two tries had another result: %s", wire.RedactText(j.Message))
	*into = second
	return again, nil
}

// bad says whether the outcome is tried a second time.
func bad(o reports.CellOutcome) bool {
	switch o {
	case reports.SilentHarm, reports.Orphaned, reports.UnclearRefusal, reports.WrongReason:
		return true
	}
	return false
}
