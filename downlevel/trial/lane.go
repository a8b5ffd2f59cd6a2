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

// Run is what all trials of a run have in common.
type Run struct {
	Client *wire.Client
	// Registry is how tools name the target: host:port. They log in there when
	// there is a name.
	Registry, Username, Password string
	// Embedded says that the target is Assay's own registry.
	Embedded bool
	// Manners are those of the clients of registries that a trial has for itself.
	Manners wire.Manners
	// Prefix begins the names of the repositories.
	Prefix string
	// File is the path of what tools attach.
	File string
	// ActionTimeout bounds what a tool does once.
	ActionTimeout time.Duration
	// Seed and Nonce make content and names that no other run has.
	Seed  int64
	Nonce string
	// Start puts a tool into use; nil stands for what is installed.
	Start func(context.Context, Tool, toolchains.Place) (Session, error)
}

// Session is a tool in use: a [toolchains.Session].
type Session interface {
	Setup() string
	Prepare(context.Context, toolchains.Action, toolchains.Vars) (toolchains.Output, error)
	Do(context.Context, toolchains.Action, toolchains.Vars) (toolchains.Output, error)
	After(context.Context, toolchains.Vars)
	Stop()
}

// Lane tries cells of one tool, one after another, in one session of it. All
// cells of a mechanism belong to the same lane: the lane knows when the registry
// refuses the mechanism.
type Lane struct {
	run      Run
	name     string
	controls *Controls
	refused  map[string]string // why the registry refuses a mechanism
	nonces   int               // how many were made

	session Session
	failed  error // why there is no session
	dir     string
}

// NewLane makes a lane, whose name no other lane of the run has. Lanes of a tool
// share its controls.
func (r Run) NewLane(name string, controls *Controls) *Lane {
	return &Lane{run: r, name: name, controls: controls, refused: map[string]string{}}
}

// Close stops what the tool has running.
func (l *Lane) Close() {
	if l.session != nil {
		l.session.Stop()
	}
	if l.dir != "" {
		_ = os.RemoveAll(l.dir)
	}
}

// sessionOf is the session of the lane, which starts with its first cell and
// outlives it.
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

// nonce is a word for content or for names that neither another cell nor
// another run has.
func (l *Lane) nonce(purpose string) string {
	l.nonces++
	sum := sha256.Sum256(fmt.Appendf(nil, "%d|%s|%s|%d|%s", l.run.Seed, l.run.Nonce, l.name, l.nonces, purpose))
	return hex.EncodeToString(sum[:8])
}
