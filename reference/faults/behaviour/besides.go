package behaviour

import (
	"net/http"
)

// EndsUploads ends all uploads of a repository with content when a matching request
// succeeds there.
func EndsUploads(w When) Middleware {
	return func(next http.Handler) http.Handler {
		open := new(Marks)
		handler := OnAnswer(PatchUpload, OK(func(a *Answer) { open.Add(a.Request.URL.Path) }))(next)
		return Handle(w, func(next http.Handler, req *http.Request) *Answer {
			a := Pass(next, req)
			for _, path := range open.List() {
				if placeAt(path).Repo == PlaceOf(req).Repo && a.OK() {
					Ask(next, req, http.MethodDelete, path, nil)
				}
			}
			return a
		})(handler)
	}
}

// LocksOthers refuses chunks while an upload with content is open in another repository.
func LocksOthers(next http.Handler) http.Handler {
	var open Memory[bool]
	paths := new(Marks)
	handler := OnAnswer(Is("PUT DELETE", Session), OK(func(a *Answer) { open.Drop(a.Request.URL.Path) }))(next)
	return Handle(PatchUpload, func(next http.Handler, req *http.Request) *Answer {
		for _, path := range paths.List() {
			if locked, _ := open.Get(path); locked && placeAt(path).Repo != PlaceOf(req).Repo {
				return NewAnswer(req, Failing())
			}
		}
		paths.Add(req.URL.Path)
		open.Put(req.URL.Path, true)
		return Pass(next, req)
	})(handler)
}

// CollectsFresh deletes, with each deleted manifest, the blobs of the repository that no
// manifest has had yet.
func CollectsFresh(next http.Handler) http.Handler {
	fresh, used := new(Marks), new(Marks)
	handler := OnAnswer(PutUpload, OK(func(a *Answer) { fresh.Add(BlobPath(PlaceOf(a.Request).Repo, DigestOf(a.Request))) }))(next)
	handler = Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
		d := Parsed(BodyOf(req))
		for _, blob := range append(digestsIn(Entries(d, "layers")), Field(d, "config", "digest")) {
			used.Add(BlobPath(PlaceOf(req).Repo, blob))
		}
		return Pass(next, req)
	})(handler)
	return Handle(DeleteManifest, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		for _, path := range fresh.List() {
			if a.OK() && placeAt(path).Repo == PlaceOf(req).Repo && !used.Has(path) {
				Ask(next, req, http.MethodDelete, path, nil)
			}
		}
		return a
	})(handler)
}
