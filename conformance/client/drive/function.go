// Package drive runs clients: a command, a tool that is declared, or a function of this
// process.
package drive

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"assay/conformance/client/stage"
	"assay/downlevel/toolchains/process"
)

// Function is a client in this process. It gets the environment of the contract and
// returns an exit code. A function that goes on after the end of its context cannot be
// ended: its step ends without it.
type Function struct {
	Title string
	Run   func(ctx context.Context, getenv func(string) string, stdout, stderr io.Writer) int
}

// patience is how long a function may go on after the end of its context.
const patience = time.Second

// panicked is the exit code of a function that panics, as that of a program in Go.
const panicked = 2

// Name is the title.
func (f Function) Name() string { return f.Title }

// Content is images.
func (f Function) Content() stage.Base { return stage.Runnable }

// Start begins nothing.
func (f Function) Start(context.Context, stage.Place) (stage.Session, error) { return f, nil }

// Stop ends nothing.
func (f Function) Stop() {}

// Do calls the function.
func (f Function) Do(ctx context.Context, j stage.Job) stage.Ended {
	ctx, cancel := context.WithTimeoutCause(ctx, j.Timeout, errTimeout)
	defer cancel()
	env := map[string]string{}
	for _, e := range j.Environ() {
		name, value, _ := strings.Cut(e, "=")
		env[name] = value
	}
	// Most functions need none of the private directories, so each is made when its name is asked for.
	getenv := func(name string) string {
		value := env[name]
		if strings.HasPrefix(value, j.Home+string(filepath.Separator)) {
			_ = os.MkdirAll(value, 0o700) // the function will see that it is missing
		}
		return value
	}
	out, started, exit := newOutput(), time.Now(), make(chan int, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				out.note("panic: %v\n%s", p, debug.Stack())
				exit <- panicked
			}
		}()
		exit <- f.Run(ctx, getenv, &out.stdout, &out.stderr)
	}()
	end := stage.Ended{Exit: process.Killed}
	select {
	case end.Exit = <-exit:
	case <-ctx.Done():
		late := time.NewTimer(patience)
		defer late.Stop()
		select {
		case end.Exit = <-exit:
		case <-late.C:
		}
	}
	end.Seconds = time.Since(started).Seconds()
	if errors.Is(context.Cause(ctx), errTimeout) {
		end.TimedOut = true
		out.note("it was ended after %s", j.Timeout)
	}
	out.into(&end, j)
	return end
}
