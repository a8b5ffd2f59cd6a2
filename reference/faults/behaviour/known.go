package behaviour

import "net/http"

// ConfirmsKnown answers 201 to matching uploads that the registry refuses, if the
// repository has a blob of the digest already.
func ConfirmsKnown(w When) Middleware {
	return Handle(w.And(WellFormed), func(next http.Handler, req *http.Request) *Answer {
		a, blob := Pass(next, req), BlobPath(PlaceOf(req).Repo, DigestOf(req))
		if a.Status == http.StatusBadRequest && Exists(next, req, blob) {
			return NewAnswer(req, Status(http.StatusCreated), Set("Location", blob))
		}
		return a
	})
}

// OnMismatch calls a function after a matching upload whose content does not match its
// digest.
func OnMismatch(w When, then func(next http.Handler, req *http.Request, blob string)) Middleware {
	return Handle(w.And(WellFormed), func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		if a.Status == http.StatusBadRequest {
			then(next, req, BlobPath(PlaceOf(req).Repo, DigestOf(req)))
		}
		return a
	})
}

// Removes deletes the blob.
func Removes(next http.Handler, req *http.Request, blob string) {
	Ask(next, req, http.MethodDelete, blob, nil)
}

// LinksKnown gives a repository the blob that another repository has, when an upload
// names its digest. The content of the upload does not count.
func LinksKnown(w When) Middleware {
	return Everywhere(func(repos *Marks) Middleware {
		return Handle(w.And(WellFormed), func(next http.Handler, req *http.Request) *Answer {
			a, at := Pass(next, req), PlaceOf(req)
			if a.Status != http.StatusBadRequest {
				return a
			}
			for _, repo := range repos.List() {
				if blob := BlobPath(repo, DigestOf(req)); repo == at.Repo || !Exists(next, req, blob) {
					continue
				}
				return Ask(next, req, http.MethodPost, UploadPath(at.Repo, "")+"?mount="+DigestOf(req)+"&from="+repo, nil)
			}
			return a
		})
	})
}
