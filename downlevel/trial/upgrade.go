package trial

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"

	"assay/downlevel/judge"
	"assay/downlevel/state"
	"assay/fixtures/mechanisms"
	"assay/reference"
	"assay/reports"
	"assay/wire"
	"assay/wire/access"
)

// upgrade asks whether a registry that gains the referrers API finds what was
// attached before (distribution-spec, "Enabling the Referrers API"). Only the
// embedded registry can be upgraded at will: one that is started for it.
func upgrade(ctx context.Context, q *question) {
	if !q.lane.run.Embedded {
		q.Outcome, q.Message = reports.NotApplicable, "only the embedded registry can be upgraded at will"
		return
	}
	var old atomic.Bool
	old.Store(true)
	server, err := reference.Start(ctx, "", reference.Options{
		ManifestTypes: mechanisms.ManifestTypes(),
		Middleware:    []func(http.Handler) http.Handler{withoutReferrers(&old)},
	})
	if err != nil {
		q.err = err
		return
	}
	defer server.Close()
	client, err := access.Connect(access.Settings{Target: server.Addr(), Embedded: true, Manners: q.lane.run.Manners})
	if err != nil {
		q.err = err
		return
	}
	repo := client.Observed(func(_ context.Context, ex *wire.Exchange) { q.log = append(q.log, ex.String()) }).Repository("upgrade")
	for _, pushes := range [][]mechanisms.Push{q.content.Before, q.content.After} {
		if !q.pushed(state.Put(ctx, repo, pushes)) {
			return
		}
	}
	e := judge.Evidence{Content: q.content}
	if e.Source.Before, q.err = state.Take(ctx, repo, q.watched, q.subjects); q.err != nil {
		return
	}
	old.Store(false)
	if e.Source.After, q.err = state.Take(ctx, repo, q.watched, q.subjects); q.err != nil {
		return
	}
	e.Upgraded(&q.Judgement)
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
