package trial

import (
	"context"
	"fmt"

	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
)

// stage is content in a registry: an image, and what is attached to it. The cells of a
// mechanism that only read their source share a stage, as long as it stays as it is.
type stage struct {
	nonce   string // that the content was made from
	content mechanisms.Content
	r       *repositories
	// before is the content when the next cell begins. It is empty until the artifacts
	// are attached.
	before snapshots
	shared bool
}

// shareable says whether the cell only reads its source. A cell with a preparation
// changes it before the artifacts are attached.
func shareable(c Cell) bool {
	switch c.Verb {
	case toolchains.DeleteTag, toolchains.DeleteDigest, toolchains.DeleteAttached, toolchains.Attach, toolchains.Verify:
		return false
	}
	return c.action().Prepare == ""
}

// stageKey names the content of a stage.
type stageKey struct {
	mechanism, kind string
}

// furnished returns a stage for the cell, with the image and without the artifacts,
// unless the stage was used before. A stage that is new is the cell's own if fresh is
// true, or if the cell does not only read.
func (l *Lane) furnished(ctx context.Context, c Cell, make maker, fresh bool) (*stage, error) {
	key := stageKey{c.Mechanism.Name, c.imageKind()}
	shared := shareable(c) && !fresh
	if !c.Alone() { // the lane has gone on to this mechanism
		for k, s := range l.stages {
			if k.mechanism != key.mechanism && k.mechanism != mechanisms.None().Name {
				l.strike(ctx, s)
			}
		}
	}
	if s := l.stages[key]; s != nil && shared {
		s.r.retarget()
		return s, nil
	}
	nonce := l.nonce(c.Mechanism.Name)
	content := make(nonce)
	s := &stage{nonce: nonce, content: content, r: newRepositories(l.run.Client, l.run.Prefix+"-"+l.nonce("repositories")[:12], content), shared: shared}
	if shared {
		l.stages[key] = s
	}
	if err := s.r.furnish(ctx); err != nil {
		return s, fmt.Errorf("the image cannot be pushed: %w", err)
	}
	return s, nil
}

// strike empties the repositories of a stage, and forgets it.
func (l *Lane) strike(ctx context.Context, s *stage) {
	for k, other := range l.stages {
		if other == s {
			delete(l.stages, k)
		}
	}
	if l.run.Keep {
		return
	}
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleaningTime)
	defer cancel()
	last := s.before
	if last.source.IsZero() { // it went wrong on the way
		last, _ = s.r.look(cleaning, false)
	}
	s.r.leave(cleaning, last)
}

// leaveStage ends the cell's use of a stage. The target is emptied. A stage stays only if
// it is shared, and if the tool left it as it was.
func (l *Lane) leaveStage(ctx context.Context, s *stage, last snapshots) {
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleaningTime)
	defer cancel()
	if last.source.IsZero() {
		last, _ = s.r.look(cleaning, true)
		s.before = snapshots{}
	}
	if !l.run.Keep {
		s.r.emptyTarget(cleaning, last)
	}
	if s.shared && !s.before.source.IsZero() && len(s.before.source.Diff(last.source)) == 0 && len(s.before.other.Diff(last.other)) == 0 {
		return
	}
	s.before = last
	l.strike(ctx, s)
}
