package toolchains

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"assay/downlevel/toolchains/process"
	"assay/downlevel/toolchains/rootfs"
)

// Place is where a tool works.
type Place struct {
	// Dir is a directory in which the session makes one of its own.
	Dir string
	// Registry is HOST:PORT. The tool logs in when there is a name.
	Registry, Username, Password string
	// PlainHTTP says that the registry speaks HTTP: $PLAIN_HTTP is 1, else empty.
	PlainHTTP bool
	// Timeout is how long one script may take; 0 stands for two minutes.
	Timeout time.Duration
}

// plainHTTP is a value for ${PLAIN_HTTP:+--flag}.
func (p Place) plainHTTP() string {
	if p.PlainHTTP {
		return "1"
	}
	return ""
}

// ErrTimeout is in the error of a script that was ended because it took too
// long.
var ErrTimeout = errors.New("it does not end")

const (
	defaultTimeout = 2 * time.Minute
	// outputLimit is what is kept of each end of what a script prints.
	outputLimit = 1 << 20
)

// Output is what came of an action.
type Output struct {
	Script         string // as a person would type it, without secrets
	Exit           int
	Stdout, Stderr string
	Out            string // the path of $OUT
	Seconds        float64
}

// Session is a tool in use: with directories that are its own, with its daemons
// running, and logged in. It runs one action at a time.
type Session struct {
	installed Installed
	place     Place
	dir       string
	base      []variable // of every script
	root      *rootfs.Root
	daemons   []*daemon
	actions   int
	out, work string // of the last action
}

// Start makes a session; Stop has to end it.
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

// makeDirectories makes those of the session and the environment that names
// them.
func (s *Session) makeDirectories() error {
	parent, err := filepath.Abs(s.place.Dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp(parent, "s"); err != nil { // short: sockets have paths of 108 bytes at most
		return err
	}
	if s.dir, err = filepath.EvalSymlinks(s.dir); err != nil { // mounts are known by it
		return err
	}
	directory := func(name string) string { return filepath.Join(s.dir, name) }
	s.base = []variable{
		{"REGISTRY", s.place.Registry},
		{"PLAIN_HTTP", s.place.plainHTTP()},
		{"HOME", directory("home")},
		{"TMPDIR", directory("tmp")},
		{"STATE", directory("state")},
		{"TOOL", directory("tool")},
		{"XDG_CONFIG_HOME", directory("home/.config")},
		{"XDG_CACHE_HOME", directory("home/.cache")},
		{"XDG_DATA_HOME", directory("home/.local/share")},
		{"XDG_STATE_HOME", directory("home/.local/state")},
		{"XDG_RUNTIME_DIR", directory("run")},
	}
	for _, v := range s.base[2:] {
		if err := os.MkdirAll(v.value, 0o700); err != nil {
			return err
		}
	}
	if err := s.copyFiles(); err != nil {
		return err
	}
	s.base = append(s.base, expand(s.installed.Toolchain.Environment, s.base)...)
	return nil
}

// copyFiles puts the files of the tool's folder into $TOOL.
func (s *Session) copyFiles() error {
	files := s.installed.Toolchain.files
	if files == nil {
		return nil
	}
	return fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == "." || name == declaration {
			return err
		}
		to := filepath.Join(s.dir, "tool", name)
		if entry.IsDir() {
			return os.MkdirAll(to, 0o700)
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o700)
	})
}

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
		return fmt.Errorf("the login at %s: %w", s.place.Registry, err)
	}
	return nil
}

// Prepare runs what an action wants to be done before anything is attached.
// Its exit code has to be 0.
func (s *Session) Prepare(ctx context.Context, a Action, v Vars) (Output, error) {
	if a.Prepare == "" {
		return Output{}, nil
	}
	return s.act(ctx, a.Prepare, "", v)
}

// Do runs an action. The error is about the run, such as one that took too
// long; how the tool ended is in the output.
func (s *Session) Do(ctx context.Context, a Action, v Vars) (Output, error) {
	return s.act(ctx, a.Run, s.installed.Toolchain.Before, v)
}

