package behaviour

import (
	"net/http"
	"slices"
)

// Lost is content that a registry has but no longer serves. A new push makes it
// available again. The zero value has lost nothing.
type Lost struct{ paths Memory[bool] }

// Manifest loses the manifest with a digest.
func (l *Lost) Manifest(repo, digest string) { l.paths.Put(ManifestPath(repo, digest), true) }

// Blob loses the blob with a digest.
func (l *Lost) Blob(repo, digest string) { l.paths.Put(BlobPath(repo, digest), true) }

func (l *Lost) has(path string) bool { lost, _ := l.paths.Get(path); return lost }

// Losing makes a registry lose content. It calls when with each request and the content
// that is lost so far. when passes the request on and returns the answer.
func Losing(w When, when func(l *Lost, next http.Handler, req *http.Request) *Answer) Middleware {
	return func(next http.Handler) http.Handler {
		l := new(Lost)
		handler := Handle(w, func(next http.Handler, req *http.Request) *Answer { return when(l, next, req) })(next)
		handler = Handle(PullManifest, func(next http.Handler, req *http.Request) *Answer {
			a, at := Pass(next, req), PlaceOf(req)
			if d := a.Header.Get(DigestHeader); d != "" && l.has(ManifestPath(at.Repo, d)) || l.has(req.URL.Path) {
				Refuse(http.StatusNotFound, "MANIFEST_UNKNOWN")(a)
			}
			return a
		})(handler)
		handler = OnAnswer(PullBlob.And(func(req *http.Request) bool { return l.has(req.URL.Path) }), Refuse(http.StatusNotFound, "BLOB_UNKNOWN"))(handler)
		return Handle(Is("PUT", Manifests, Session), func(next http.Handler, req *http.Request) *Answer {
			at := PlaceOf(req)
			l.paths.Drop(req.URL.Path)
			if at.Kind == Session {
				l.paths.Drop(BlobPath(at.Repo, DigestOf(req)))
			}
			a := Pass(next, req)
			if d := a.Header.Get(DigestHeader); at.Kind == Manifests && ByTag(req) {
				l.paths.Drop(ManifestPath(at.Repo, d))
			}
			return a
		})(handler)
	}
}

// LosesPushed loses the blobs that matching requests push.
func LosesPushed(w When) Middleware {
	return Losing(w, func(l *Lost, next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		if a.Status == http.StatusCreated {
			l.Blob(PlaceOf(req).Repo, DigestOf(req))
		}
		return a
	})
}

// WithReferred calls a function after each matching request for a manifest with
// referrers, if the request succeeded. It gives the digests of the referrers.
func WithReferred(w When, then func(l *Lost, next http.Handler, req *http.Request, subject string, referrers []string)) Middleware {
	return Losing(w, func(l *Lost, next http.Handler, req *http.Request) *Answer {
		subject := named(next, req)
		var referrers []string
		if subject != "" {
			referrers = ReferrersOf(next, req, subject)
		}
		a := Pass(next, req)
		if a.OK() && len(referrers) > 0 {
			then(l, next, req, subject, referrers)
		}
		return a
	})
}

// LoseReferrers loses the referrers.
func LoseReferrers(l *Lost, _ http.Handler, req *http.Request, _ string, referrers []string) {
	for _, d := range referrers {
		l.Manifest(PlaceOf(req).Repo, d)
	}
}

// LoseContents loses the layers of the referrers, except those that another manifest
// shares.
func LoseContents(l *Lost, next http.Handler, req *http.Request, _ string, referrers []string) {
	repo := PlaceOf(req).Repo
	for _, d := range referrers {
		for _, blob := range ownBlobs(next, req, repo, d) {
			l.Blob(repo, blob)
		}
	}
}

// ownBlobs are the layers of an artifact that its subject does not have.
func ownBlobs(next http.Handler, req *http.Request, repo, artifact string) []string {
	d := Parsed(Ask(next, req, http.MethodGet, ManifestPath(repo, artifact), nil).Body)
	theirs := blobsIn(next, req, repo, Field(d, "subject", "digest"))
	return slices.DeleteFunc(digestsIn(Entries(d, "layers")), func(d string) bool { return slices.Contains(theirs, d) })
}

// OnAttach calls a function after each push of a manifest with a subject.
func OnAttach(then func(l *Lost, next http.Handler, req *http.Request, artifact, subject string)) Middleware {
	return Losing(PutManifest, func(l *Lost, next http.Handler, req *http.Request) *Answer {
		subject := SubjectOf(req)
		a := Pass(next, req)
		if subject != "" && a.OK() {
			then(l, next, req, a.Header.Get(DigestHeader), subject)
		}
		return a
	})
}

// Detached describes a deleted artifact by digests: its subject, the blobs of the
// subject, the other artifacts of the subject, and its own blobs.
type Detached struct {
	Repo, Subject      string
	Blobs, Others, Own []string
}

// OnDetach calls a function after each delete of a manifest with a subject.
func OnDetach(then func(l *Lost, d Detached)) Middleware {
	return Losing(DeleteManifest, func(l *Lost, next http.Handler, req *http.Request) *Answer {
		at := PlaceOf(req)
		subject := Field(Parsed(Ask(next, req, http.MethodGet, req.URL.Path, nil).Body), "subject", "digest")
		if subject == "" {
			return Pass(next, req)
		}
		others := slices.DeleteFunc(ReferrersOf(next, req, subject), func(d string) bool { return d == at.Name })
		d := Detached{at.Repo, subject, blobsIn(next, req, at.Repo, subject), others, allBlobsIn(next, req, at.Repo, at.Name)}
		a := Pass(next, req)
		if a.OK() {
			then(l, d)
		}
		return a
	})
}

// LosesBlobs loses the blobs of a manifest with referrers after a matching request for
// it.
func LosesBlobs(w When) Middleware {
	return Losing(w, func(l *Lost, next http.Handler, req *http.Request) *Answer {
		at := PlaceOf(req)
		subject := named(next, req)
		if subject == "" || len(ReferrersOf(next, req, subject)) == 0 {
			return Pass(next, req)
		}
		blobs := blobsIn(next, req, at.Repo, subject)
		a := Pass(next, req)
		if a.OK() {
			for _, d := range blobs {
				l.Blob(at.Repo, d)
			}
		}
		return a
	})
}

// LostMounts loses the mounted layers of manifests with referrers.
func LostMounts(next http.Handler) http.Handler {
	shared := new(Marks) // paths
	handler := Losing(Mount, func(l *Lost, next http.Handler, req *http.Request) *Answer {
		query := req.URL.Query()
		a := Pass(next, req)
		if a.Status == http.StatusCreated && shared.Has(BlobPath(query.Get("from"), query.Get("mount"))) {
			l.Blob(PlaceOf(req).Repo, query.Get("mount"))
		}
		return a
	})(next)
	return OnSubject(func(next http.Handler, req *http.Request, _ *Answer, subject string) {
		for _, d := range LayersOf(next, req, subject) {
			shared.Add(BlobPath(PlaceOf(req).Repo, d))
		}
	})(handler)
}
