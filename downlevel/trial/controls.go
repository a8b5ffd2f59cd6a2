package trial

import (
	"context"
	"fmt"
	"sync"

	"assay/downlevel/judge"
	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

// Controls are the results of one tool with the image alone. Each verb is tried once
// for each kind of image, by the lane that needs the result first.
type Controls struct {
	tool   Tool
	makers map[string]maker // by the kind of image

	mu  sync.Mutex
	all map[controlKey]*control
	// again has the harms that came twice, by verb and kinds.
	again map[string]bool
}

type controlKey struct {
	verb toolchains.Verb
	kind string
}

// control is the result of one verb with the image alone.
type control struct {
	mu    sync.Mutex // locked by the lane that tries it
	tried bool

	judge.Judgement
	cell reports.Cell
}

// NewControls makes the controls of a tool for the mechanisms of a run. If several
// mechanisms have the same kind of image, the first of them makes the image, so that
// the result does not depend on the order of lanes.
func NewControls(t Tool, columns []mechanisms.Mechanism) *Controls {
	c := &Controls{tool: t, makers: map[string]maker{}, all: map[controlKey]*control{}, again: map[string]bool{}}
	for _, m := range columns {
		if kind := t.kind(m); kind != "" && c.makers[kind] == nil {
			c.makers[kind] = t.content(m)
		}
	}
	return c
}

// kinds has the kinds of images by kindKey. They are kept, because content has to be
// made to know its kind.
var kinds sync.Map

type kindKey struct {
	mechanism string
	chart     bool
}

// kind returns the media type of the image of a mechanism; empty if the mechanism does
// not apply to the tool.
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

// get returns the control of a cell. The lane tries it, unless it was tried before.
// Lanes that need the same control wait for the first one. If that has an error, the
// next lane tries again.
func (c *Controls) get(ctx context.Context, l *Lane, of Cell) (*control, error) {
	of.Verb = of.Verb.Like() // the image alone has no artifact: there it is the same
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
	if make == nil { // the mechanism is not part of the run
		make = c.tool.content(of.Mechanism)
	}
	alone := Cell{Tool: c.tool, Mechanism: mechanisms.None(), Verb: of.Verb, kind: key.kind}
	cell := *alone.Result().Cell
	j, err := l.settle(ctx, alone, imageAlone(make), nil, &cell)
	if err != nil {
		return nil, err
	}
	cell.Control = j.Outcome
	it.Judgement, it.cell, it.tried = j, cell, true
	return it, nil
}

// imageAlone makes the image of the content, without the attached artifacts.
func imageAlone(make maker) maker {
	return func(nonce string) mechanisms.Content {
		content := make(nonce)
		content.After, content.Attached = nil, nil
		return content
	}
}

// confirm notes a harm that came again.
func (c *Controls) confirm(cell Cell, j judge.Judgement) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.again[harmKey(cell, j)] = true
}

// confirmed says whether the same harm came again with another mechanism.
func (c *Controls) confirmed(cell Cell, j judge.Judgement) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(j.Harms) > 0 && c.again[harmKey(cell, j)]
}

func harmKey(cell Cell, j judge.Judgement) string {
	key := fmt.Sprintf("%s %v %s", cell.Verb, cell.option, j.Outcome)
	for _, h := range j.Harms {
		key += " " + h.Kind
	}
	return key
}

// column returns the judgement for the column of the image alone. A refusal there says
// nothing about artifacts. But harm is harm: it is found there, and nowhere else.
func (c *control) column() judge.Judgement {
	j := c.Judgement
	switch j.Outcome {
	case reports.ClearRefusal, reports.UnclearRefusal, reports.WrongReason:
		j.Outcome = reports.Baseline
	}
	return j
}

// stops says whether the cells with this control need not be tried.
func (c *control) stops(v toolchains.Verb) bool {
	switch c.Outcome {
	case reports.ClearRefusal, reports.UnclearRefusal, reports.WrongReason, reports.Baseline:
		// If nothing is attached, some tools end with an error, because they have
		// nothing to show.
		return v != toolchains.Discover
	}
	return false
}
