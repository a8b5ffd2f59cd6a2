package behaviour

import (
	"net/http"
	"strconv"
)

// ChunkMinimum refuses chunks shorter than size, except the last one. So a short chunk
// is refused when another chunk follows. The PUT shows that a chunk was the last.
func ChunkMinimum(size int, code int) Middleware {
	return func(next http.Handler) http.Handler {
		short := new(Marks)
		handler := OnAnswer(StartUpload, OK(Set("OCI-Chunk-Min-Length", strconv.Itoa(size))))(next)
		return Handle(PatchChunk, func(next http.Handler, req *http.Request) *Answer {
			if short.Has(req.URL.Path) {
				return NewAnswer(req, Refuse(code, "SIZE_INVALID"))
			}
			a := Pass(next, req)
			if a.OK() && req.ContentLength < int64(size) {
				short.Add(req.URL.Path)
			}
			return a
		})(handler)
	}
}

// MountAnywhere finds the source repository of a mount by itself.
func MountAnywhere(next http.Handler) http.Handler {
	return Everywhere(func(repos *Marks) Middleware {
		return Handle(Mount.And(Not(WithParameter("from"))), func(next http.Handler, req *http.Request) *Answer {
			for _, repo := range repos.List() {
				if !Exists(next, req, BlobPath(repo, req.URL.Query().Get("mount"))) {
					continue
				}
				return Pass(next, Edited(req, SetParameter("from", repo)))
			}
			return Pass(next, req)
		})
	})(next)
}

// RefusesAnnounced refuses to complete uploads with a digest of sha512 if they were started
// for one.
func RefusesAnnounced(next http.Handler) http.Handler {
	announced := new(Marks)
	note := OnAnswer(StartUpload.And(WithParameter("digest-algorithm")), OK(func(a *Answer) { announced.Add(pathOf(a.Header.Get("Location"))) }))
	isAnnounced := func(req *http.Request) bool { return announced.Has(req.URL.Path) }
	return Chain(note, Instead(PutUpload.And(EndsInSHA512, isAnnounced), Refuse(http.StatusBadRequest, "DIGEST_INVALID")))(next)
}
