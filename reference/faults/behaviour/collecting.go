package behaviour

import (
	"net/http"
	"slices"
	"sync"
)

// Collects deletes, with each manifest, those of its blobs that no other manifest of
// the repository refers to: garbage collection that never waits.
func Collects(next http.Handler) http.Handler {
	var mu sync.Mutex
	blobs := map[string][]string{} // by the path of a manifest
	next = Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
		mu.Lock()
		defer mu.Unlock()
		a := Pass(next, req)
		if d := a.Header.Get(DigestHeader); a.OK() && d != "" {
			repo := PlaceOf(req).Repo
			blobs[ManifestPath(repo, d)] = allBlobsIn(next, req, repo, d)
		}
		return a
	})(next)
	return Handle(DeleteManifest, func(next http.Handler, req *http.Request) *Answer {
		mu.Lock()
		defer mu.Unlock()
		a := Pass(next, req)
		if !a.OK() {
			return a
		}
		repo, unreferenced := PlaceOf(req).Repo, blobs[req.URL.Path]
		delete(blobs, req.URL.Path)
		for _, blob := range unreferenced {
			if !refersTo(blobs, repo, blob) {
				Ask(next, req, http.MethodDelete, BlobPath(repo, blob), nil)
			}
		}
		return a
	})(next)
}

// refersTo says whether a manifest of the repository has the blob.
func refersTo(blobs map[string][]string, repo, blob string) bool {
	for manifest, of := range blobs {
		if placeAt(manifest).Repo == repo && slices.Contains(of, blob) {
			return true
		}
	}
	return false
}
