package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// usage has the time and memory that a process used from its start to its end, together
// with the processes that it started.
type usage struct {
	wall time.Duration
	cpu  time.Duration // user and system
	// memory is the largest resident set in bytes. If there are several processes, it
	// is that of the largest. At its start Linux counts a process with the resident set
	// of its parent: so this program must stay smaller than the suites.
	memory int64
}

// run runs a command in dir to its end. The output is what it wrote to standard output
// and standard error. An exit code above 1 is an error: both suites use 0 and 1 for
// their verdict.
func run(ctx context.Context, dir string, env []string, command ...string) (usage, string, error) {
	cmd := process(ctx, dir, env, command...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	started := time.Now()
	err := cmd.Run()
	wall := time.Since(started)
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return usage{}, "", ctx.Err()
	case errors.As(err, &exit) && exit.ExitCode() == 1:
	case err != nil:
		return usage{}, "", fmt.Errorf("%s: %w\n%s", strings.Join(command, " "), err, tail(output.String()))
	}
	u := usage{wall: wall, cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.memory = r.Maxrss << 10
	}
	return u, output.String(), nil
}

// process returns a command that gets a signal to end when ctx ends, and is killed if
// it does not end in time.
func process(ctx context.Context, dir string, env []string, command ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir = dir
	cmd.Env = env
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// neutral returns the environment without the variables that configure one of the
// suites.
func neutral(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(entry string) bool {
		return strings.HasPrefix(entry, "OCI_") || strings.HasPrefix(entry, "ASSAY_") || strings.HasPrefix(entry, "DOCKER_CONFIG=")
	})
}

// tail returns the end of an output.
func tail(output string) string {
	const most = 2000
	if len(output) > most {
		return "…" + output[len(output)-most:]
	}
	return output
}
