package wire_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"oras.land/oras-go/v2/registry/remote/auth"

	"assay/wire"
)

// seen is a request as a server got it.
type seen struct {
	Method, URI, Host string
	Header            http.Header
	Chunked           bool
	Body              string
}

// server keeps what it is sent.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	requests []seen
}

// recorded has h answer, after the request was noted.
func (s *server) recorded(h http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		s.mu.Lock()
		s.requests = append(s.requests, seen{
			Method: req.Method, URI: req.RequestURI, Host: req.Host, Header: req.Header.Clone(),
			Chunked: len(req.TransferEncoding) > 0, Body: string(body),
		})
		s.mu.Unlock()
		h(w, req)
	})
}

func (s *server) Seen() []seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]seen(nil), s.requests...)
}

// serve starts a server; without a handler it answers 200.
func serve(t testing.TB, h http.HandlerFunc) *server {
	t.Helper()
	if h == nil {
		h = func(http.ResponseWriter, *http.Request) {}
	}
	s := new(server)
	s.Server = httptest.NewServer(s.recorded(h))
	t.Cleanup(s.Close)
	return s
}

// dialogue serves connections by hand: the request is read, then answer has
// the connection, which is closed afterwards.
func dialogue(t testing.TB, answer func(conn net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close() //nolint:errcheck
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					answer(conn)
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// endless writes what over and over, until the other side has gone.
func endless(conn net.Conn, what string) {
	for {
		if _, err := io.WriteString(conn, what); err != nil {
			return
		}
	}
}

// untilGone returns when the other side has closed the connection.
func untilGone(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// connect makes a client of the registry at target.
func connect(t testing.TB, target string, opts ...func(*wire.Options)) *wire.Client {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	// Long enough for a busy machine: no test waits for it.
	o := wire.Options{Target: u, Manners: wire.Manners{RequestTimeout: 20 * time.Second}}
	for _, opt := range opts {
		opt(&o)
	}
	client := wire.New(o)
	t.Cleanup(client.Close)
	return client
}

// login gives the registry at host a user name and a password.
func login(host string) func(*wire.Options) {
	return func(o *wire.Options) {
		o.Credential = auth.StaticCredential(host, auth.Credential{Username: "alice", Password: "opensesame"})
	}
}

func timeout(d time.Duration) func(*wire.Options) {
	return func(o *wire.Options) { o.RequestTimeout = d }
}

func parse(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// succeeded expects an answer of status 200.
func succeeded(g *gomega.WithT, ex *wire.Exchange) {
	g.THelper()
	g.Expect(ex.Err).NotTo(gomega.HaveOccurred())
	g.Expect(ex.Status).To(gomega.Equal(http.StatusOK))
}
