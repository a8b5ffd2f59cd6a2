package reference

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
)

// checkManifests corrects what the engine does with manifests. A GET gives the
// manifest that was asked for, whatever Accept says: the engine would look for
// another one inside of an index. A PUT is measured, also without a length,
// and a document that is both an image and an index is refused (image-spec,
// CVE-2021-41190).
func checkManifests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r := routeOf(req)
		if r.kind != kindManifest {
			next.ServeHTTP(w, req)
			return
		}
		switch req.Method {
		case http.MethodGet, http.MethodHead:
			any := req.Clone(req.Context())
			any.Header.Set("Accept", "*/*")
			next.ServeHTTP(w, any)
		case http.MethodPut:
			body, err := io.ReadAll(io.LimitReader(req.Body, manifestLimit+1))
			if err != nil {
				refuse(w, http.StatusBadRequest, "MANIFEST_INVALID", "the manifest could not be read")
				return
			}
			if len(body) > manifestLimit {
				refuse(w, http.StatusRequestEntityTooLarge, "SIZE_INVALID", "the manifest is too large")
				return
			}
			if ambiguous(body) {
				refuse(w, http.StatusBadRequest, "MANIFEST_INVALID", "the manifest is both an image and an index")
				return
			}
			whole := req.Clone(req.Context())
			whole.Body, whole.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			next.ServeHTTP(w, whole)
		default:
			next.ServeHTTP(w, req)
		}
	})
}

func ambiguous(body []byte) bool {
	var doc map[string]json.RawMessage
	if json.Unmarshal(body, &doc) != nil {
		return false // the engine refuses it
	}
	return doc["manifests"] != nil && (doc["layers"] != nil || doc["config"] != nil)
}
