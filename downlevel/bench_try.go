package downlevel

import (
	"context"
	"fmt"
	"time"

	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/reports"
	"assay/wire"
)

// try tries a cell and says what came of it.
func (b *bench) try(ctx context.Context, c cell) reports.Result {
	started := time.Now()
	res := c.result()
	j, err := b.judge(ctx, c, res.Cell)
	res.Seconds = time.Since(started).Seconds()
	if err != nil {
		res.Outcome, res.Message = reports.Error, wire.RedactText(err.Error())
		return res
	}
	res.Cell.Outcome, res.Cell.Harms, res.Cell.Notes = j.Outcome, redacted(j.Harms), j.Notes
	res.Outcome, res.Message = j.Outcome.Outcome(), wire.RedactText(j.Message)
	return res
}

// judge tries the cell, unless it is known by now what comes of it.
func (b *bench) judge(ctx context.Context, c cell, into *reports.Cell) (judgement, error) {
	if reason, ok := b.refused[c.mechanism.Name]; ok {
		return judgement{Outcome: reports.NotApplicable, Message: reason}, nil
	}
	make := c.tool.content(c.mechanism)
	if make == nil {
		return judgement{Outcome: reports.NotApplicable, Message: "it is about images, and the tool deals with charts"}, nil
	}
	control, err := b.control(ctx, c, make)
	if c.mechanism.Name == controlMechanism {
		*into = control.cell
		return control.column(), err
	}
	if err != nil {
		return judgement{}, fmt.Errorf("on the image alone: %w", err)
	}
	into.Control = control.Outcome
	if control.stops(c.verb) {
		return baseline(control.judgement), nil
	}
	return b.settle(ctx, c, make, &control.judgement, into)
}

// maker makes content from a nonce.
type maker = func(nonce string) mechanisms.Content

// settle tries the cell, and once more when that comes to a harm or ends in a way
// that nobody can explain: what does not come again may have another cause. Each
// try has content of its own, as tools know again what they have seen.
func (b *bench) settle(ctx context.Context, c cell, make maker, control *judgement, into *reports.Cell) (judgement, error) {
	j, err := b.perform(ctx, c, make(b.nonce(c.mechanism.Name)), control, into)
	if err != nil || j.Outcome != reports.SilentHarm && j.Outcome != reports.UnclearRefusal {
		return j, err
	}
	second := *c.result().Cell
	second.Control = into.Control
	again, err := b.perform(ctx, c, make(b.nonce(c.mechanism.Name)), control, &second)
	if err != nil || again.Outcome == j.Outcome {
		return j, nil
	}
	again.note("the first of two tries ended otherwise: %s", wire.RedactText(j.Message))
	*into = second
	return again, nil
}

// alone makes the image of the content without what is attached to it.
func alone(make maker) maker {
	return func(nonce string) mechanisms.Content {
		content := make(nonce)
		content.After, content.Attached = nil, nil
		return content
	}
}

// controlled is what came of the image alone.
type controlled struct {
	judgement
	cell reports.Cell
}

// column is the judgement in the column of the image alone: what goes wrong
// there is nobody's harm.
func (c controlled) column() judgement {
	switch c.Outcome {
	case reports.ClearRefusal, reports.UnclearRefusal, reports.SilentHarm:
		j := c.judgement
		j.Outcome = reports.Baseline
		return j
	}
	return c.judgement
}

// control is what comes of the image alone. It is tried once for each kind of
// image.
func (b *bench) control(ctx context.Context, c cell, make maker) (controlled, error) {
	key := c.tool.String() + " " + string(c.verb) + " " + make("").Image.MediaType
	if known, ok := b.controls[key]; ok {
		return known, nil
	}
	c.mechanism = mechanisms.None()
	out := controlled{cell: *c.result().Cell}
	var err error
	out.judgement, err = b.settle(ctx, c, alone(make), nil, &out.cell)
	if err == nil {
		out.cell.Control = out.Outcome
		b.controls[key] = out
	}
	return out, err
}

// stops says whether the cells of a control need not be tried.
func (j judgement) stops(v toolchains.Verb) bool {
	switch j.Outcome {
	case reports.ClearRefusal, reports.UnclearRefusal, reports.Baseline:
		// With nothing attached, some have nothing to show and say so.
		return v != toolchains.Discover
	}
	return false
}
