// Package played makes the embedded registry one that has a proposal: it gives the
// answers that the file of the proposal describes. It can also break them on purpose.
package played

import (
	"net/http"

	"assay/internal/proposal"
	"assay/reference"
)

// Options returns the options of a registry that has the proposal, and those that it
// builds on. The fault may be nil.
func Options(p *proposal.Proposal, fault *Fault) reference.Options {
	opts := reference.Options{}
	for at, is := p, true; is; at, is = proposal.Get(at.BuildsOn) {
		opts.ManifestTypes = append(opts.ManifestTypes, at.ManifestTypes()...)
		opts.DisableReferrers = at.BuildsOn == "1.0"
		breaks := fault
		if at != p {
			breaks = nil
		}
		opts.Middleware = append(opts.Middleware, func(next http.Handler) http.Handler {
			return &player{proposal: at, fault: breaks, next: next, repositories: map[string]*repository{}}
		})
	}
	if fault != nil && fault.usual != nil {
		opts.Middleware = append([]func(http.Handler) http.Handler{fault.usual}, opts.Middleware...)
	}
	return opts
}

// Instead answers the new endpoints of a proposal with a status, as a registry does that
// has not the proposal and that does not know the path.
func Instead(p *proposal.Proposal, status int) []func(http.Handler) http.Handler {
	return []func(http.Handler) http.Handler{func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			for _, e := range p.Endpoints {
				if _, _, matches := match(e, req); matches && e.Answers[0].Status != 0 {
					w.WriteHeader(status)
					return
				}
			}
			next.ServeHTTP(w, req)
		})
	}}
}
