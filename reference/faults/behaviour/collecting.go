package behaviour

import (
	"net/http"
	"slices"
	"sync"
)

// Collects deletes the blobs of a deleted manifest that no other manifest of the
// repository refers to. It is a garbage collection that never waits.
func Collects(next http.Handler) http.Handler {
	var mu sync.Mutex
	blobs := map[string][]string{} // by path of the manifest
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

// refersTo says whether any manifest of the repository refers to the blob.
func refersTo(blobs map[string][]string, repo, blob string) bool {
	for manifest, of := range blobs {
		if placeAt(manifest).Repo == repo && slices.Contains(of, blob) {
			return true
		}
	}
	return false
}
