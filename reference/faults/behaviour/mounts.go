package behaviour

import (
	"net/http"
	"slices"
	"sync"
)

// mountOf is the blob of a mount, in the repository that it is mounted to and in the one
// that it comes from.
func mountOf(req *http.Request) (to, from, blob string) {
	q := req.URL.Query()
	return PlaceOf(req).Repo, q.Get("from"), q.Get("mount")
}

// LosesMounted loses the blobs of matching mounts.
func LosesMounted(w When) Middleware {
	return Losing(Mount.And(w), func(l *Lost, next http.Handler, req *http.Request) *Answer {
		to, _, blob := mountOf(req)
		a := Pass(next, req)
		if a.Status == http.StatusCreated {
			l.Blob(to, blob)
		}
		return a
	})
}

// LosesLargeMounts loses mounted blobs of more than size bytes.
func LosesLargeMounts(size int) Middleware {
	return Losing(Mount, func(l *Lost, next http.Handler, req *http.Request) *Answer {
		to, from, blob := mountOf(req)
		source := Ask(next, req, http.MethodGet, BlobPath(from, blob), nil)
		a := Pass(next, req)
		if a.Status == http.StatusCreated && len(source.Body) > size {
			l.Blob(to, blob)
		}
		return a
	})
}

// MountedAgain is behaviour for mounts of a blob that the repository was asked to mount
// before.
func MountedAgain(m func(again When) Middleware) Middleware {
	return func(next http.Handler) http.Handler {
		mounted := new(Marks)
		return m(func(req *http.Request) bool {
			to, _, blob := mountOf(req)
			return Mount(req) && !mounted.Add(BlobPath(to, blob))
		})(next)
	}
}

// StaleMounts answers 201 to the mount of a blob that its source has deleted.
func StaleMounts(next http.Handler) http.Handler {
	deleted := new(Marks)
	handler := OnAnswer(DeleteBlob, OK(func(a *Answer) { deleted.Add(a.Request.URL.Path) }))(next)
	return OnAnswer(Mount.And(func(req *http.Request) bool {
		_, from, blob := mountOf(req)
		return deleted.Has(BlobPath(from, blob))
	}), On(http.StatusAccepted, func(a *Answer) {
		to, _, blob := mountOf(a.Request)
		*a = *NewAnswer(a.Request, Status(http.StatusCreated), Set("Location", BlobPath(to, blob)))
	}))(handler)
}

// KeptMounts keeps the blobs that are deleted, and mounts them.
func KeptMounts(next http.Handler) http.Handler {
	const attic = "attic"
	handler := Handle(DeleteBlob, func(next http.Handler, req *http.Request) *Answer {
		at := PlaceOf(req)
		Ask(next, req, http.MethodPost, UploadPath(attic, "")+"?mount="+at.Name+"&from="+at.Repo, nil)
		return Pass(next, req)
	})(next)
	return Handle(Mount, func(next http.Handler, req *http.Request) *Answer {
		_, from, blob := mountOf(req)
		if from != "" && !Exists(next, req, BlobPath(from, blob)) && Exists(next, req, BlobPath(attic, blob)) {
			return Pass(next, Edited(req, SetParameter("from", attic)))
		}
		return Pass(next, req)
	})(handler)
}

// BoundMounts deletes a mounted blob together with the blob that it was mounted from. If
// backwards, it deletes the source together with the mounted blob.
func BoundMounts(backwards bool) Middleware {
	return func(next http.Handler) http.Handler {
		var mu sync.Mutex
		bound := map[string][]string{} // paths
		handler := OnAnswer(Mount, On(http.StatusCreated, func(a *Answer) {
			to, from, blob := mountOf(a.Request)
			one, other := BlobPath(from, blob), BlobPath(to, blob)
			if backwards {
				one, other = other, one
			}
			mu.Lock()
			bound[one] = append(bound[one], other)
			mu.Unlock()
		}))(next)
		return Handle(DeleteBlob, func(next http.Handler, req *http.Request) *Answer {
			a := Pass(next, req)
			mu.Lock()
			others := slices.Clone(bound[req.URL.Path])
			mu.Unlock()
			for _, other := range others {
				if a.OK() {
					Ask(next, req, http.MethodDelete, other, nil)
				}
			}
			return a
		})(handler)
	}
}

// RefusesMounted refuses manifests with a blob that was mounted.
func RefusesMounted(next http.Handler) http.Handler {
	mounted := new(Marks)
	handler := OnAnswer(Mount, On(http.StatusCreated, func(a *Answer) {
		to, _, blob := mountOf(a.Request)
		mounted.Add(BlobPath(to, blob))
	}))(next)
	return Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
		d := Parsed(BodyOf(req))
		for _, layer := range digestsIn(Entries(d, "layers")) {
			if mounted.Has(BlobPath(PlaceOf(req).Repo, layer)) {
				return NewAnswer(req, Invalid())
			}
		}
		return Pass(next, req)
	})(handler)
}

// KeepsMissing keeps the answer 404 of a matching request, and gives it again.
func KeepsMissing(w When) Middleware {
	return func(next http.Handler) http.Handler {
		missing := new(Marks)
		return Handle(w, func(next http.Handler, req *http.Request) *Answer {
			if missing.Has(req.URL.Path) {
				return NewAnswer(req, Refuse(http.StatusNotFound, "BLOB_UNKNOWN"))
			}
			a := Pass(next, req)
			if a.Status == http.StatusNotFound {
				missing.Add(req.URL.Path)
			}
			return a
		})(next)
	}
}

// KeepsFound keeps the answer 200 of a matching request, and gives it again.
func KeepsFound(w When) Middleware {
	return func(next http.Handler) http.Handler {
		var kept Memory[*Answer]
		return Handle(w, func(next http.Handler, req *http.Request) *Answer {
			if a, found := kept.Get(req.URL.Path); found {
				again := *a
				again.Header = a.Header.Clone()
				return &again
			}
			a := Pass(next, req)
			if a.Status == http.StatusOK {
				again := *a
				again.Header = a.Header.Clone()
				kept.Put(req.URL.Path, &again)
			}
			return a
		})(next)
	}
}
