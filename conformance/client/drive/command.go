package drive

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"assay/conformance/client/stage"
	"assay/downlevel/toolchains/process"
)

// Command is a client that is any program.
type Command struct {
	// Args are the program and its arguments.
	Args []string
	// Env are names of variables of this process that the program gets, too.
	Env []string
}

// Check finds the program; a name without a slash is looked for on PATH.
func (c *Command) Check() error {
	path, err := exec.LookPath(c.Args[0])
	if err != nil {
		return fmt.Errorf("the client cannot be run: %w", err)
	}
	if path, err = filepath.Abs(path); err != nil { // each step has its own directory
		return err
	}
	c.Args = append([]string{path}, c.Args[1:]...)
	for i, arg := range c.Args[1:] {
		// A script that stands beside the caller, such as in "sh client.sh".
		if _, err := os.Stat(arg); err == nil && !filepath.IsAbs(arg) && !strings.HasPrefix(arg, "-") {
			if c.Args[i+1], err = filepath.Abs(arg); err != nil {
				return err
			}
		}
	}
	return nil
}

// Name is the command line.
func (c *Command) Name() string { return strings.Join(c.Args, " ") }

// Content is images.
func (c *Command) Content() stage.Base { return stage.Runnable }

// Start begins nothing.
func (c *Command) Start(context.Context, stage.Place) (stage.Session, error) { return c, nil }

// Stop ends nothing.
func (c *Command) Stop() {}

// passed are the variables that every program gets from this process.
var passed = []string{"PATH", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "SYSTEMROOT"}

// Do runs the program in a session of its own, without standard input and without a
// terminal. It ends all that the program left behind.
func (c *Command) Do(ctx context.Context, j stage.Job) stage.Ended {
	ctx, cancel := context.WithTimeoutCause(ctx, j.Timeout, errTimeout)
	defer cancel()
	if err := j.Directories(); err != nil {
		return stage.Ended{Err: err}
	}
	cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	cmd.Dir, cmd.Env = j.Dir, j.Environ()
	for _, name := range append(passed, c.Env...) {
		if value, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	out := newOutput()
	cmd.Stdout, cmd.Stderr = &out.stdout, &out.stderr
	started := time.Now()
	err := process.Run(ctx, cmd)
	end := stage.Ended{Seconds: time.Since(started).Seconds()}
	if left := process.KillStrays(j.Mark()); left > 0 {
		out.note("processes that it left behind, and that were ended: %d", left)
	}
	var exit *exec.ExitError
	switch {
	case errors.Is(err, errTimeout):
		end.TimedOut, end.Exit = true, process.Killed
		out.note("it was ended after %s", j.Timeout)
	case errors.As(err, &exit):
		end.Exit = process.ExitCode(exit)
	case errors.Is(err, exec.ErrWaitDelay): // what it left behind still ran
	case err != nil:
		end.Err = err
	}
	out.into(&end, j, c.Env...)
	return end
}

var errTimeout = errors.New("the step takes too long")
