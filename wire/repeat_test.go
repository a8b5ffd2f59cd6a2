package wire_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/onsi/gomega"

	"assay/wire"
)

// breaking cuts the first so many connections off after some of the answer.
func breaking(t testing.TB, times int32, part string) (string, *atomic.Int32) {
	t.Helper()
	n := new(atomic.Int32)
	return dialogue(t, func(conn net.Conn) {
		answer := "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
		if n.Add(1) <= times {
			answer = part
		}
		_, _ = io.WriteString(conn, answer)
	}), n
}

func TestBrokenConnectionsAreTriedAgain(t *testing.T) {
	const half = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na"
	get := func(r *wire.Repository) *wire.Exchange { return r.GetBlob(t.Context(), sha) }
	for name, test := range map[string]struct {
		ask      func(*wire.Repository) *wire.Exchange
		part     string
		times    int32
		requests int32
		ok       bool
	}{
		"GET, nothing": {get, "", 1, 2, true},
		"GET, half":    {get, half, 1, 2, true},
		"GET, twice":   {get, half, 2, 2, false},
		"HEAD":         {func(r *wire.Repository) *wire.Exchange { return r.HeadBlob(t.Context(), sha) }, "", 1, 2, true},
		"into a sink":  {func(r *wire.Repository) *wire.Exchange { return r.GetBlob(t.Context(), sha, wire.Into(io.Discard)) }, half, 1, 1, false},
		"a manifest": {func(r *wire.Repository) *wire.Exchange {
			return r.PutManifest(t.Context(), "v1", imageType, []byte("{}"))
		}, "", 1, 2, true},
		"DELETE":        {func(r *wire.Repository) *wire.Exchange { return r.DeleteManifest(t.Context(), "v1") }, "", 1, 1, false},
		"POST":          {func(r *wire.Repository) *wire.Exchange { return r.StartUpload(t.Context()) }, "", 1, 1, false},
		"words of SSH":  {get, "SSH-2.0-OpenSSH_9.9\r\n", 1, 1, false},
		"a wrong chunk": {get, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 1, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			target, requests := breaking(t, test.times, test.part)
			ex := test.ask(connect(t, target).Repository("a"))
			g.Expect(ex.OK()).To(gomega.Equal(test.ok), "%v", ex.Err)
			g.Expect(requests.Load()).To(gomega.Equal(test.requests))
			g.Expect(ex.Repeated()).To(gomega.Equal(test.requests == 2))
			g.Expect(ex.Hops).To(gomega.HaveLen(int(test.requests) - 1))
		})
	}
}

// A connection that breaks once may show that the target is asked too much; a
// request that breaks every connection shows nothing of the kind.
func TestOnlySomeBrokenConnectionsAreOverload(t *testing.T) {
	for name, test := range map[string]struct {
		times int32
		why   string
	}{
		"once":       {2, "connection closed, once"},
		"every time": {4, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var arrived sync.WaitGroup // so that the second is not alone
			arrived.Add(2)
			n := new(atomic.Int32)
			target := dialogue(t, func(conn net.Conn) {
				if i := n.Add(1); i <= 2 {
					arrived.Done()
					arrived.Wait()
				} else if i > test.times {
					_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
				}
			})
			client := connect(t, target)
			var both sync.WaitGroup
			for range 2 {
				both.Go(func() { client.Repository("a").GetBlob(t.Context(), sha) })
			}
			both.Wait()
			gomega.NewWithT(t).Expect(client.Load().Why).To(gomega.Equal(test.why))
		})
	}
}

// TestHTTP2 is spoken where the target offers it, with a TLS configuration of
// one's own, which stays as it is.
func TestHTTP2(t *testing.T) {
	g := gomega.NewWithT(t)
	var proto atomic.Value
	var breaks atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		proto.Store(req.Proto)
		if breaks.Add(-1) >= 0 {
			panic(http.ErrAbortHandler) // resets the stream
		}
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	config := s.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	config.NextProtos = nil
	repo := connect(t, s.URL, func(o *wire.Options) { o.TLS = config }).Repository("a")
	succeeded(g, repo.ListTags(t.Context()))
	g.Expect(proto.Load()).To(gomega.Equal("HTTP/2.0"))
	g.Expect(config.NextProtos).To(gomega.BeEmpty())

	breaks.Store(1)
	ex := repo.ListTags(t.Context())
	succeeded(g, ex)
	g.Expect(ex.Repeated()).To(gomega.BeTrue())
	breaks.Store(2)
	g.Expect(repo.ListTags(t.Context()).Err).To(gomega.HaveOccurred())
}
