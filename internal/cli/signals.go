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

// signals follows what the user wants to end. The first signal ends the run's
// context; what is in the registry is taken back and the reports are written. A
// second one ends the process.
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

// watchSignals passes on to listener.
func watchSignals(cancel context.CancelCauseFunc, leave func(), errs io.Writer, listener conformance.Listener) *signals {
	s := &signals{Listener: listener, cancel: cancel, leave: leave, errs: errs}
	incoming := make(chan os.Signal, 4)
	done := make(chan struct{})
	signal.Notify(incoming, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
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

func (s *signals) take() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.number++
	if s.number > 1 {
		s.leave()
		return
	}
	s.cancel(runner.ErrInterrupted)
	if !s.running {
		return
	}
	if isTerminal(s.errs) {
		fmt.Fprintln(s.errs) // behind the line of progress
	}
	fmt.Fprintln(s.errs, "assay: interrupted: cleaning up, then writing the reports (press Ctrl-C again to stop at once)")
}

// came says whether there was a signal.
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
