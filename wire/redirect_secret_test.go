package wire_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/onsi/gomega"

	"assay/wire"
)

// basic requires Basic credentials, and passes on the requests that have them.
func basic(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		if user, password, _ := req.BasicAuth(); user != "alice" || password != "opensesame" {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next(w, req)
	}
}

// TestCredentialsStayAtHome redirects to servers that require credentials: on another
// port of the same host, and on another name of the host.
func TestCredentialsStayAtHome(t *testing.T) {
	for _, elsewhere := range []string{"127.0.0.1", "localhost"} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			g := gomega.NewWithT(t)
			other := serve(t, basic(func(http.ResponseWriter, *http.Request) {}))
			location := strings.Replace(other.URL, "127.0.0.1", elsewhere, 1) + "/v2/x"
			home := serve(t, basic(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", location)
				w.Header().Set("Set-Cookie", "session=opensesame")
				w.WriteHeader(status)
			}))
			host := strings.TrimPrefix(home.URL, "http://")
			repo := connect(t, home.URL, login(host)).Repository("a")
			for range 2 { // the second time with cached credentials
				ex := repo.PutManifest(t.Context(), "v1", imageType, []byte("{}"))
				g.Expect(ex.Err).To(gomega.MatchError(wire.ErrCredentials))
				g.Expect(ex.Status).To(gomega.Equal(http.StatusUnauthorized))
				g.Expect(ex.URL.String()).To(gomega.Equal(location))
				g.Expect(ex.Request.Auth).To(gomega.BeEmpty())
			}
			g.Expect(home.Seen()).To(gomega.HaveLen(3))
			g.Expect(home.Seen()[2].Header).To(gomega.HaveKey("Authorization"))
			g.Expect(home.Seen()[2].Header).NotTo(gomega.HaveKey("Cookie"))
			g.Expect(other.Seen()).To(gomega.HaveLen(2))
			for _, got := range other.Seen() {
				g.Expect(got.Header).NotTo(gomega.HaveKey("Authorization"))
				g.Expect(got.Header).NotTo(gomega.HaveKey("Cookie"))
			}
		}
	}
}

// TestTokensStayAtHome does the same with a bearer token. The other server asks for it
// in the name of the same service.
func TestTokensStayAtHome(t *testing.T) {
	g := gomega.NewWithT(t)
	tokens := tokenService(t, nil)
	other := serve(t, tokens.protect(func(http.ResponseWriter, *http.Request) {}))
	home := serve(t, tokens.protect(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", other.URL+"/v2/x")
		w.WriteHeader(http.StatusTemporaryRedirect)
	}))
	repo := connect(t, home.URL, login(strings.TrimPrefix(home.URL, "http://"))).Repository("a")
	ex := repo.GetManifest(t.Context(), "v1")
	succeeded(g, ex)
	g.Expect(tokens.Seen()).To(gomega.HaveLen(2))
	g.Expect(tokens.Seen()[0].Header).To(gomega.HaveKey("Authorization"))
	g.Expect(tokens.Seen()[1].Header).NotTo(gomega.HaveKey("Authorization"), "another host gets an anonymous token")
	own := home.Seen()[1].Header.Get("Authorization")
	for _, got := range other.Seen() {
		g.Expect(got.Header.Get("Authorization")).NotTo(gomega.Equal(own))
	}
}

func TestHeadersOfCallersStayAtHome(t *testing.T) {
	g := gomega.NewWithT(t)
	other := serve(t, nil)
	home := redirecting(t, http.StatusTemporaryRedirect, other.URL+"/x")
	ex := connect(t, home.URL).Repository("a").GetManifest(t.Context(), "v1", wire.Anonymous(),
		wire.WithHeader("Authorization", "Bearer opensesame"), wire.WithHeader("Cookie", "a=opensesame"), wire.WithHeader("X-Kept", "1"))
	succeeded(g, ex)
	g.Expect(home.Seen()[0].Header).To(gomega.HaveKey("Authorization"))
	got := other.Seen()[0].Header
	g.Expect(got).NotTo(gomega.HaveKey("Authorization"))
	g.Expect(got).NotTo(gomega.HaveKey("Cookie"))
	g.Expect(got).To(gomega.HaveKey("X-Kept"))
}

// TestCredentialsAreNotSentInTheClear redirects from https to http on the same host and
// port. A credential that is kept by host would match there.
func TestCredentialsAreNotSentInTheClear(t *testing.T) {
	g := gomega.NewWithT(t)
	s := new(server)
	h := s.recorded(basic(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Location", "http://"+req.Host+"/v2/x")
		w.WriteHeader(http.StatusTemporaryRedirect)
	}))
	address, ca := serveBoth(t, h)
	repo := connect(t, "https://"+address, login(address), func(o *wire.Options) {
		o.TLS = &tls.Config{RootCAs: ca, MinVersion: tls.VersionTLS12}
	}).Repository("a")
	ex := repo.GetManifest(t.Context(), "v1")
	g.Expect(ex.Err).To(gomega.MatchError(wire.ErrCredentials))
	g.Expect(ex.URL.Scheme).To(gomega.Equal("http"))
	g.Expect(ex.Hops).To(gomega.HaveLen(1))
	got := s.Seen()
	g.Expect(got).To(gomega.HaveLen(3))
	g.Expect(got[1].Header).To(gomega.HaveKey("Authorization"), "over TLS")
	g.Expect(got[2].Header).NotTo(gomega.HaveKey("Authorization"), "in the clear")
}

// serveBoth serves TLS and plain HTTP on one port: the first byte of a connection shows
// which one it is.
func serveBoth(t *testing.T, h http.Handler) (address string, ca *x509.CertPool) {
	t.Helper()
	secure := httptest.NewUnstartedServer(h)
	secure.Listener = &sorting{Listener: secure.Listener, plain: h}
	secure.StartTLS()
	t.Cleanup(secure.Close)
	ca = x509.NewCertPool()
	ca.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}))
	return strings.TrimPrefix(secure.URL, "https://"), ca
}

// sorting passes TLS connections on and serves the others itself.
type sorting struct {
	net.Listener
	plain http.Handler
}

func (l *sorting) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		first := make([]byte, 1)
		if _, err := io.ReadFull(conn, first); err != nil {
			_ = conn.Close()
			continue
		}
		conn = &replayed{Conn: conn, Reader: io.MultiReader(strings.NewReader(string(first)), conn)}
		const handshake = 22 // TLS record type
		if first[0] == handshake {
			return conn, nil
		}
		go func() { _ = http.Serve(&single{conn: conn}, l.plain) }() //nolint:gosec // a test's server
	}
}

// replayed is a connection whose first bytes have been read already.
type replayed struct {
	net.Conn
	io.Reader
}

func (c *replayed) Read(p []byte) (int, error) { return c.Reader.Read(p) }

// single is a listener of one connection.
type single struct{ conn net.Conn }

func (l *single) Accept() (net.Conn, error) {
	if l.conn == nil {
		return nil, net.ErrClosed
	}
	conn := l.conn
	l.conn = nil
	return conn, nil
}
func (l *single) Close() error   { return nil }
func (l *single) Addr() net.Addr { return &net.TCPAddr{} }
