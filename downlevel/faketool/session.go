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

// Session is a tool in use that is functions of this process.
type Session struct {
	Client   *wire.Client
	Registry string // as the tool names it
	Dir      string // where it puts what it fetches
	// Prepared is what the tool does to get ready, and Done what it does then; nil
	// stands for nothing.
	Prepared, Done func(*Call, toolchains.Action)

	mu    sync.Mutex
	calls int
}

var _ trial.Session = (*Session)(nil)

// Setup is what a person would type first.
func (*Session) Setup() string { return "fake login\n" }

// Prepare gets ready for an action.
func (s *Session) Prepare(ctx context.Context, a toolchains.Action, v toolchains.Vars) (toolchains.Output, error) {
	out, err := s.call(ctx, s.Prepared, a, v)
	out.Script = "fake prepare\n"
	return out, err
}

// Do does the action.
func (s *Session) Do(ctx context.Context, a toolchains.Action, v toolchains.Vars) (toolchains.Output, error) {
	return s.call(ctx, s.Done, a, v)
}

// After takes nothing back.
func (*Session) After(context.Context, toolchains.Vars) {}

// Stop ends nothing.
func (*Session) Stop() {}

// failed is what an assertion of a call panics with.
type failed string

// failing makes assertions panic with failed.
type failing struct{}

func (failing) Helper() {}

func (failing) Fatalf(format string, args ...any) { panic(failed(fmt.Sprintf(format, args...))) }

// call calls the tool. It fails as a program does: an assertion with an error and
// the exit code 1, a panic as Go prints it and with the exit code 2.
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
