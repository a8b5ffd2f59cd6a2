package wire_test

import (
	"context"
	"net/http"
	"testing"
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

func TestTooManyRequestsIsWaitedForUnasked(t *testing.T) {
	t.Parallel()
	g := gomega.NewWithT(t)
	s := busy(t, 2, http.StatusTooManyRequests)
	started := time.Now()
	ex := connect(t, s.URL, waiting(time.Second)).Repository("a").ListTags(t.Context())
	succeeded(g, ex)
	g.Expect(s.Seen()).To(gomega.HaveLen(3))
	g.Expect(time.Since(started)).To(gomega.BeNumerically(">=", 300*time.Millisecond)) // 100 and 200
}

func TestRetryAfterIsWaitedFor(t *testing.T) {
	t.Parallel()
	g := gomega.NewWithT(t)
	s := busy(t, 1, http.StatusTooManyRequests, "1")
	started := time.Now()
	ex := connect(t, s.URL, waiting(time.Second)).Repository("a").ListTags(t.Context())
	succeeded(g, ex)
	g.Expect(time.Since(started)).To(gomega.BeNumerically(">=", time.Second))
	g.Expect(ex.Duration).To(gomega.BeNumerically(">=", time.Second))
}

// TestAnswersThatAreNotWaitedFor come back at once, as they are.
func TestAnswersThatAreNotWaitedFor(t *testing.T) {
	year := time.Now().AddDate(1, 0, 0).UTC().Format(http.TimeFormat)
	for name, test := range map[string]struct {
		status int
		after  []string
		wait   time.Duration
	}{
		"no header":           {503, nil, time.Second},
		"no time for it":      {429, nil, 50 * time.Millisecond},
		"longer than allowed": {429, []string{"2"}, time.Second},
		"a year":              {429, []string{"31536000"}, 10 * time.Second},
		"until next year":     {503, []string{year}, 10 * time.Second},
		"until the last year": {503, []string{"Fri, 31 Dec 9999 23:59:59 GMT"}, 10 * time.Second},
		"too many digits":     {503, []string{"99999999999999999999"}, 10 * time.Second},
		"negative":            {503, []string{"-1"}, time.Second},
		"no number":           {503, []string{"soon"}, time.Second},
		"empty":               {503, []string{""}, time.Second},
		"no waiting at all":   {429, []string{"0"}, -1},
		"another status":      {500, []string{"0"}, time.Second},
		"another yet":         {202, []string{"0"}, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			s := busy(t, 1, test.status, test.after...)
			ex := connect(t, s.URL, waiting(test.wait)).Repository("a").ListTags(t.Context())
			g.Expect(ex.Err).NotTo(gomega.HaveOccurred())
			g.Expect(ex.Status).To(gomega.Equal(test.status))
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
	t.Parallel()
	for _, second := range []string{"1", "Fri, 31 Dec 9999 23:59:59 GMT"} {
		g := gomega.NewWithT(t)
		after := []string{"1", second}
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", after[0])
			after = after[1:]
			w.WriteHeader(http.StatusTooManyRequests)
		})
		ex := connect(t, s.URL, waiting(1500*time.Millisecond)).Repository("a").ListTags(t.Context())
		g.Expect(ex.Status).To(gomega.Equal(http.StatusTooManyRequests))
		g.Expect(ex.Hops).To(gomega.HaveLen(1))
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
