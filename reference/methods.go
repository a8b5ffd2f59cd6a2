package reference

import (
	"net/http"
	"slices"
	"strings"
)

// allowMethods refuses methods that a path does not have, and methods that the options
// disable. It answers 405 with Allow (RFC 9110, section 15.5.6).
func allowMethods(next http.Handler, opts Options) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		at := routeOf(req)
		if at.kind == kindReferrers && opts.DisableReferrers || at.kind == kindOther {
			refuse(w, http.StatusNotFound, unsupported, "there is nothing at this path")
			return
		}
		allowed := methodsOf(at, opts)
		if !slices.Contains(allowed, req.Method) {
			w.Header().Set("Allow", strings.Join(allowed, ", "))
			refuse(w, http.StatusMethodNotAllowed, unsupported, "the method is not supported here")
			return
		}
		next.ServeHTTP(w, req)
	})
}

func methodsOf(at route, opts Options) []string {
	allowed := []string{http.MethodGet, http.MethodHead}
	add := func(on bool, method string) {
		if on && !opts.ReadOnly {
			allowed = append(allowed, method)
		}
	}
	switch at.kind {
	case kindManifest:
		disabled := opts.DisableTagDelete
		if strings.Contains(at.name, ":") { // no tag has a colon
			disabled = opts.DisableManifestDelete
		}
		add(true, http.MethodPut)
		add(!disabled && !opts.DisableDelete, http.MethodDelete)
	case kindBlob:
		add(!opts.DisableBlobDelete && !opts.DisableDelete, http.MethodDelete)
	case kindUploads:
		allowed = nil
		add(true, http.MethodPost)
	case kindUpload:
		allowed = []string{http.MethodGet}
		add(true, http.MethodPatch)
		add(true, http.MethodPut)
		add(true, http.MethodDelete)
	}
	return allowed
}
