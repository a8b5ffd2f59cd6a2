package behaviour

import (
	"net/http"
	"strconv"
)

// ChunkMinimum refuses chunks that are shorter than size once another one
// comes: only the last may be. It is known for the last by the PUT.
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

// MountAnywhere finds by itself where a blob is.
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
