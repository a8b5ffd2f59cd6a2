package trial

import (
	"context"
	"sync"

	"assay/downlevel/judge"
	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

// Controls are what came of the image alone, for one tool: each verb is tried
// once with each kind of image, whichever lane needs it first.
type Controls struct {
	tool  Tool
	kinds map[string]maker // the media type of an image, and who makes it

	mu  sync.Mutex
	all map[controlKey]*control
}

type controlKey struct {
	verb toolchains.Verb
	kind string
}

// control is what came of the image alone.
type control struct {
	mu    sync.Mutex // held by the lane that tries it
	tried bool

	judge.Judgement
	cell reports.Cell
}

// NewControls makes the controls of a tool for the mechanisms of a run. Of
// several mechanisms with the same kind of image the first one makes it, so that
// what comes of it does not depend on which lane is first.
func NewControls(t Tool, columns []mechanisms.Mechanism) *Controls {
	c := &Controls{tool: t, kinds: map[string]maker{}, all: map[controlKey]*control{}}
	for _, m := range columns {
		if make := t.content(m); make != nil {
			if kind := kindOf(make); c.kinds[kind] == nil {
				c.kinds[kind] = make
			}
		}
	}
	return c
}

// kindOf is the media type of the image that is made.
func kindOf(make maker) string { return make("").Image.MediaType }

// get is the control of a verb with the kind of image that is made. Lanes that
// need the same one wait for the first; when that meets an error, the next
// one tries again.
func (c *Controls) get(ctx context.Context, l *Lane, v toolchains.Verb, make maker) (*control, error) {
	key := controlKey{v, kindOf(make)}
	c.mu.Lock()
	it := c.all[key]
	if it == nil {
		it = &control{}
		c.all[key] = it
	}
	c.mu.Unlock()

	it.mu.Lock()
	defer it.mu.Unlock()
	if it.tried {
		return it, nil
	}
	if first := c.kinds[key.kind]; first != nil {
		make = first
	}
	alone := Cell{Tool: c.tool, Mechanism: mechanisms.None(), Verb: v}
	cell := *alone.Result().Cell
	j, err := l.settle(ctx, alone, imageAlone(make), nil, &cell)
	if err != nil {
		return nil, err
	}
	cell.Control = j.Outcome
	it.Judgement, it.cell, it.tried = j, cell, true
	return it, nil
}

// imageAlone makes the image of the content without what is attached to it.
func imageAlone(make maker) maker {
	return func(nonce string) mechanisms.Content {
		content := make(nonce)
		content.After, content.Attached = nil, nil
		return content
	}
}

// column is the judgement in the column of the image alone: what goes wrong
// there is nobody's harm.
func (c *control) column() judge.Judgement {
	j := c.Judgement
	switch j.Outcome {
	case reports.ClearRefusal, reports.UnclearRefusal, reports.SilentHarm:
		j.Outcome = reports.Baseline
	}
	return j
}

// stops says whether the cells of the control need not be tried.
func (c *control) stops(v toolchains.Verb) bool {
	switch c.Outcome {
	case reports.ClearRefusal, reports.UnclearRefusal, reports.Baseline:
		// With nothing attached, some have nothing to show and say so.
		return v != toolchains.Discover
	}
	return false
}
