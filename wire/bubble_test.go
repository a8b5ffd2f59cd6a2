package wire_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"testing"

	"assay/wire"
)

// Tests of what takes time run in bubbles (testing/synctest), where time passes
// when nobody has anything to do but wait. The network is outside of them, so
// that connections are pipes.

// inMemory is where the servers of a bubble seem to be.
const inMemory = "http://127.0.0.1:5000"

// by makes the connections of a client with dial.
func by(dial func() net.Conn) func(*wire.Options) {
	return func(o *wire.Options) {
		o.Dial = func(context.Context, string, string) (net.Conn, error) { return dial(), nil }
	}
}

// piped serves HTTP in memory.
func piped(t testing.TB, h http.HandlerFunc) func(*wire.Options) {
	t.Helper()
	l := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	s := &http.Server{Handler: h} //nolint:gosec // reached from the test alone
	go s.Serve(l)                 //nolint:errcheck
	t.Cleanup(func() { _ = s.Close() })
	return by(func() net.Conn {
		ours, theirs := net.Pipe()
		l.conns <- theirs
		return ours
	})
}

// pipedDialogue serves connections by hand in memory, as dialogue does.
func pipedDialogue(answer func(conn net.Conn)) func(*wire.Options) {
	return by(func() net.Conn {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close() //nolint:errcheck
			if _, err := http.ReadRequest(bufio.NewReader(theirs)); err == nil {
				answer(theirs)
			}
		}()
		return ours
	})
}

// pipes is a listener that is given its connections.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error { close(p.closed); return nil }

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }
