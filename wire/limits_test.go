package wire_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"

	"assay/fixtures"
	"assay/wire"
)

func bodyLimit(n int64) func(*wire.Options) {
	return func(o *wire.Options) { o.BodyLimit = n }
}

func TestBodiesUpToTheLimit(t *testing.T) {
	for _, size := range []int{0, 1, 99, 100} {
		g := gomega.NewWithT(t)
		blob := fixtures.NewBlob("limit", size)
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(blob.Data) })
		ex := connect(t, s.URL, bodyLimit(100)).Repository("a").GetBlob(t.Context(), sha)
		succeeded(g, ex)
		g.Expect(string(ex.Body)).To(gomega.Equal(string(blob.Data)))
		g.Expect(ex.BodySize).To(gomega.Equal(int64(size)))
		g.Expect(ex.ContentLength).To(gomega.Equal(int64(size)))
		g.Expect(ex.BodyDigest).To(gomega.Equal(blob.Digest))
	}
}

func TestBodiesBeyondTheLimit(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"by one": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 100_001)) },
		"in pieces": func(w http.ResponseWriter, _ *http.Request) {
			for range 1001 {
				_, _ = w.Write(make([]byte, 100))
			}
		},
		"without end": func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := w.Write(make([]byte, 10_000)); err != nil {
					return
				}
			}
		},
		"of an error": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write(make([]byte, 200_000))
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			s := serve(t, h)
			ex := connect(t, s.URL, bodyLimit(100_000)).Repository("a").GetBlob(t.Context(), sha)
			g.Expect(ex.Err).To(gomega.MatchError(wire.ErrBodyTooLong))
			g.Expect(ex.Err).To(gomega.MatchError(gomega.ContainSubstring("100000 bytes")))
			g.Expect(ex.Status).NotTo(gomega.BeZero())
			g.Expect(len(ex.Body)).To(gomega.BeNumerically("<=", 100_000))
			g.Expect(ex.BodySize).To(gomega.Equal(int64(len(ex.Body))))
			g.Expect(ex.BodyDigest).To(gomega.Equal(digest.FromBytes(ex.Body)))
		})
	}
}

// TestNothingIsInflated sends bytes that say of themselves that they are
// compressed.
func TestNothingIsInflated(t *testing.T) {
	g := gomega.NewWithT(t)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write(make([]byte, 1<<20))
	g.Expect(z.Close()).To(gomega.Succeed())
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(zipped.Bytes())
	})
	for _, opts := range [][]wire.Option{nil, {wire.WithHeader("Accept-Encoding", "gzip")}} {
		ex := connect(t, s.URL).Repository("a").GetManifest(t.Context(), "v1", opts...)
		succeeded(g, ex)
		g.Expect(ex.Body).To(gomega.Equal(zipped.Bytes()))
		g.Expect(ex.BodyDigest).To(gomega.Equal(digest.FromBytes(zipped.Bytes())))
		g.Expect(ex.Header.Get("Content-Encoding")).To(gomega.Equal("gzip"))
	}
	g.Expect(s.Seen()[0].Header).NotTo(gomega.HaveKey("Accept-Encoding"))
}

// TestStreamsTakeNoMemory sends and fetches 64 MiB, four times the limit on
// bodies.
func TestStreamsTakeNoMemory(t *testing.T) {
	const size = 64 << 20
	g := gomega.NewWithT(t)
	want := sha256.New()
	_, _ = io.Copy(want, fixtures.Stream("big", size))
	wantDigest := digest.NewDigest(digest.SHA256, want)
	var received digest.Digest
	server := plain(t, func(w http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodGet {
			_, _ = io.Copy(w, fixtures.Stream("big", size))
			return
		}
		hash := sha256.New()
		_, _ = io.Copy(hash, req.Body)
		received = digest.NewDigest(digest.SHA256, hash)
	})
	repo := connect(t, server).Repository("a")
	succeeded(g, repo.ListTags(t.Context(), wire.Into(io.Discard))) // for what is made once

	allocated := allocation(func() {
		succeeded(g, repo.Raw(t.Context(), "end-5", "PATCH", "up", wire.WithStream(size, func() io.Reader { return fixtures.Stream("big", size) })))
	})
	g.Expect(received).To(gomega.Equal(wantDigest))
	g.Expect(allocated).To(gomega.BeNumerically("<", 4<<20), "to push")

	var ex *wire.Exchange
	allocated = allocation(func() { ex = repo.GetBlob(t.Context(), sha, wire.Into(io.Discard)) })
	succeeded(g, ex)
	g.Expect(ex.Body).To(gomega.BeEmpty())
	g.Expect(ex.BodySize).To(gomega.Equal(int64(size)))
	g.Expect(ex.BodyDigest).To(gomega.Equal(wantDigest))
	g.Expect(allocated).To(gomega.BeNumerically("<", 4<<20), "to pull")
}

// allocation is how many bytes were allocated in all while f ran.
func allocation(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestSinksThatFail(t *testing.T) {
	g := gomega.NewWithT(t)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "content") })
	reader, writer := io.Pipe()
	g.Expect(reader.Close()).To(gomega.Succeed())
	ex := connect(t, s.URL).Repository("a").GetBlob(t.Context(), sha, wire.Into(writer))
	g.Expect(ex.Err).To(gomega.MatchError(io.ErrClosedPipe))
}

// TestHeaderFloods are errors, long before they take memory.
func TestHeaderFloods(t *testing.T) {
	for name, flood := range map[string]string{
		"of many headers":    "X-Flood: " + strings.Repeat("a", 1000) + "\r\n",
		"of one header":      strings.Repeat("a", 1000),
		"of interim answers": "x: y\r\n\r\nHTTP/1.1 103 Early Hints\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			target := dialogue(t, func(conn net.Conn) {
				status := "200 OK"
				if name == "of interim answers" {
					status = "103 Early Hints"
				}
				_, _ = fmt.Fprintf(conn, "HTTP/1.1 %s\r\nX-First: ", status)
				endless(conn, flood)
			})
			var ex *wire.Exchange
			allocated := allocation(func() { ex = connect(t, target).Repository("a").ListTags(t.Context()) })
			g.Expect(ex.Err).To(gomega.HaveOccurred())
			g.Expect(ex.Status).To(gomega.BeZero())
			g.Expect(allocated).To(gomega.BeNumerically("<", 32<<20))
		})
	}
}
