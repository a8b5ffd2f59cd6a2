package reference

import (
	"net/http"
	"strings"
)

// getBlob serves a blob that was pushed as a blob (distribution-spec, "Pulling blobs").
// The engine serves blobs and ranges as well, with two defects. It calls a digest of an
// unknown algorithm invalid, where the right answer is that the blob does not exist.
// And it would serve manifests as blobs.
func (r *Registry) getBlob(w http.ResponseWriter, req *http.Request, at route) {
	repo := r.repository(at.repo)
	repo.mu.Lock()
	has, missing := repo.blobs[at.name], repo.missing(blobUnknown)
	repo.mu.Unlock()
	if !has {
		refuse(w, http.StatusNotFound, missing, "there is no such blob in this repository")
		return
	}
	if !isRanged(req) {
		req = req.Clone(req.Context())
		req.Header.Del("Range")
	}
	r.engine.ServeHTTP(w, req)
}

// isRanged says whether the Range of a request counts. Ranges are only for GET, and
// unknown units are ignored (RFC 9110, section 14.2). The engine answers both with 206
// and 416.
func isRanged(req *http.Request) bool {
	unit, _, _ := strings.Cut(req.Header.Get("Range"), "=")
	return req.Method == http.MethodGet && strings.EqualFold(unit, "bytes")
}

// deleteBlob deletes a blob (distribution-spec, "Deleting Blobs"). When its bytes are
// also a manifest, they remain in the engine.
func (r *Registry) deleteBlob(w http.ResponseWriter, req *http.Request, at route) {
	repo := r.repository(at.repo)
	repo.mu.Lock()
	defer repo.mu.Unlock()
	if !repo.blobs[at.name] {
		refuse(w, http.StatusNotFound, repo.missing(blobUnknown), "there is no such blob in this repository")
		return
	}
	delete(repo.blobs, at.name)
	r.release(req, repo, at.repo, at.name)
	w.WriteHeader(http.StatusAccepted)
}

// release lets the engine delete bytes that the repository no longer uses, neither as a
// blob nor as a manifest.
func (r *Registry) release(req *http.Request, repo *repository, name, digest string) {
	if _, isManifest := repo.manifests[digest]; !isManifest && !repo.blobs[digest] {
		r.ask(inward(req, http.MethodDelete, "/v2/"+name+"/blobs/"+digest, nil))
	}
}
