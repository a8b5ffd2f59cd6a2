package trial

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"time"

	"assay/downlevel/toolchains"
	"assay/wire"
)

// Run has the settings that all trials of a run share.
type Run struct {
	Client *wire.Client
	// Registry is the name of the target for tools: host:port. They log in there if
	// there is a user name.
	Registry, Username, Password string
	// Embedded says that the target is Assay's own registry.
	Embedded bool
	// Manners are for the clients of registries that a trial starts for itself.
	Manners wire.Manners
	// Prefix is the beginning of the names of the repositories.
	Prefix string
	// Keep leaves the content in the registry.
	Keep bool
	// File is the path of the file that tools attach.
	File string
	// ActionTimeout limits one action of a tool.
	ActionTimeout time.Duration
	// Seed and Nonce make content and names that no other run has.
	Seed  int64
	Nonce string
	// Start starts a session of a tool; nil means a session of the installed tool.
	Start func(context.Context, Tool, toolchains.Place) (Session, error)
}

// Session is a tool in use, such as a [toolchains.Session].
type Session interface {
	Setup() string
	Prepare(context.Context, toolchains.Action, toolchains.Vars) (toolchains.Output, error)
	Do(context.Context, toolchains.Action, toolchains.Vars) (toolchains.Output, error)
	After()
	Forget(context.Context)
	Stop()
}

// Lane tries cells of one tool, one after another, in one session. All cells of a
// mechanism belong to the same lane, because the lane remembers that the registry
// refuses a mechanism.
type Lane struct {
	run      Run
	name     string
	controls *Controls
	refused  map[string]string // why the registry refuses a mechanism
	nonces   int               // number of nonces that were made

	stages  map[stageKey]*stage
	session Session
	last    *stage // that the tool was used on; nil if it has forgotten everything
	failed  error  // why there is no session
	dir     string
}

// NewLane makes a lane. No other lane of the run may have its name. The lanes of a tool
// share its controls.
func (r Run) NewLane(name string, controls *Controls) *Lane {
	return &Lane{run: r, name: name, controls: controls, refused: map[string]string{}, stages: map[stageKey]*stage{}}
}

// Close ends the session of the tool, and empties the repositories that its cells share.
func (l *Lane) Close() {
	for _, s := range l.stages {
		l.strike(context.Background(), s)
	}
	if l.session != nil {
		l.session.Stop()
	}
	if l.dir != "" {
		_ = os.RemoveAll(l.dir)
	}
}

// sessionOf returns the session of the lane. It starts with the first cell, and goes on
// until Close.
func (l *Lane) sessionOf(ctx context.Context, t Tool) (Session, error) {
	if l.session != nil || l.failed != nil {
		return l.session, l.failed
	}
	session, err := l.start(ctx, t)
	if err == nil {
		l.session = session
	} else if ctx.Err() == nil {
		l.failed = err
	}
	return l.session, err
}

func (l *Lane) start(ctx context.Context, t Tool) (Session, error) {
	if l.dir == "" {
		dir, err := os.MkdirTemp("", "assay-") // short: sockets are in it
		if err != nil {
			return nil, err
		}
		l.dir = dir
	}
	place := toolchains.Place{
		Dir: l.dir, Registry: l.run.Registry, PlainHTTP: l.run.Client.Target().Scheme == "http",
		Username: l.run.Username, Password: l.run.Password, Timeout: l.run.ActionTimeout,
	}
	if l.run.Start != nil {
		return l.run.Start(ctx, t, place)
	}
	return t.Installed.Start(ctx, place)
}

// nonce returns a word for content or names that no other cell and no other run has.
func (l *Lane) nonce(purpose string) string {
	l.nonces++
	sum := sha256.Sum256(fmt.Appendf(nil, "%d|%s|%s|%d|%s", l.run.Seed, l.run.Nonce, l.name, l.nonces, purpose))
	return hex.EncodeToString(sum[:8])
}
