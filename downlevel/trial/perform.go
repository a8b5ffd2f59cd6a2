package trial

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/judge"
	"assay/downlevel/obtained"
	"assay/downlevel/state"
	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

// cleaningTime limits the clean-up after a cell.
const cleaningTime = 30 * time.Second

// perform tries the cell. If fresh is true, its content is its own.
func (l *Lane) perform(ctx context.Context, c Cell, make maker, fresh bool, control *judge.Judgement, into *reports.Cell) (j judge.Judgement, err error) {
	s, err := l.furnished(ctx, c, make, fresh)
	r, content := s.r, s.content
	var last snapshots
	defer func() { l.leaveStage(ctx, s, last) }()
	if err != nil {
		return judge.Judgement{}, err
	}
	session, err := l.sessionOf(ctx, c.Tool)
	if err != nil {
		return judge.Judgement{}, fmt.Errorf("%s cannot be used: %w", c.Tool, err)
	}
	l.remember(ctx, session, s, c.Verb)
	action := c.action()
	vars := l.vars(r, content)
	setup := session.Setup()
	if action.Prepare != "" {
		prepared, j, err := l.prepare(ctx, session, action, vars)
		if err != nil || j.Outcome != "" {
			return j, err
		}
		setup += prepared.Script
		if tag := r.taken(ctx); tag != "" {
			return judge.Judgement{Outcome: reports.NotApplicable, Message: "the artifact that the tool attached has the tag " + tag + ", which the mechanism also needs"}, nil
		}
	}
	if s.before.source.IsZero() {
		if err := r.attach(ctx); err != nil {
			return l.refusal(c, err)
		}
		if s.before, err = r.look(ctx, false); err != nil {
			return judge.Judgement{}, err
		}
	}
	before := s.before
	e := judge.Evidence{
		Verb: c.Verb, Yields: action.Yields, Brings: action.Brings, Limits: action.Limits, Content: content, Control: control, Setup: setup,
		Documents: map[digest.Digest]judge.Document{},
	}
	e.Named = named(c.Verb, &vars, content, before.source)
	vars.Digest = e.Named.String()
	e.Vars = vars
	defer session.After()
	if err := l.do(ctx, session, action, &e); err != nil {
		return judge.Judgement{}, err
	}
	if last, err = r.look(ctx, writesTarget(c.Verb)); err != nil {
		return judge.Judgement{}, err
	}
	r.documents(ctx, r.source, last.source, e.Documents)
	if writesTarget(c.Verb) {
		r.documents(ctx, r.target, last.target, e.Documents)
	}
	e.Source = judge.Change{Before: before.source, After: last.source}
	e.Target = judge.Change{After: last.target}
	e.Other = judge.Change{Before: before.other, After: last.other}
	j = e.Judge()
	report(e, j, into)
	if repeatable(j.Outcome) {
		j.Script = l.script(c, s, e, j)
	}
	return j, nil
}

// vars returns the variables of the actions, without the digest.
func (l *Lane) vars(r *repositories, content mechanisms.Content) toolchains.Vars {
	at := l.run.Registry + "/"
	return toolchains.Vars{
		Image: at + r.source.Name(), Target: at + r.target.Name(), Tag: mechanisms.MainTag,
		Digest: content.Image.Digest.String(), File: l.run.File, Greeting: content.Greeting, ArtifactType: attachedType,
	}
}

// attachedType is the artifact type that tools use when they attach the file.
const attachedType = "application/vnd.example.assay.downlevel.v1"

// named returns the digest that the tool is asked for: the one that the tag names now.
// For verify it is the image's, as the signature was attached to the image before. For
// the verbs about an attached artifact it is the artifact's; the tag becomes its tag.
func named(v toolchains.Verb, vars *toolchains.Vars, content mechanisms.Content, s state.Snapshot) digest.Digest {
	switch v {
	case toolchains.Verify:
		return digest.Digest(vars.Digest)
	case toolchains.CopyAttached, toolchains.PushAttached:
		vars.Tag = cmp.Or(attachedTag(content), vars.Tag)
	case toolchains.DeleteAttached:
		if d := attachedDigest(content); d != "" {
			return d
		}
	}
	d, _ := s.TagDigest(vars.Tag)
	return d
}

// writesTarget says whether the verb has to push content to the target.
func writesTarget(v toolchains.Verb) bool {
	switch v {
	case toolchains.Copy, toolchains.CopyReferrers, toolchains.CopyRepository, toolchains.CopyAttached,
		toolchains.PushAgain, toolchains.PushAttached:
		return true
	}
	return false
}

// prepare runs the part of the action that must succeed before anything is attached. If
// it does not succeed, the judgement has an outcome.
func (l *Lane) prepare(ctx context.Context, session Session, action toolchains.Action, vars toolchains.Vars) (toolchains.Output, judge.Judgement, error) {
	out, err := session.Prepare(ctx, action, vars)
	switch {
	case errors.Is(err, toolchains.ErrTimeout):
		return out, judge.Judgement{Outcome: reports.Baseline, Message: "the preparation did not end in time"}, nil
	case err != nil:
		return out, judge.Judgement{}, err
	case out.Exit != 0:
		return out, judge.Judgement{Outcome: reports.Baseline, Message: "the preparation failed: " + cmp.Or(judge.Complaint(out.Stderr), judge.Complaint(out.Stdout))}, nil
	}
	return out, judge.Judgement{}, nil
}

// remember makes the tool forget the images of another stage. On the same stage it keeps
// what it has fetched, as on the machine of a user: the cells there read the same images.
// Only run forgets them, too: a tool asks for what it runs only if it does not have it, so
// that the cells before would decide whether this works.
func (l *Lane) remember(ctx context.Context, session Session, s *stage, verb toolchains.Verb) {
	if l.last != nil && (l.last != s || verb == toolchains.Run) {
		session.Forget(context.WithoutCancel(ctx))
	}
	l.last = s
}

// do runs the action and adds its output to the evidence. What a failed action left must
// not help the next one.
func (l *Lane) do(ctx context.Context, session Session, action toolchains.Action, e *judge.Evidence) (err error) {
	defer func() {
		if err != nil || e.Hung != "" || e.Output.Exit != 0 {
			session.Forget(context.WithoutCancel(ctx))
			l.last = nil
		}
	}()
	e.Output, err = session.Do(ctx, action, e.Vars)
	switch {
	case errors.Is(err, toolchains.ErrTimeout):
		e.Hung = fmt.Sprintf("the tool did not end within %s", l.run.ActionTimeout)
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

// refusal is the judgement if the registry refuses the artifact.
func (l *Lane) refusal(c Cell, err error) (judge.Judgement, error) {
	var refused *state.Refused
	if !errors.As(err, &refused) {
		return judge.Judgement{}, err
	}
	reason := "the registry refuses it: " + refused.Error()
	l.refused[c.Mechanism.Name] = reason
	return judge.Judgement{Outcome: reports.NotApplicable, Message: reason}, nil
}
