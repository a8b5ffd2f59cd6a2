package downlevel

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/state"
	"assay/fixtures/mechanisms"
	"assay/reference"
	"assay/wire"
	"assay/wire/access"
)

// upgrade asks whether a registry that gains the referrers API finds what was
// attached before (distribution-spec, "Enabling the Referrers API"). Only the
// embedded registry can be upgraded at will: one of the trial's own.
func upgrade(ctx context.Context, t *trial) {
	if !t.bench.work.Config.Embedded {
		t.Outcome, t.Message = notApplicable("only the embedded registry can be upgraded at will")
		return
	}
	var old atomic.Bool
	old.Store(true)
	server, err := reference.Start(ctx, "", reference.Options{
		ManifestTypes: mechanisms.ManifestTypes(),
		Middleware:    []func(http.Handler) http.Handler{withoutReferrers(&old)},
	})
	if err != nil {
		t.err = err
		return
	}
	defer server.Close()
	client, err := access.Connect(access.Settings{Target: server.Addr(), Embedded: true, Manners: t.bench.work.Config.Manners})
	if err != nil {
		t.err = err
		return
	}
	repo := client.Observed(func(_ context.Context, ex *wire.Exchange) { t.log = append(t.log, ex.String()) }).Repository("upgrade")
	for _, pushes := range [][]mechanisms.Push{t.content.Before, t.content.After} {
		if !t.pushed(state.Put(ctx, repo, pushes)) {
			return
		}
	}
	e := evidence{Content: t.content}
	before, err := state.Take(ctx, repo, t.watched, t.subjects)
	if err == nil {
		old.Store(false)
		e.Source.After, err = state.Take(ctx, repo, t.watched, t.subjects)
	}
	if err != nil {
		t.err = err
		return
	}
	e.Source.Before = before
	asked := 0
	for _, a := range t.content.Attached {
		d := a.Descriptor.Digest
		subject := e.subjectOf(d)
		if a.Kind != mechanisms.Referrer || subject == "" || !slices.Contains(before.Fallback(subject).Entries, d) {
			continue
		}
		asked++
		if !slices.Contains(e.Source.After.Referrers[subject].Entries, d) {
			t.harm(harmAttached, "what is attached (%s) was in the referrers tag, and the API does not list it", brief(d))
		}
	}
	if asked == 0 {
		t.Outcome, t.Message = notApplicable("nothing is attached by the referrers tag")
		return
	}
	e.tagsStay(&t.judgement, func(string, digest.Digest) bool { return false })
}

// withoutReferrers makes a registry one of distribution-spec 1.0 for as long as
// old says.
func withoutReferrers(old *atomic.Bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if !old.Load() {
				next.ServeHTTP(w, req)
				return
			}
			if strings.Contains(req.URL.Path, "/referrers/") {
				http.NotFound(w, req)
				return
			}
			next.ServeHTTP(&subjectHider{ResponseWriter: w}, req)
		})
	}
}

// subjectHider answers without OCI-Subject, as a registry does that knows no
// subjects.
type subjectHider struct{ http.ResponseWriter }

func (h *subjectHider) WriteHeader(status int) {
	h.Header().Del("OCI-Subject")
	h.ResponseWriter.WriteHeader(status)
}
