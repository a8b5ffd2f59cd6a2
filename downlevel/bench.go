package downlevel

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/obtained"
	"assay/downlevel/state"
	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/reports"
	"assay/wire"
)

// bench is where the cells of one tool are tried.
type bench struct {
	work   work
	client *wire.Client
	place  toolchains.Place

	session   session
	sessionOf string // the tool
	failed    error  // why it has no session

	controls map[string]controlled // by tool, verb and kind of image
	refused  map[string]string     // why the registry refuses a mechanism
}

// session is a tool in use: a [toolchains.Session].
type session interface {
	Setup() string
	Prepare(context.Context, toolchains.Action, toolchains.Vars) (toolchains.Output, error)
	Do(context.Context, toolchains.Action, toolchains.Vars) (toolchains.Output, error)
	After(context.Context, toolchains.Vars)
	Stop()
}

func newBench(w work, client *wire.Client) *bench {
	return &bench{
		work: w, client: client,
		place: toolchains.Place{
			Registry: w.Registry, PlainHTTP: client.Target().Scheme == "http",
			Username: w.Username, Password: w.Password, Timeout: w.Config.ActionTimeout,
		},
		controls: map[string]controlled{}, refused: map[string]string{},
	}
}

// close stops what the tools have running.
func (b *bench) close() {
	if b.session != nil {
		b.session.Stop()
	}
	if b.place.Dir != "" {
		_ = os.RemoveAll(b.place.Dir)
	}
}

// sessionFor is the session of the tool. That of another one ends: the cells
// come tool by tool.
func (b *bench) sessionFor(t tool) (session, error) {
	if b.sessionOf == t.String() {
		return b.session, b.failed
	}
	if b.session != nil {
		b.session.Stop()
	}
	b.sessionOf, b.session = t.String(), nil
	if b.place.Dir == "" {
		if b.place.Dir, b.failed = os.MkdirTemp("", "assay-"); b.failed != nil { // short: sockets are in it
			return nil, b.failed
		}
	}
	started, err := t.installed.Start(context.Background(), b.place) // it outlives the spec
	if b.failed = err; err == nil {
		b.session = started
	}
	return b.session, b.failed
}

// nonces is the number of the newest nonce.
var nonces atomic.Int64

// nonce is a word for content or for names that neither another cell nor
// another run has.
func (b *bench) nonce(purpose string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d|%s|%d|%s", b.work.Config.Seed, b.work.Nonce, nonces.Add(1), purpose))
	return hex.EncodeToString(sum[:8])
}

// cleaningTime bounds the tidying up after a cell.
const cleaningTime = 30 * time.Second

// perform does what the cell is about, with content of its own.
func (b *bench) perform(ctx context.Context, c cell, content mechanisms.Content, control *judgement, into *reports.Cell) (j judgement, err error) {
	r := newRoom(b.client, b.work.Config.Prefix+"-"+b.nonce("room")[:12], content)
	var last snapshots
	defer func() {
		cleaning, cancel := context.WithTimeout(context.Background(), cleaningTime)
		defer cancel()
		if last.source.IsZero() { // it went wrong on the way
			last, _ = r.look(cleaning, true)
		}
		r.leave(cleaning, last)
	}()
	if err := r.furnish(ctx); err != nil {
		return judgement{}, fmt.Errorf("the image cannot be pushed: %w", err)
	}
	if c.tool.registry {
		return b.ask(ctx, c, r, control, into)
	}
	session, err := b.sessionFor(c.tool)
	if err != nil {
		return judgement{}, fmt.Errorf("%s cannot be used: %w", c.tool, err)
	}
	action, _ := c.tool.installed.Action(c.verb)
	vars := b.vars(r, content)
	setup := session.Setup()
	if action.Prepare != "" {
		prepared, j, err := b.prepare(ctx, session, action, vars)
		if err != nil || j.Outcome != "" {
			return j, err
		}
		setup += prepared.Script
		if tag := r.taken(ctx); tag != "" {
			return judgement{Outcome: reports.NotApplicable, Message: "what the tool attached has the tag " + tag + ", where the mechanism puts its own"}, nil
		}
	}
	if err := r.attach(ctx); err != nil {
		return b.refusal(c, err)
	}
	before, err := r.look(ctx, false)
	if err != nil {
		return judgement{}, err
	}
	e := evidence{
		Verb: c.verb, Yields: action.Yields, Brings: action.Brings, Content: content, Control: control, Setup: setup,
		Documents: map[digest.Digest]document{},
	}
	e.Named = named(c.verb, vars, before.source)
	vars.Digest = e.Named.String()
	e.Vars = vars
	if err := b.do(ctx, session, action, &e); err != nil {
		return judgement{}, err
	}
	defer session.After(context.WithoutCancel(ctx), vars)
	if last, err = r.look(ctx, writesTarget(c.verb)); err != nil {
		return judgement{}, err
	}
	r.documents(ctx, r.source, last.source, e.Documents)
	if writesTarget(c.verb) {
		r.documents(ctx, r.target, last.target, e.Documents)
	}
	e.Source, e.Target, e.Other = change{before.source, last.source}, change{After: last.target}, change{before.other, last.other}
	j = e.judge()
	e.tell(j, into)
	return j, nil
}

