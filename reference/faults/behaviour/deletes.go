package behaviour

import (
	"net/http"
)

// tagsOf lists the tags of the manifest that a request names.
func tagsOf(next http.Handler, req *http.Request) []string {
	at := PlaceOf(req)
	var leading []string
	for _, tag := range tagsIn(next, req, at.Repo) {
		if Ask(next, req, http.MethodHead, ManifestPath(at.Repo, tag), nil).Header.Get(DigestHeader) == at.Name {
			leading = append(leading, tag)
		}
	}
	return leading
}

// HeadStays answers HEAD of deleted content as if it still existed.
func HeadStays(w When) Middleware { return afterDelete(w, Is("HEAD"), Status(200)) }

// Gone answers requests for deleted content with 410.
func Gone(w When) Middleware { return afterDelete(w, Is("GET HEAD"), Refuse(410, "MANIFEST_UNKNOWN")) }

// DeletedAgain makes the change to the answer when content is deleted a second time.
func DeletedAgain(w When, c Change) Middleware { return afterDelete(w, w, c) }

// DeletesElsewhere answers 202 to the delete of a blob that only another repository has.
// It deletes nothing.
func DeletesElsewhere(next http.Handler) http.Handler {
	return Everywhere(func(repos *Marks) Middleware {
		return Handle(DeleteBlob, func(next http.Handler, req *http.Request) *Answer {
			a := Pass(next, req)
			for _, repo := range repos.List() {
				if a.Status == http.StatusNotFound && Exists(next, req, BlobPath(repo, PlaceOf(req).Name)) {
					return NewAnswer(req, Status(http.StatusAccepted))
				}
			}
			return a
		})
	})(next)
}

// afterDelete remembers the deleted content, and makes the changes to the answers 404
// for it.
func afterDelete(w, asked When, c Change) Middleware {
	return func(next http.Handler) http.Handler {
		deleted := new(Marks)
		handler := Handle(w, func(next http.Handler, req *http.Request) *Answer {
			a := Pass(next, req)
			if a.OK() {
				deleted.Add(req.URL.Path)
			}
			return a
		})(next)
		return OnAnswer(asked.And(deleted.atPath), On(404, c))(handler)
	}
}

// TagsStay keeps the tags in a store of its own, where they stay after their manifest
// is deleted.
func TagsStay(next http.Handler) http.Handler {
	s := new(Shelf)
	handler := Handle(DeleteManifest, func(next http.Handler, req *http.Request) *Answer {
		at := PlaceOf(req)
		for _, tag := range tagsOf(next, req) {
			path := ManifestPath(at.Repo, tag)
			a := Ask(next, req, http.MethodGet, path, nil)
			s.Put(path, a.Header.Get("Content-Type"), a.Body)
		}
		return Pass(next, req)
	})(next)
	return Handle(Is("GET HEAD DELETE", Manifests).And(ByTag), s.Serve)(handler)
}

// DanglingTags answers with code the tags of deleted manifests.
func DanglingTags(code int) Middleware {
	return func(next http.Handler) http.Handler {
		dangling := new(Marks)
		handler := Handle(DeleteManifest, func(next http.Handler, req *http.Request) *Answer {
			for _, tag := range tagsOf(next, req) {
				dangling.Add(ManifestPath(PlaceOf(req).Repo, tag))
			}
			return Pass(next, req)
		})(next)
		return OnAnswer(PullManifest.And(dangling.atPath),
			On(404, Refuse(code, "MANIFEST_UNKNOWN")))(handler)
	}
}

// GoesWithTag deletes a manifest when any of its tags is deleted.
func GoesWithTag(next http.Handler) http.Handler {
	return Handle(DeleteTag, func(next http.Handler, req *http.Request) *Answer {
		pull := Ask(next, req, http.MethodHead, req.URL.Path, nil)
		a := Pass(next, req)
		if d := pull.Header.Get(DigestHeader); a.OK() && d != "" {
			manifest := Edited(req, SetPath(ManifestPath(PlaceOf(req).Repo, d)))
			if len(tagsOf(next, manifest)) == 0 {
				Ask(next, req, http.MethodDelete, manifest.URL.Path, nil)
			}
		}
		return a
	})(next)
}

// WithTag deletes a manifest when its first tag is deleted.
func WithTag(next http.Handler) http.Handler {
	return Handle(DeleteTag, func(next http.Handler, req *http.Request) *Answer {
		named := Ask(next, req, http.MethodHead, req.URL.Path, nil).Header.Get(DigestHeader)
		a := Pass(next, req)
		if a.OK() && named != "" {
			Ask(next, req, http.MethodDelete, ManifestPath(PlaceOf(req).Repo, named), nil)
		}
		return a
	})(next)
}

// WithBlobs deletes the blobs of a manifest when the manifest is deleted.
func WithBlobs(next http.Handler) http.Handler {
	return Handle(DeleteManifest, func(next http.Handler, req *http.Request) *Answer {
		d := Parsed(Ask(next, req, http.MethodGet, req.URL.Path, nil).Body)
		a := Pass(next, req)
		blobs := []string{Field(d, "config", "digest")}
		for _, layer := range Entries(d, "layers") {
			blobs = append(blobs, Field(layer, "digest"))
		}
		for _, blob := range blobs {
			if a.OK() && blob != "" && blob != EmptyDigest {
				Ask(next, req, http.MethodDelete, BlobPath(PlaceOf(req).Repo, blob), nil)
			}
		}
		return a
	})(next)
}

// KeepTagged refuses to delete a manifest that has a tag.
func KeepTagged(next http.Handler) http.Handler {
	return Handle(DeleteManifest, func(next http.Handler, req *http.Request) *Answer {
		if len(tagsOf(next, req)) == 0 {
			return Pass(next, req)
		}
		return NewAnswer(req, Refuse(http.StatusConflict, "DENIED"))
	})(next)
}

// KeepBlobs answers deletes of blobs with success, but deletes nothing.
func KeepBlobs(next http.Handler) http.Handler {
	return Handle(DeleteBlob, func(next http.Handler, req *http.Request) *Answer {
		a := Ask(next, req, http.MethodHead, req.URL.Path, nil)
		a.Header = http.Header{}
		if a.OK() {
			a.Status = http.StatusAccepted
		}
		return a
	})(next)
}
