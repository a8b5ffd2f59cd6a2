package wire_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/onsi/gomega"

	"assay/wire"
)

// plain serves without keeping what it is sent.
func plain(t testing.TB, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// short is a bound that tests wait for.
const short = 200 * time.Millisecond

func TestServersThatNeverFinish(t *testing.T) {
	drip := func(before, drop string) func(net.Conn) {
		return func(conn net.Conn) {
			_, _ = io.WriteString(conn, before)
			ticker := time.NewTicker(short / 10)
			defer ticker.Stop()
			for range ticker.C {
				if _, err := io.WriteString(conn, drop); err != nil {
					return
				}
			}
		}
	}
	for name, test := range map[string]struct {
		answer func(net.Conn)
		status int
	}{
		"silence":                {untilGone, 0},
		"half a status line":     {func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 2"); untilGone(c) }, 0},
		"headers, drop by drop":  {drip("HTTP/1.1 200 OK\r\n", "X-A: b\r\n"), 0},
		"a body, drop by drop":   {drip("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", "a"), 200},
		"chunks, drop by drop":   {drip("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n"), 200},
		"an error, drop by drop": {drip("HTTP/1.1 401 Unauthorized\r\n\r\n", "a"), 401},
		"a body that never begins": {func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n")
			untilGone(c)
		}, 200},
		"interim answers, and none": {drip("", "HTTP/1.1 102 Processing\r\n\r\n"), 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := gomega.NewWithT(t)
				ex := connect(t, inMemory, pipedDialogue(test.answer), timeout(short)).Repository("a").GetManifest(t.Context(), "v1")
				g.Expect(ex.Err).To(gomega.MatchError(context.DeadlineExceeded))
				g.Expect(ex.Err).To(gomega.MatchError(gomega.ContainSubstring("no full answer within 200ms")))
				g.Expect(ex.Status).To(gomega.Equal(test.status))
				g.Expect(ex.Duration).To(gomega.Equal(short))
				g.Expect(ex.Repeated()).To(gomega.BeFalse())
				time.Sleep(short) // until the server sees that nobody is there
			})
		})
	}
}

func TestTokenServicesThatNeverAnswer(t *testing.T) {
	t.Parallel()
	g := gomega.NewWithT(t)
	silent := dialogue(t, untilGone)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="`+silent+`/token"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	ex := connect(t, s.URL, timeout(short)).Repository("a").GetManifest(t.Context(), "v1")
	g.Expect(ex.Err).To(gomega.MatchError(context.DeadlineExceeded))
	g.Expect(ex.Status).To(gomega.BeZero())
}

func TestCallersMayGiveUp(t *testing.T) {
	t.Parallel()
	g := gomega.NewWithT(t)
	arrived := make(chan struct{})
	target := dialogue(t, func(conn net.Conn) { close(arrived); untilGone(conn) })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	ex := connect(t, target).Repository("a").ListTags(ctx)
	g.Expect(ex.Err).To(gomega.MatchError(context.Canceled))

}

func TestCallersMayHaveLessTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), short)
		defer cancel()
		ex := connect(t, inMemory, pipedDialogue(untilGone)).Repository("a").ListTags(ctx)
		gomega.NewWithT(t).Expect(ex.Err).To(gomega.MatchError("no full answer within 200ms: context deadline exceeded"), "the caller's bound, not the client's")
	})
}

func TestWhatMovesALotHasMoreTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ex := connect(t, inMemory, pipedDialogue(untilGone), timeout(short)).Repository("a").GetBlob(t.Context(), "sha256:0", wire.Moving(4<<20))
		gomega.NewWithT(t).Expect(ex.Err).To(gomega.MatchError(gomega.ContainSubstring("no full answer within 1.2s")))
	})
}

func TestServersThatBreakOff(t *testing.T) {
	for name, test := range map[string]struct {
		answer string
		status int
		body   string
	}{
		"at once":                      {"", 0, ""},
		"within the headers":           {"HTTP/1.1 200 OK\r\nContent-", 0, ""},
		"within the body":              {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", 200, "abc"},
		"within a chunk":               {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", 200, "abc"},
		"before the last chunk":        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", 200, "abc"},
		"with a chunk that is none":    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n", 200, "abc"},
		"with two lengths":             {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 0, ""},
		"with a length that is none":   {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", 0, ""},
		"with words that are not HTTP": {"SSH-2.0-OpenSSH_9.9\r\n", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			target := dialogue(t, func(conn net.Conn) { _, _ = io.WriteString(conn, test.answer) })
			ex := connect(t, target).Repository("a").PutManifest(t.Context(), "v1", imageType, []byte("{}"))
			g.Expect(ex.Err).To(gomega.HaveOccurred())
			g.Expect(ex.Err).NotTo(gomega.MatchError(context.DeadlineExceeded))
			g.Expect(ex.Err).NotTo(gomega.MatchError(wire.ErrCredentials))
			g.Expect(ex.Status).To(gomega.Equal(test.status))
			g.Expect(ex.OK()).To(gomega.BeFalse())
			g.Expect(string(ex.Body)).To(gomega.Equal(test.body))
			g.Expect(ex.Header).NotTo(gomega.BeNil())
			g.Expect(ex.String()).To(gomega.HavePrefix("PUT " + target + "/v2/a/manifests/v1: "))
		})
	}
}
