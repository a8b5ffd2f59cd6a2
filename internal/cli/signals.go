package cli

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"assay/conformance"
)

// signals follows what the user wants to end. Before the specs start, the
// first signal cancels the pre-flight and a second one ends the process. From
// then on the suite handles signals itself, and the user is told so once.
type signals struct {
	conformance.Listener
	cancel func()
	leave  func() // ends the process before any spec ran
	errs   io.Writer
	stop   func()

	mu      sync.Mutex
	running bool // the specs
	number  int  // of signals that came
}

// watchSignals passes on to listener. It calls cancel as soon as a signal comes
// during the pre-flight, and leave at the second, or when the specs would start.
func watchSignals(cancel, leave func(), errs io.Writer, listener conformance.Listener) *signals {
	s := &signals{Listener: listener, cancel: cancel, leave: leave, errs: errs}
	incoming := make(chan os.Signal, 4)
	done := make(chan struct{})
	signal.Notify(incoming, os.Interrupt, syscall.SIGTERM)
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
	switch {
	case s.number > 1 && !s.running:
		s.leave()
	case s.number > 1:
	case s.running:
		if isTerminal(s.errs) {
			fmt.Fprintln(s.errs) // behind the line of progress
		}
		fmt.Fprintln(s.errs, "assay: interrupted: cleaning up, then writing the reports (press Ctrl-C again to stop at once)")
	default:
		s.cancel()
	}
}

// came says whether there was a signal.
func (s *signals) came() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.number > 0
}

// Start is called when the pre-flight is over. A signal that came in its last
// steps, which are finished so that nothing is left behind, takes effect here:
// the suite has not seen it.
func (s *signals) Start(total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.number > 0 {
		s.leave()
	}
	s.running = true
	s.Listener.Start(total)
}
