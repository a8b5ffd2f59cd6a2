package toolchains

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"assay/downlevel/toolchains/process"
)

// ErrTimeout is wrapped in the error of a script that was killed because it took too
// long.
var ErrTimeout = errors.New("it does not end")

// outputLimit is the number of bytes that are kept of the beginning, and of the end, of
// an output.
const outputLimit = 1 << 20

// Output is the result of an action.
type Output struct {
	Script         string // as a person would type it, without secrets
	Exit           int
	Stdout, Stderr string
	Out            string // the path of $OUT
	Seconds        float64
}

// Prepare runs the preparation of an action, before anything is attached. The exit code
// must be 0.
func (s *Session) Prepare(ctx context.Context, a Action, v Vars) (Output, error) {
	if a.Prepare == "" {
		return Output{}, nil
	}
	return s.act(ctx, a.Prepare, "", v)
}

// Do runs an action. The error says that it could not be run to its end, such as
// [ErrTimeout]. The exit code of the tool is in the output.
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
	if before != "" && !s.ready {
		out, err := s.run(ctx, before, s.work, variables)
		if err == nil && out.Exit != 0 {
			err = fmt.Errorf("exit code %d: %s", out.Exit, tail(out.Stderr+out.Stdout))
		}
		if err != nil {
			out.Script = s.readable(v, before)
			return out, fmt.Errorf("%s: before the first action: %w", s.installed, err)
		}
		s.ready = true
	}
	out, err := s.run(ctx, script, s.work, variables)
	out.Script, out.Out = s.readable(v, before, script), s.out
	if err != nil {
		return out, fmt.Errorf("%s: %w", s.installed, err)
	}
	return out, nil
}

// After removes the files of the last action, also $OUT.
func (s *Session) After() {
	if s.work == "" {
		return
	}
	_ = os.RemoveAll(s.work)
	_ = os.RemoveAll(s.out)
	s.work, s.out = "", ""
}

// Forget removes everything that actions have left in the tool, such as the images of an
// engine.
func (s *Session) Forget(ctx context.Context) {
	if script := s.installed.Toolchain.After; script != "" {
		_, _ = s.run(ctx, script, s.dir, nil) // what is left is removed with the session
	}
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
		out.Exit, err = process.ExitCode(ended), nil
	} else if errors.Is(err, exec.ErrWaitDelay) {
		err = nil // the script ended without an error, but a program that it started still ran
	}
	return out, err
}

// command makes the process of a script, in the root directory of the session.
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

// tail returns the end of a text, for an error.
func tail(text string) string {
	const kept = 2000
	text = strings.TrimSpace(text)
	if len(text) > kept {
		text = "…" + text[len(text)-kept:]
	}
	return text
}
