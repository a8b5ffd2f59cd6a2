package reference

import (
	"net/http"
	"strings"
)

// getBlob serves what was pushed as a blob (distribution-spec, "Pulling
// blobs"). The engine does so too, with ranges, but it calls a digest of an
// algorithm that it does not know invalid, where the answer is that there is
// no such blob, and it would serve manifests.
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

// isRanged says whether the Range of a request counts: ranges are for GET alone, and
// units that are not known are ignored (RFC 9110, section 14.2). The engine answers
// them with 206 and 416.
func isRanged(req *http.Request) bool {
	unit, _, _ := strings.Cut(req.Header.Get("Range"), "=")
	return req.Method == http.MethodGet && strings.EqualFold(unit, "bytes")
}

// deleteBlob deletes a blob (distribution-spec, "Deleting Blobs"). Bytes that
// are a manifest as well remain in the engine.
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

// release lets the engine forget bytes that nothing in the repository stands
// for any more.
func (r *Registry) release(req *http.Request, repo *repository, name, digest string) {
	if _, isManifest := repo.manifests[digest]; !isManifest && !repo.blobs[digest] {
		r.ask(inward(req, http.MethodDelete, "/v2/"+name+"/blobs/"+digest, nil))
	}
}