func (s *Session) act(ctx context.Context, script, before string, v Vars) (Output, error) {
	if err := s.daemonsRun(); err != nil {
		return Output{}, fmt.Errorf("%s: %w", s.installed, err)
	}
	s.actions++
	number := strconv.Itoa(s.actions)
	s.work, s.out = filepath.Join(s.dir, "work", number), filepath.Join(s.dir, "out", number)
	for _, dir := range []string{s.work, filepath.Dir(s.out)} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return Output{}, err
		}
	}
	variables := append(v.list(), variable{"OUT", s.out}, variable{"WORK", s.work})
	if before != "" {
		out, err := s.run(ctx, before, s.work, variables)
		if err == nil && out.Exit != 0 {
			err = fmt.Errorf("exit code %d: %s", out.Exit, tail(out.Stderr+out.Stdout))
		}
		if err != nil {
			out.Script = s.readable(v, before)
			return out, fmt.Errorf("%s: before the action: %w", s.installed, err)
		}
	}
	out, err := s.run(ctx, script, s.work, variables)
	out.Script, out.Out = s.readable(v, before, script), s.out
	if err != nil {
		return out, fmt.Errorf("%s: %w", s.installed, err)
	}
	return out, nil
}

// After takes back what the last action left on this machine, $OUT among it.
func (s *Session) After(ctx context.Context, v Vars) {
	if s.work == "" {
		return
	}
	if script := s.installed.Toolchain.After; script != "" {
		variables := append(v.list(), variable{"OUT", s.out}, variable{"WORK", s.work})
		_, _ = s.run(ctx, script, s.work, variables) // what it could not take back goes with the session
	}
	_ = os.RemoveAll(s.work)
	_ = os.RemoveAll(s.out)
	s.work, s.out = "", ""
}

// run runs a script in dir.
func (s *Session) run(ctx context.Context, script, dir string, variables []variable) (Output, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.place.Timeout, fmt.Errorf("%w: it was ended after %s", ErrTimeout, s.place.Timeout))
	defer cancel()
	cmd := s.command(ctx, script, dir, variables)
	stdout, stderr := process.Buffer{Half: outputLimit}, process.Buffer{Half: outputLimit}
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	started := time.Now()
	err := process.Run(ctx, cmd)
	out := Output{
		Stdout:  s.redact(stdout.String()),
		Stderr:  s.redact(stderr.String()),
		Seconds: time.Since(started).Seconds(),
	}
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		out.Exit, err = exitCode(ended), nil
	} else if errors.Is(err, exec.ErrWaitDelay) {
		err = nil // it ended well, something that it started was still there
	}
	return out, err
}

// exitCode is that of a shell: 128 and the signal for a program that a signal
// ended.
func exitCode(ended *exec.ExitError) int {
	if signal, ok := signalOf(ended); ok {
		return 128 + signal
	}
	return ended.ExitCode()
}

// command makes a process of a script, in the root of the session.
func (s *Session) command(ctx context.Context, script, dir string, variables []variable) *exec.Cmd {
	args := []string{"sh", "-eu", "-c", script}
	if s.root != nil {
		inside := append([]string{"sh", "-c", `cd "$1" && shift && exec "$@"`, "sh", dir}, args...)
		args = s.root.Command(inside...)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(s.installed.environment(), environ(s.base)...)
	cmd.Env = append(cmd.Env, environ(variables)...)
	return cmd
}

// Stop ends the daemons and whatever else of the session runs, and removes its
// directory.
func (s *Session) Stop() {
	for i := len(s.daemons) - 1; i >= 0; i-- {
		s.daemons[i].stop()
	}
	if s.dir != "" {
		killStrays(s.dir)
	}
	if s.root != nil {
		s.root.Close()
	}
	if s.dir != "" {
		unmountBelow(s.dir)
		_ = os.RemoveAll(s.dir)
	}
}

// tail is the end of a text, for an error.
func tail(text string) string {
	const kept = 2000
	text = strings.TrimSpace(text)
	if len(text) > kept {
		text = "…" + text[len(text)-kept:]
	}
	return text
}
