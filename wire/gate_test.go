package wire_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/onsi/gomega"

	"assay/wire"
)

// crowd counts the requests being served, and notes their order.
type crowd struct {
	mu        sync.Mutex
	now, most int
	order     []string
	times     []time.Time
}

// slow answers after d.
func (c *crowd) slow(d time.Duration) http.HandlerFunc {
	return func(_ http.ResponseWriter, req *http.Request) {
		c.mu.Lock()
		c.now++
		c.most = max(c.most, c.now)
		c.order = append(c.order, strings.Split(req.URL.Path, "/")[2])
		c.times = append(c.times, time.Now())
		c.mu.Unlock()
		time.Sleep(d)
		c.mu.Lock()
		c.now--
		c.mu.Unlock()
	}
}

func TestRequestsInFlightAreBounded(t *testing.T) {
	for _, bound := range []int{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			g := gomega.NewWithT(t)
			crowd := new(crowd)
			client := connect(t, inMemory, piped(t, crowd.slow(time.Second)), inFlight(bound))
			observed := client.Observed(func(context.Context, *wire.Exchange) {})
			started := time.Now()
			var all sync.WaitGroup
			for i := range 12 {
				c := []*wire.Client{client, observed}[i%2]
				all.Go(func() { succeeded(g, c.Repository("a").ListTags(t.Context())) })
			}
			all.Wait()
			g.Expect(crowd.most).To(gomega.Equal(bound))
			g.Expect(time.Since(started)).To(gomega.Equal(time.Duration(12/bound) * time.Second))
			g.Expect(client.Load().MostInFlight).To(gomega.Equal(bound))
			g.Expect(client.Load().LowestBound).To(gomega.Equal(bound))
			g.Expect(client.Load().Requests).To(gomega.Equal(12))
		})
	}
}

// TestOrder lets requests through by priority, then by arrival. A request that was
// cancelled is passed over.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gomega.NewWithT(t)
		crowd := new(crowd)
		client := connect(t, inMemory, piped(t, crowd.slow(time.Second)), inFlight(1))
		gone, leave := context.WithCancel(t.Context())
		var all sync.WaitGroup
		ask := func(ctx context.Context, name string) {
			all.Go(func() { client.Repository(name).ListTags(ctx) })
			synctest.Wait()
		}
		ask(t.Context(), "first")
		ask(t.Context(), "plain1")
		ask(wire.WithPriority(t.Context(), -1), "last")
		ask(wire.WithPriority(gone, 9), "gone")
		ask(wire.WithPriority(t.Context(), 2), "high")
		ask(t.Context(), "plain2")
		ask(wire.WithPriority(t.Context(), 1), "middle")
		leave()
		all.Wait()
		g.Expect(crowd.order).To(gomega.Equal([]string{"first", "high", "middle", "plain1", "plain2", "last"}))
	})
}

func TestTheRateIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gomega.NewWithT(t)
		crowd := new(crowd)
		client := connect(t, inMemory, piped(t, crowd.slow(0)), func(o *wire.Options) { o.MaxRate = 2 })
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() { succeeded(g, client.Repository("plain").ListTags(t.Context())) })
		}
		synctest.Wait()
		all.Go(func() { client.Repository("urgent").ListTags(wire.WithPriority(t.Context(), 1)) })
		all.Wait()
		for i, at := range crowd.times[1:] {
			g.Expect(at.Sub(crowd.times[i])).To(gomega.Equal(500 * time.Millisecond))
		}
		g.Expect(crowd.order[:3]).To(gomega.Equal([]string{"plain", "plain", "urgent"}), "the second was chosen when the urgent one came")
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		g.Expect(client.Repository("late").ListTags(ctx).Err).To(gomega.MatchError(context.DeadlineExceeded))
		succeeded(g, client.Repository("after").ListTags(t.Context()))
	})
}