// vars are the variables of the actions, but for the digest.
func (b *bench) vars(r *room, content mechanisms.Content) toolchains.Vars {
	at := b.work.Registry + "/"
	return toolchains.Vars{
		Image: at + r.source.Name(), Target: at + r.target.Name(), Tag: mechanisms.MainTag,
		Digest: content.Image.Digest.String(), File: b.work.File, Greeting: content.Greeting, ArtifactType: attachedType,
	}
}

// attachedType is the artifact type of what tools attach.
const attachedType = "application/vnd.example.assay.downlevel.v1"

// named is what the tool is asked for: what the tag names now, or, to verify
// what was attached to it before, the image.
func named(v toolchains.Verb, vars toolchains.Vars, s state.Snapshot) digest.Digest {
	if v == toolchains.Verify {
		return digest.Digest(vars.Digest)
	}
	d, _ := s.TagDigest(vars.Tag)
	return d
}

// writesTarget says whether the verb is to put something into the target.
func writesTarget(v toolchains.Verb) bool {
	switch v {
	case toolchains.Copy, toolchains.CopyReferrers, toolchains.CopyRepository, toolchains.PushAgain:
		return true
	}
	return false
}

// prepare does what has to succeed before anything is attached; a judgement
// with an outcome when it does not.
func (b *bench) prepare(ctx context.Context, session session, action toolchains.Action, vars toolchains.Vars) (toolchains.Output, judgement, error) {
	out, err := session.Prepare(ctx, action, vars)
	switch {
	case errors.Is(err, toolchains.ErrTimeout):
		return out, judgement{Outcome: reports.Baseline, Message: "getting ready did not end in time"}, nil
	case err != nil:
		return out, judgement{}, err
	case out.Exit != 0:
		return out, judgement{Outcome: reports.Baseline, Message: "getting ready failed: " + cmp.Or(complaint(out.Stderr), complaint(out.Stdout))}, nil
	}
	return out, judgement{}, nil
}

// do runs the action and notes what came of it.
func (b *bench) do(ctx context.Context, session session, action toolchains.Action, e *evidence) (err error) {
	e.Output, err = session.Do(ctx, action, e.Vars)
	switch {
	case errors.Is(err, toolchains.ErrTimeout):
		e.Hung = fmt.Sprintf("the tool did not end within %s", b.work.Config.ActionTimeout)
		return nil
	case err != nil:
		return err
	}
	if e.Output.Out == "" || e.Output.Exit != 0 {
		return nil
	}
	e.Obtained, err = obtained.Read(e.Output.Out)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// refusal is the judgement where the registry does not take what is to be
// attached.
func (b *bench) refusal(c cell, err error) (judgement, error) {
	var refused *state.Refused
	if !errors.As(err, &refused) {
		return judgement{}, err
	}
	reason := refusalPrefix + refused.Error()
	b.refused[c.mechanism.Name] = reason
	return judgement{Outcome: reports.NotApplicable, Message: reason}, nil
}
