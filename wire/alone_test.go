package wire_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/onsi/gomega"
)

// TestAlone holds back all other requests, also those of a higher priority, from the time
// that nothing is in flight.
func TestAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gomega.NewWithT(t)
		crowd := new(crowd)
		client := connect(t, inMemory, piped(t, crowd.slow(time.Second)), inFlight(8))
		var all sync.WaitGroup
		all.Go(func() { client.Repository("before").ListTags(t.Context()) })
		synctest.Wait()
		all.Go(func() {
			client.Alone(t.Context(), func(ctx context.Context) {
				client.Repository("alone1").ListTags(ctx)
				client.Repository("alone2").ListTags(ctx)
			})
		})
		synctest.Wait()
		all.Go(func() { client.Repository("other").ListTags(t.Context()) })
		all.Go(func() {
			client.Alone(t.Context(), func(ctx context.Context) { client.Repository("alone3").ListTags(ctx) })
		})
		all.Wait()
		g.Expect(crowd.order).To(gomega.HaveLen(5))
		g.Expect(crowd.order[:3]).To(gomega.Equal([]string{"before", "alone1", "alone2"}))
		for i, at := range crowd.times[1:3] {
			g.Expect(at.Sub(crowd.times[i])).To(gomega.Equal(time.Second), "one after the other")
		}
		g.Expect(crowd.order[3:]).To(gomega.ConsistOf("alone3", "other"))
	})
}

// TestAloneEndsWithAPanic lets the other requests through again.
func TestAloneEndsWithAPanic(t *testing.T) {
	g := gomega.NewWithT(t)
	s := serve(t, nil)
	client := connect(t, s.URL)
	g.Expect(func() { client.Alone(t.Context(), func(context.Context) { panic("end") }) }).To(gomega.PanicWith("end"))
	succeeded(g, client.Repository("a").ListTags(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	client.Alone(ctx, func(ctx context.Context) {
		g.Expect(client.Repository("a").ListTags(ctx).Err).To(gomega.MatchError(context.Canceled))
	})
}
