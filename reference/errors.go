package reference

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
)

// refuse answers with an error in the form of the distribution-spec, section
// "Error Codes".
func refuse(w http.ResponseWriter, status int, code, message string) {
	body, _ := json.Marshal(map[string]any{"errors": []map[string]string{{"code": code, "message": message}}})
	w.Header().Set("Content-Type", "application/json")
	w.Header().Del("Content-Length")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// codes says for each kind of path what is unknown when it is not found.
var codes = map[kind]string{
	kindManifest: "MANIFEST_UNKNOWN", kindBlob: "BLOB_UNKNOWN", kindUpload: "BLOB_UPLOAD_UNKNOWN",
	kindTags: "NAME_UNKNOWN", kindReferrers: "NAME_UNKNOWN", kindUploads: "NAME_UNKNOWN",
}

// explainErrors gives refusals the Content-Type of their body, which the
// engine sets too late, and a body where it gives none.
func explainErrors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		held := &errorHolder{ResponseWriter: w}
		next.ServeHTTP(held, req)
		if held.status == 0 {
			return
		}
		if held.body.Len() == 0 && held.status != http.StatusRequestedRangeNotSatisfiable {
			code := codes[routeOf(req).kind]
			if held.status != http.StatusNotFound || code == "" {
				code = "UNSUPPORTED"
			}
			refuse(w, held.status, code, strings.ToLower(http.StatusText(held.status)))
			return
		}
		if bytes.HasPrefix(held.body.Bytes(), []byte("{")) {
			w.Header().Set("Content-Type", "application/json")
		}
		w.WriteHeader(held.status)
		_, _ = w.Write(held.body.Bytes())
	})
}

// errorHolder keeps a refusal back and lets everything else through.
type errorHolder struct {
	http.ResponseWriter
	status int // of the refusal; 0 when there is none
	body   bytes.Buffer
}

func (h *errorHolder) WriteHeader(status int) {
	if status >= http.StatusBadRequest {
		h.status = status
		return
	}
	h.ResponseWriter.WriteHeader(status)
}

func (h *errorHolder) Write(p []byte) (int, error) {
	if h.status != 0 {
		return h.body.Write(p)
	}
	return h.ResponseWriter.Write(p)
}

// allow refuses what the options turned off.
func allow(next http.Handler, opts Options) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r := routeOf(req)
		reads := req.Method == http.MethodGet || req.Method == http.MethodHead
		isDigest := strings.Contains(r.name, ":")
		switch {
		case opts.ReadOnly && !reads:
			refuse(w, http.StatusForbidden, "DENIED", "the registry is read-only")
		case req.Method == http.MethodDelete && r.kind == kindManifest && !isDigest && (opts.DisableDelete || opts.DisableTagDelete),
			req.Method == http.MethodDelete && r.kind == kindManifest && isDigest && (opts.DisableDelete || opts.DisableManifestDelete),
			req.Method == http.MethodDelete && r.kind == kindBlob && (opts.DisableDelete || opts.DisableBlobDelete):
			w.Header().Set("Allow", "GET, HEAD, PUT")
			refuse(w, http.StatusMethodNotAllowed, "UNSUPPORTED", "deleting is disabled")
		default:
			next.ServeHTTP(w, req)
		}
	})
}
