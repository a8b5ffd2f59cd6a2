package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"assay/conformance"
	"assay/runner"
)

// endings are the signals that end a command: from a user, from a CI system, or from a
// terminal that is closed.
var endings = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

// untilSignal returns a context that ends with the first of the endings. A second
// one ends the process. Commands that run specs use [watchSignals] instead.
func untilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, endings...)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// signals is the listener of a run that ends the run on signals. The first
// signal ends the run's context: the specs clean up, and the reports are written.
// A second one ends the process.
type signals struct {
	conformance.Listener
	cancel context.CancelCauseFunc
	leave  func() // ends the process
	errs   io.Writer
	stop   func()

	mu      sync.Mutex
	running bool // the specs
	number  int  // of signals that came
}

// watchSignals watches until stop is called. The first signal calls cancel, the
// second one leave, which ends the process. The run reports to the signals, which
// pass everything on to listener.
func watchSignals(cancel context.CancelCauseFunc, leave func(), errs io.Writer, listener conformance.Listener) *signals {
	s := &signals{Listener: listener, cancel: cancel, leave: leave, errs: errs}
	incoming := make(chan os.Signal, 4)
	done := make(chan struct{})
	signal.Notify(incoming, endings...)
	s.stop = sync.OnceFunc(func() {
		signal.Stop(incoming)
		close(done)
	})
	go func() {
		for {
			select {
			case <-incoming:
				s.take()
			case <-done:
				return
			}
		}
	}()
	return s
}

// take handles one signal.
func (s *signals) take() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.number++
	if s.number > 1 {
		s.leave()
		return
	}
	s.cancel(runner.ErrInterrupted)
	what := "stopping"
	if s.running {
		what = "cleaning up, then writing the reports"
		if isTerminal(s.errs) {
			fmt.Fprintln(s.errs) // behind the line of progress
		}
	}
	fmt.Fprintf(s.errs, "assay: interrupted: %s (press Ctrl-C again to stop at once)\n", what)
}

// came says whether a signal has arrived.
func (s *signals) came() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.number > 0
}

// Start is called when the pre-flight is over.
func (s *signals) Start(total int) {
	s.mu.Lock()
	s.running = true
	s.mu.Unlock()
	s.Listener.Start(total)
}
