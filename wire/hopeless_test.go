package wire_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/onsi/gomega"

	"assay/wire"
)

// hanging answers what is not to hang, and counts the requests.
func hanging(t testing.TB, hangs func(*http.Request) bool) (func(*wire.Options), func() int) {
	var mu sync.Mutex
	requests := 0
	return piped(t, func(_ http.ResponseWriter, req *http.Request) {
			mu.Lock()
			requests++
			mu.Unlock()
			if hangs(req) {
				<-req.Context().Done()
			}
		}), func() int {
			mu.Lock()
			defer mu.Unlock()
			return requests
		}
}

// TestKindsThatHangAreGivenUp costs three time-outs, and no more.
func TestKindsThatHangAreGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gomega.NewWithT(t)
		server, requests := hanging(t, func(req *http.Request) bool { return req.Method == http.MethodGet })
		repo := connect(t, inMemory, server, timeout(time.Minute)).Repository("a")
		started := time.Now()
		for range 3 {
			ex := repo.GetManifest(t.Context(), "v1")
			g.Expect(ex.Err).To(gomega.MatchError(context.DeadlineExceeded))
			g.Expect(ex.Err).NotTo(gomega.MatchError(wire.ErrGivenUp))
		}
		ex := repo.GetManifest(t.Context(), "v2")
		g.Expect(ex.Err).To(gomega.MatchError(wire.ErrGivenUp))
		g.Expect(ex.Err).To(gomega.MatchError(context.DeadlineExceeded))
		g.Expect(ex.Err).To(gomega.MatchError(gomega.ContainSubstring("3 in a row, the first was GET " + inMemory + "/v2/a/manifests/v1")))
		g.Expect(time.Since(started)).To(gomega.Equal(3 * time.Minute))
		g.Expect(requests()).To(gomega.Equal(3))

		succeeded(g, repo.HeadManifest(t.Context(), "v1"))
		ex = repo.ListTags(t.Context())
		g.Expect(ex.Err).To(gomega.MatchError(context.DeadlineExceeded))
		g.Expect(ex.Err).NotTo(gomega.MatchError(wire.ErrGivenUp), "another kind")
	})
}

// TestManyRequestsThatHangAtOnce are over after two time-outs, however many
// there are: the first two that time out let others go before the third is known.
func TestManyRequestsThatHangAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gomega.NewWithT(t)
		server, requests := hanging(t, func(*http.Request) bool { return true })
		client := connect(t, inMemory, server, timeout(time.Minute), inFlight(8))
		started := time.Now()
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() { client.Repository("a").ListTags(t.Context()) })
		}
		all.Wait()
		g.Expect(time.Since(started)).To(gomega.BeNumerically("<=", 2*time.Minute))
		g.Expect(requests()).To(gomega.BeNumerically("<=", 8+2))
	})
}

func TestAnAnswerRestoresTheTrust(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gomega.NewWithT(t)
		var answers atomic.Bool
		server, requests := hanging(t, func(*http.Request) bool { return !answers.Load() })
		repo := connect(t, inMemory, server, timeout(time.Minute)).Repository("a")
		for _, answer := range []bool{false, false, true, false, false} {
			answers.Store(answer)
			repo.ListTags(t.Context())
		}
		answers.Store(true)
		succeeded(g, repo.ListTags(t.Context()))
		g.Expect(requests()).To(gomega.Equal(6))
	})
}

// TestCallersThatGiveUpEarlier say nothing about the registry.
func TestCallersThatGiveUpEarlier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gomega.NewWithT(t)
		server, requests := hanging(t, func(*http.Request) bool { return true })
		repo := connect(t, inMemory, server, timeout(time.Minute)).Repository("a")
		for range 5 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			g.Expect(repo.ListTags(ctx).Err).NotTo(gomega.MatchError(wire.ErrGivenUp))
			cancel()
		}
		g.Expect(requests()).To(gomega.Equal(5))
	})
}

func inFlight(n int) func(*wire.Options) {
	return func(o *wire.Options) { o.MaxInFlight = n }
}
