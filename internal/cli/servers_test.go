package cli

import (
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"assay/reference"
)

// start is a command for scripts: it starts a server of some kind and puts its
// address into $TARGET.
//
//	hanging   takes connections and never answers
//	held      holds the first request it gets; "await" waits for that
//	gated     a registry that holds each push of a tag by a spec; "await" too
//	stuck     a gated registry that then holds each DELETE, too
//	probed    a registry that holds a push of the pre-flight; "await" too
//	resets    ends each connection at once
//	tls       a registry behind TLS, its CA in ca.pem
//	broken    a registry that answers a GET of a manifest with 203 and no digest
//	useless   a registry that takes no blob
func start(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: start hanging|resets|held|gated|stuck|probed|tls|broken|useless")
	}
	switch args[0] {
	case "hanging":
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		ts.Defer(func() { _ = listener.Close() })
		ts.Setenv("TARGET", listener.Addr().String())
	case "resets":
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		ts.Defer(func() { _ = listener.Close() })
		go resetAll(listener)
		ts.Setenv("TARGET", listener.Addr().String())
	case "held":
		serveTest(ts, holding(ts, http.NotFoundHandler(), func(*http.Request) bool { return true }), false)
	case "gated":
		serveTest(ts, holding(ts, registry(ts), pushesTag), false)
	case "stuck":
		serveTest(ts, holding(ts, registry(ts), pushesTagOrDeletesAfter()), false)
	case "tls":
		server := serveTest(ts, registry(ts), true)
		ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
		ts.Check(os.WriteFile(ts.MkAbs("ca.pem"), ca, 0o600))
	case "probed":
		serveTest(ts, holding(ts, registry(ts), pushesProbe), false)
	case "useless":
		serveTest(ts, registry(ts, refuseBlobs), false)
	case "broken":
		serveTest(ts, registry(ts, breakManifests), false)
	default:
		ts.Fatalf("unknown kind of server %q", args[0])
	}
}

// serveTest serves handler until the script ends.
func serveTest(ts *testscript.TestScript, handler http.Handler, secure bool) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	ts.Defer(func() {
		server.CloseClientConnections()
		server.Close()
	})
	ts.Setenv("TARGET", server.URL)
	return server
}

// registry is the embedded registry behind middleware.
func registry(ts *testscript.TestScript, middleware ...func(http.Handler) http.Handler) http.Handler {
	r := reference.New(reference.Options{Middleware: middleware})
	ts.Defer(func() { _ = r.Close() })
	return r
}

// breakManifests makes a registry answer a GET of a manifest with 203, and
// without its digest.
func breakManifests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/manifests/") {
			w = &breaking{w}
		}
		next.ServeHTTP(w, r)
	})
}

// refuseBlobs makes a registry with which uploads start and never end.
func refuseBlobs(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		starts := r.Method == http.MethodPost && r.URL.RawQuery == ""
		if strings.Contains(r.URL.Path, "/blobs/uploads/") && !starts && r.Method != http.MethodDelete {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r)
	})
}

type breaking struct{ http.ResponseWriter }

func (b *breaking) WriteHeader(status int) {
	if status == http.StatusOK {
		status = http.StatusNonAuthoritativeInfo
		b.Header().Del("Docker-Content-Digest")
	}
	b.ResponseWriter.WriteHeader(status)
}

// Tags that a spec pushes, and that the pre-flight pushes.
var (
	specTag  = regexp.MustCompile(`/manifests/assay-[0-9a-f]{16}$`)
	probeTag = regexp.MustCompile(`/manifests/assay-probe-[0-9a-f]{16}$`)
)

func pushesTag(r *http.Request) bool {
	return r.Method == http.MethodPut && specTag.MatchString(r.URL.Path)
}

// pushesTagOrDeletesAfter matches the pushes of tags by specs, and every DELETE
// after the first of them: before it, the pre-flight deletes.
func pushesTagOrDeletesAfter() func(*http.Request) bool {
	var pushed atomic.Bool
	return func(r *http.Request) bool {
		if pushesTag(r) {
			pushed.Store(true)
			return true
		}
		return r.Method == http.MethodDelete && pushed.Load()
	}
}

func pushesProbe(r *http.Request) bool {
	return r.Method == http.MethodPut && probeTag.MatchString(r.URL.Path)
}

// heldKey finds the channel of a script that is closed when a request is held.
type heldKey struct{}

// setUp makes $PROGRAMS the directory with the programs for scripts, so that a
// script can have a PATH without the tools of this machine.
func setUp(env *testscript.Env) error {
	env.Values[heldKey{}] = make(chan struct{})
	programs, _, _ := strings.Cut(env.Getenv("PATH"), ":")
	env.Setenv("PROGRAMS", programs)
	return nil
}

// holding keeps requests that match without an answer until the client gives
// up.
func holding(ts *testscript.TestScript, next http.Handler, match func(*http.Request) bool) http.Handler {
	held := ts.Value(heldKey{}).(chan struct{})
	tell := sync.OnceFunc(func() { close(held) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !match(r) {
			next.ServeHTTP(w, r)
			return
		}
		_, _ = io.Copy(io.Discard, r.Body) // only then the server sees the client go
		tell()
		<-r.Context().Done()
	})
}

// await is a command for scripts: it waits until a server holds a request.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: await")
	}
	select {
	case <-ts.Value(heldKey{}).(chan struct{}):
	case <-time.After(time.Minute):
		ts.Fatalf("no request came in a minute")
	}
}

// resetAll resets each connection of the listener as soon as something was sent.
func resetAll(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = conn.Read(make([]byte, 1))
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	}
}
