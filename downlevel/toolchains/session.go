package toolchains

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"assay/downlevel/toolchains/process"
	"assay/downlevel/toolchains/rootfs"
)

// Place says where a tool works.
type Place struct {
	// Dir is a directory in which the session makes its own directory.
	Dir string
	// Registry is HOST:PORT. The tool logs in if there is a user name.
	Registry, Username, Password string
	// PlainHTTP says that the registry speaks HTTP: $PLAIN_HTTP is 1, else empty.
	PlainHTTP bool
	// Timeout is the time that one script may take; 0 means two minutes.
	Timeout time.Duration
}

// plainHTTP returns the value of $PLAIN_HTTP, for ${PLAIN_HTTP:+--flag}.
func (p Place) plainHTTP() string {
	if p.PlainHTTP {
		return "1"
	}
	return ""
}

const defaultTimeout = 2 * time.Minute

// Session is a tool in use. It has its own directories, its daemons run, and it is
// logged in. It runs one action at a time.
type Session struct {
	installed Installed
	place     Place
	dir       string
	base      []variable // the variables of every script
	root      *rootfs.Root
	daemons   []*daemon
	actions   int
	ready     bool   // what the tool's declaration has in before was run
	out, work string // the directories of the last action
}

// ErrLogin is wrapped in the error of a session whose tool could not log in.
var ErrLogin = errors.New("the login")

// Start makes a session. The caller must end it with Stop.
func (i Installed) Start(ctx context.Context, place Place) (*Session, error) {
	if place.Timeout == 0 {
		place.Timeout = defaultTimeout
	}
	s := &Session{installed: i, place: place}
	if err := s.start(ctx); err != nil {
		s.Stop()
		return nil, fmt.Errorf("%s: %w", i, err)
	}
	return s, nil
}

func (s *Session) start(ctx context.Context) error {
	if err := s.makeDirectories(); err != nil {
		return err
	}
	if s.installed.root != "" {
		var err error
		if s.root, err = rootfs.Open(ctx, s.installed.root, s.dir); err != nil {
			return err
		}
	}
	for _, d := range s.installed.Toolchain.Daemons {
		if !holds(d.Versions, s.installed.Version) {
			continue
		}
		if err := s.startDaemon(ctx, d); err != nil {
			return err
		}
	}
	return s.login(ctx)
}

// login logs the tool in, if there is a user name.
func (s *Session) login(ctx context.Context) error {
	script := s.installed.Toolchain.Login
	if script == "" || s.place.Username == "" {
		return nil
	}
	secrets := []variable{{"USERNAME", s.place.Username}, {"PASSWORD", s.place.Password}}
	out, err := s.run(ctx, script, s.dir, secrets)
	if err == nil && out.Exit != 0 {
		err = fmt.Errorf("exit code %d: %s", out.Exit, tail(out.Stderr+out.Stdout))
	}
	if err != nil {
		return fmt.Errorf("%w at %s: %w", ErrLogin, s.place.Registry, err)
	}
	return nil
}

// Stop ends the daemons and all other programs of the session, and removes its
// directory.
func (s *Session) Stop() {
	for i := len(s.daemons) - 1; i >= 0; i-- {
		s.daemons[i].stop()
	}
	if s.dir != "" {
		process.KillStrays("STATE=" + filepath.Join(s.dir, "state"))
	}
	if s.root != nil {
		s.root.Close()
	}
	if s.dir != "" {
		unmountBelow(s.dir)
		_ = os.RemoveAll(s.dir)
	}
}
