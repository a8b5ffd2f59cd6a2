package behaviour

import "net/http"

// Forgetting answers pushes with success and deletes the blob at once.
func Forgetting(w When) Middleware {
	return Handle(w, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		if a.Status == http.StatusCreated {
			q := req.URL.Query()
			Ask(next, req, http.MethodDelete, BlobPath(PlaceOf(req).Repo, q.Get("digest")+q.Get("mount")), nil)
		}
		return a
	})
}

// Corrupting changes the last byte of the blobs that matching requests have pushed,
// when they are pulled.
func Corrupting(w When) Middleware {
	return func(next http.Handler) http.Handler {
		corrupt := new(Marks)
		handler := Handle(w, func(next http.Handler, req *http.Request) *Answer {
			a := Pass(next, req)
			if a.OK() {
				corrupt.Add(BlobPath(PlaceOf(req).Repo, DigestOf(req)))
			}
			return a
		})(next)
		return OnAnswer(GetBlob.And(corrupt.atPath), OK(Body(FlipLast)))(handler)
	}
}
