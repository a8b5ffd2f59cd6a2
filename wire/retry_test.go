package wire_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/onsi/gomega"

	"assay/wire"
)

// busy answers with the status and Retry-After the first times, then with 200.
func busy(t testing.TB, times, status int, after ...string) *server {
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if times--; times < 0 {
			return
		}
		if len(after) > 0 {
			w.Header()["Retry-After"] = after
		}
		w.WriteHeader(status)
	})
}

func waiting(d time.Duration) func(*wire.Options) {
	return func(o *wire.Options) { o.RetryWait = d }
}

func TestRetryAfterIsObeyed(t *testing.T) {
	for name, after := range map[string]string{
		"no seconds": "0",
		"a date":     time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat),
	} {
		for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			g := gomega.NewWithT(t)
			s := busy(t, 2, status, after)
			ex := connect(t, s.URL, waiting(time.Millisecond)).Repository("a").PutManifest(t.Context(), "v1", imageType, []byte("{}"))
			succeeded(g, ex)
			g.Expect(ex.Hops).To(gomega.HaveLen(2), name)
			g.Expect(ex.Hops[0].Status).To(gomega.Equal(status))
			g.Expect(s.Seen()).To(gomega.HaveLen(3))
			g.Expect(s.Seen()[2].Body).To(gomega.Equal("{}"))
		}
	}
}

// busyInMemory is busy in a bubble, and counts the requests.
func busyInMemory(t testing.TB, times, status int, after ...string) (func(*wire.Options), *int) {
	requests := new(int)
	return piped(t, func(w http.ResponseWriter, _ *http.Request) {
		if *requests++; *requests > times {
			return
		}
		if len(after) > 0 {
			w.Header().Set("Retry-After", after[min(*requests, len(after))-1])
		}
		w.WriteHeader(status)
	}), requests
}

func TestTooManyRequestsIsWaitedForUnasked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gomega.NewWithT(t)
		server, requests := busyInMemory(t, 2, http.StatusTooManyRequests)
		ex := connect(t, inMemory, server, waiting(time.Second)).Repository("a").ListTags(t.Context())
		succeeded(g, ex)
		g.Expect(*requests).To(gomega.Equal(3))
		g.Expect(ex.Duration).To(gomega.Equal(300 * time.Millisecond)) // 100 and 200
	})
}

func TestRetryAfterIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gomega.NewWithT(t)
		server, _ := busyInMemory(t, 1, http.StatusTooManyRequests, "1")
		ex := connect(t, inMemory, server, waiting(time.Second)).Repository("a").ListTags(t.Context())
		succeeded(g, ex)
		g.Expect(ex.Throttled).To(gomega.BeFalse())
		g.Expect(ex.Duration).To(gomega.Equal(time.Second))
	})
}

// TestAnswersThatAreNotWaitedFor come back at once, as they are.
func TestAnswersThatAreNotWaitedFor(t *testing.T) {
	year := time.Now().AddDate(1, 0, 0).UTC().Format(http.TimeFormat)
	for name, test := range map[string]struct {
		status    int
		after     []string
		wait      time.Duration
		throttled bool
	}{
		"no header":           {503, nil, time.Second, false},
		"no time for it":      {429, nil, 50 * time.Millisecond, true},
		"longer than allowed": {429, []string{"2"}, time.Second, true},
		"a year":              {429, []string{"31536000"}, 10 * time.Second, true},
		"until next year":     {503, []string{year}, 10 * time.Second, true},
		"until the last year": {503, []string{"Fri, 31 Dec 9999 23:59:59 GMT"}, 10 * time.Second, true},
		"too many digits":     {503, []string{"99999999999999999999"}, 10 * time.Second, true},
		"negative":            {503, []string{"-1"}, time.Second, true},
		"no number":           {503, []string{"soon"}, time.Second, true},
		"empty":               {503, []string{""}, time.Second, false},
		"no waiting at all":   {429, []string{"0"}, -1, true},
		"another status":      {500, []string{"0"}, time.Second, false},
		"another yet":         {202, []string{"0"}, time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			s := busy(t, 1, test.status, test.after...)
			ex := connect(t, s.URL, waiting(test.wait)).Repository("a").ListTags(t.Context())
			g.Expect(ex.Err).NotTo(gomega.HaveOccurred())
			g.Expect(ex.Status).To(gomega.Equal(test.status))
			g.Expect(ex.Throttled).To(gomega.Equal(test.throttled))
			g.Expect(ex.Hops).To(gomega.BeEmpty())
			g.Expect(s.Seen()).To(gomega.HaveLen(1))
		})
	}
}

func TestRetriesEnd(t *testing.T) {
	g := gomega.NewWithT(t)
	s := busy(t, 1000, http.StatusServiceUnavailable, "0")
	ex := connect(t, s.URL).Repository("a").ListTags(t.Context())
	g.Expect(ex.Err).NotTo(gomega.HaveOccurred())
	g.Expect(ex.Status).To(gomega.Equal(http.StatusServiceUnavailable))
	g.Expect(ex.Hops).To(gomega.HaveLen(5))
	g.Expect(s.Seen()).To(gomega.HaveLen(6))
}

// TestWaitsAddUp asks for a second, and then for longer than a duration holds.
func TestWaitsAddUp(t *testing.T) {
	for _, second := range []string{"1", "Fri, 31 Dec 9999 23:59:59 GMT"} {
		synctest.Test(t, func(t *testing.T) {
			g := gomega.NewWithT(t)
			server, _ := busyInMemory(t, 1000, http.StatusTooManyRequests, "1", second)
			ex := connect(t, inMemory, server, waiting(1500*time.Millisecond)).Repository("a").ListTags(t.Context())
			g.Expect(ex.Status).To(gomega.Equal(http.StatusTooManyRequests))
			g.Expect(ex.Throttled).To(gomega.BeTrue())
			g.Expect(ex.Hops).To(gomega.HaveLen(1))
		})
	}
}

func TestWaitsEndWithTheContext(t *testing.T) {
	g := gomega.NewWithT(t)
	ctx, cancel := context.WithCancel(t.Context())
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	client := connect(t, s.URL, waiting(2*time.Hour))
	done := make(chan *wire.Exchange)
	go func() { done <- client.Repository("a").ListTags(ctx) }()
	g.Eventually(s.Seen).Should(gomega.HaveLen(1))
	cancel()
	var ex *wire.Exchange
	g.Eventually(done, "10s").Should(gomega.Receive(&ex))
	g.Expect(s.Seen()).To(gomega.HaveLen(1))
}
