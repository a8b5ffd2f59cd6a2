// Package drive runs clients: a command, a tool that is declared, or a function of this
// process.
package drive

import (
	"bytes"
	"context"
	"io"
	"strings"
	"time"

	"assay/conformance/client/stage"
)

// Function is a client in this process. It gets the environment of the contract and
// returns an exit code.
type Function struct {
	Title string
	Run   func(ctx context.Context, getenv func(string) string, stdout, stderr io.Writer) int
}

// Name is the title.
func (f Function) Name() string { return f.Title }

// Start begins nothing.
func (f Function) Start(context.Context, stage.Place) (stage.Session, error) { return f, nil }

// Stop ends nothing.
func (f Function) Stop() {}

// Do calls the function.
func (f Function) Do(ctx context.Context, j stage.Job) stage.Ended {
	ctx, cancel := context.WithTimeout(ctx, j.Timeout)
	defer cancel()
	env := map[string]string{}
	for _, e := range j.Environ() {
		name, value, _ := strings.Cut(e, "=")
		env[name] = value
	}
	var stdout, stderr bytes.Buffer
	started := time.Now()
	exit := f.Run(ctx, func(name string) string { return env[name] }, &stdout, &stderr)
	return stage.Ended{
		Exit: exit, Stdout: stdout.String(), Stderr: stderr.String(),
		TimedOut: ctx.Err() == context.DeadlineExceeded, Seconds: time.Since(started).Seconds(), //nolint:errorlint // it is returned as it is
	}
}
