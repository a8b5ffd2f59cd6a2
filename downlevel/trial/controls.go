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
	tool   Tool
	makers map[string]maker // by the kind of image

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
	c := &Controls{tool: t, makers: map[string]maker{}, all: map[controlKey]*control{}}
	for _, m := range columns {
		if kind := t.kind(m); kind != "" && c.makers[kind] == nil {
			c.makers[kind] = t.content(m)
		}
	}
	return c
}

// kinds are the kinds of images by kindKey; to know one, content has to be made.
var kinds sync.Map

type kindKey struct {
	mechanism string
	chart     bool
}

// kind is the media type of the image of a mechanism; empty when the mechanism
// is not for the tool.
func (t Tool) kind(m mechanisms.Mechanism) string {
	make := t.content(m)
	if make == nil {
		return ""
	}
	key := kindKey{m.Name, t.Installed.Toolchain.Subject == toolchains.Chart}
	if kind, ok := kinds.Load(key); ok {
		return kind.(string)
	}
	kind := make("").Image.MediaType
	kinds.Store(key, kind)
	return kind
}

// get is the control of a cell, tried in the lane unless it was tried before.
// Lanes that need the same one wait for the first; when that meets an error,
// the next one tries again.
func (c *Controls) get(ctx context.Context, l *Lane, of Cell) (*control, error) {
	key := controlKey{of.Verb, of.Tool.kind(of.Mechanism)}
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
	make := c.makers[key.kind]
	if make == nil { // of a mechanism that is none of the run's
		make = c.tool.content(of.Mechanism)
	}
	alone := Cell{Tool: c.tool, Mechanism: mechanisms.None(), Verb: of.Verb}
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
