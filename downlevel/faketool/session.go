package faketool

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
	"assay/downlevel/trial"
	"assay/wire"
)

// Session is a session of a fake tool, whose functions run in this process.
type Session struct {
	Client   *wire.Client
	Registry string // the name by which the tool knows it
	Dir      string // the folder for the files that it fetches
	// Prepared is called to prepare an action, and Done is called to do it. nil does
	// nothing.
	Prepared, Done func(*Call, toolchains.Action)
	// Forgot is called when the tool has to forget what it has fetched; nil does nothing.
	Forgot func()

	mu    sync.Mutex
	calls int
}

var _ trial.Session = (*Session)(nil)

// Setup is the script that a person would type first.
func (*Session) Setup() string { return "fake login\n" }

// Prepare prepares an action.
func (s *Session) Prepare(ctx context.Context, a toolchains.Action, v toolchains.Vars) (toolchains.Output, error) {
	out, err := s.call(ctx, s.Prepared, a, v)
	out.Script = "fake prepare\n"
	return out, err
}

// Do does the action.
func (s *Session) Do(ctx context.Context, a toolchains.Action, v toolchains.Vars) (toolchains.Output, error) {
	return s.call(ctx, s.Done, a, v)
}

// After undoes nothing, because nothing has to be undone.
func (*Session) After() {}

// Forget calls Forgot, if it is not nil.
func (s *Session) Forget(context.Context) {
	if s.Forgot != nil {
		s.Forgot()
	}
}

// Stop does nothing, because nothing has to be stopped.
func (*Session) Stop() {}

// failed is the panic of an assertion of a call that fails.
type failed string

// failing makes assertions panic with failed.
type failing struct{}

func (failing) Helper() {}

func (failing) Fatalf(format string, args ...any) { panic(failed(fmt.Sprintf(format, args...))) }

// call calls the tool. The tool fails as a program does. If an assertion fails, the
// tool prints an error and has the exit code 1. If a function panics, the tool prints
// the panic as Go does and has the exit code 2.
func (s *Session) call(ctx context.Context, do func(*Call, toolchains.Action), a toolchains.Action, v toolchains.Vars) (out toolchains.Output, err error) {
	s.mu.Lock()
	s.calls++
	number := strconv.Itoa(s.calls)
	s.mu.Unlock()
	c := newCall(ctx, NewWithT(failing{}), s.Client, s.Registry, v, filepath.Join(s.Dir, "out-"+number))
	out.Script, out.Out = a.Run, c.Out
	defer func() {
		switch p := recover().(type) {
		case nil:
			out.Exit, out.Stdout, out.Stderr = c.Exit, c.Stdout, c.Stderr
			if c.Hung {
				err = toolchains.ErrTimeout
			}
		case failed:
			out.Exit, out.Stderr = 1, "Error: "+strings.TrimSpace(string(p))+"\n"
		default:
			out.Exit, out.Stderr = 2, fmt.Sprintf("panic: %v\n\ngoroutine 1 [running]:\n", p)
		}
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
	}()
	if do != nil {
		do(c, a)
	}
	return out, nil
}