// TestTheRateBoundsWhatFollowsFromARequest counts tokens and redirects.
func TestTheRateBoundsWhatFollowsFromARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gomega.NewWithT(t)
		client := connect(t, inMemory, piped(t, func(w http.ResponseWriter, req *http.Request) {
			switch {
			case req.URL.Path == "/token":
				_, _ = w.Write([]byte(`{"token":"opensesame"}`))
			case req.Header.Get("Authorization") == "":
				w.Header().Set("WWW-Authenticate", `Bearer realm="`+inMemory+`/token"`)
				w.WriteHeader(http.StatusUnauthorized)
			case req.URL.Path != "/elsewhere":
				http.Redirect(w, req, "/elsewhere", http.StatusTemporaryRedirect)
			}
		}), inFlight(1), func(o *wire.Options) { o.MaxRate = 1 })
		ctx, count := wire.Counting(t.Context())
		ex := client.Repository("a").ListTags(ctx)
		succeeded(g, ex)
		g.Expect(ex.Duration).To(gomega.BeNumerically("==", time.Duration(client.Requests()-1)*time.Second))
		g.Expect(client.Requests()).To(gomega.BeNumerically(">=", 4), "401, token, redirect, answer")
		g.Expect(count()).To(gomega.Equal(client.Requests()))
	})
}

// TestWaitingForRetryAfterHoldsNoPlace lets a request to another host through, but none
// to the same host.
func TestWaitingForRetryAfterHoldsNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gomega.NewWithT(t)
		var mu sync.Mutex
		at := map[string][]time.Duration{}
		started := time.Now()
		client := connect(t, inMemory, piped(t, func(w http.ResponseWriter, req *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			at[req.URL.Path] = append(at[req.URL.Path], time.Since(started))
			if req.URL.Path == "/v2/busy/tags/list" && len(at[req.URL.Path]) == 1 {
				w.Header().Set("Retry-After", "5")
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		}), inFlight(1))
		var all sync.WaitGroup
		all.Go(func() { succeeded(g, client.Repository("busy").ListTags(t.Context())) })
		synctest.Wait()
		var same *wire.Exchange
		all.Go(func() { same = client.Repository("same").ListTags(t.Context()) })
		other := parse(t, "http://127.0.0.2:5000/other")
		succeeded(g, client.Repository("a").Get(t.Context(), wire.EndTags, other))
		all.Wait()
		succeeded(g, same)
		g.Expect(same.Queued).To(gomega.Equal(5 * time.Second))
		g.Expect(at).To(gomega.Equal(map[string][]time.Duration{
			"/other": {0}, "/v2/busy/tags/list": {0, 5 * time.Second}, "/v2/same/tags/list": {5 * time.Second},
		}))
	})
}

// TestHoldsAreBounded checks that one path cannot hold back all others for ever.
func TestHoldsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gomega.NewWithT(t)
		client := connect(t, inMemory, piped(t, func(w http.ResponseWriter, req *http.Request) {
			if req.URL.Path == "/v2/busy/tags/list" {
				w.Header().Set("Retry-After", "4")
				w.WriteHeader(http.StatusTooManyRequests)
			}
		}), waiting(6*time.Second))
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				time.Sleep(time.Duration(3*i) * time.Second)
				ex := client.Repository("busy").ListTags(t.Context())
				g.Expect(ex.Throttled).To(gomega.BeTrue())
				g.Expect(ex.Duration).To(gomega.BeNumerically("<=", 6*time.Second))
			})
		}
		time.Sleep(time.Second)
		ex := client.Repository("other").ListTags(t.Context())
		succeeded(g, ex)
		g.Expect(ex.Duration).To(gomega.BeNumerically("<=", 6*time.Second))
		all.Wait()
		g.Expect(client.Load().Throttled).To(gomega.BeNumerically(">=", 4))
		g.Expect(client.Load().Why).To(gomega.HavePrefix("429 Too Many Requests, "))
	})
}
