package behaviour

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
)

// SubjectRequired answers pushes of manifests with c when their subject does not exist.
func SubjectRequired(c Change) Middleware {
	return Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
		subject := SubjectOf(req)
		if subject != "" && !Exists(next, req, ManifestPath(PlaceOf(req).Repo, subject)) {
			return NewAnswer(req, c)
		}
		return Pass(next, req)
	})
}

// KeepingTypeParameters stores the Content-Type of a push with its parameters, and
// sends it when the manifest is pulled.
func KeepingTypeParameters(next http.Handler) http.Handler {
	types := new(Memory[string]) // by path
	handler := Handle(PutManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		if contentType := req.Header.Get("Content-Type"); HasTypeParameter(contentType) {
			types.Put(req.URL.Path, contentType)
		}
		return Pass(next, req)
	})(next)
	return Handle(PullManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		if contentType, found := types.Get(req.URL.Path); found && a.OK() {
			a.Header.Set("Content-Type", contentType)
		}
		return a
	})(handler)
}

// UnmovedTags does not move tags that already exist, but names them in the answer.
func UnmovedTags(next http.Handler) http.Handler {
	return Handle(PutManifest.And(WithParameter("tag")), func(next http.Handler, req *http.Request) *Answer {
		at, asked := PlaceOf(req), req.URL.Query()["tag"]
		fresh := slices.DeleteFunc(slices.Clone(asked), func(tag string) bool {
			return Exists(next, req, ManifestPath(at.Repo, tag))
		})
		changed := req.Clone(req.Context())
		changed.URL.RawQuery = url.Values{"tag": fresh}.Encode()
		a := Pass(next, changed)
		if a.OK() {
			a.Header.Set("OCI-Tag", strings.Join(asked, ", "))
		}
		return a
	})(next)
}

// Sparse accepts manifests whose content is missing.
func Sparse(next http.Handler) http.Handler {
	s := new(Shelf)
	handler := Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
		data := BodyOf(req)
		a := Pass(next, req)
		if !lacksBlob(a) {
			s.Drop(req.URL.Path) // the tag names what was pushed last
			return a
		}
		d := digest.FromBytes(data).String()
		at := PlaceOf(req)
		for _, name := range []string{d, at.Name} {
			s.Put(ManifestPath(at.Repo, name), req.Header.Get("Content-Type"), data)
		}
		return NewAnswer(req, Status(http.StatusCreated), Set("Location", req.URL.Path), Set(DigestHeader, d))
	})(next)
	return Handle(Is("GET HEAD DELETE", Manifests), s.ServeFirst)(handler)
}

// Guessing answers matching malformed references with the manifest that was pushed
// last.
func Guessing(w When) Middleware {
	return func(next http.Handler) http.Handler {
		newest := new(Memory[string]) // digests by repository
		handler := Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
			a := Pass(next, req)
			if d := a.Header.Get(DigestHeader); a.OK() && d != "" {
				newest.Put(PlaceOf(req).Repo, d)
			}
			return a
		})(next)
		return Handle(PullManifest.And(w), func(next http.Handler, req *http.Request) *Answer {
			a, at := Pass(next, req), PlaceOf(req)
			d, pushed := newest.Get(at.Repo)
			if a.OK() || !pushed {
				return a
			}
			return Ask(next, req, req.Method, ManifestPath(at.Repo, d), nil)
		})(handler)
	}
}

// ResolvedIndex answers with the first image of an index when the client does not
// accept indexes.
func ResolvedIndex(next http.Handler) http.Handler {
	return Handle(GetManifest, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		if accept := strings.Join(req.Header.Values("Accept"), ", "); accept != ImageType || a.Header.Get("Content-Type") != IndexType {
			return a
		}
		for _, e := range Entries(Parsed(a.Body), "manifests") {
			if child := Ask(next, req, http.MethodGet, ManifestPath(PlaceOf(req).Repo, Field(e, "digest")), nil); child.OK() {
				return child
			}
		}
		return a
	})(next)
}

// SHA512Headers gives the SHA-512 digest in Docker-Content-Digest.
func SHA512Headers(w When) Middleware { return digestHeaders(w, digest.SHA512) }

// SHA256Headers gives the SHA-256 digest in Docker-Content-Digest.
func SHA256Headers(w When) Middleware { return digestHeaders(w, digest.SHA256) }

// digestHeaders gives a digest of this algorithm in the Docker-Content-Digest of matching
// answers that have one.
func digestHeaders(w When, algorithm digest.Algorithm) Middleware {
	return Handle(w, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		if a.Header.Get(DigestHeader) == "" {
			return a
		}
		whole := Ask(next, req, http.MethodGet, req.URL.Path, nil)
		a.Header.Set(DigestHeader, algorithm.FromBytes(whole.Body).String())
		return a
	})
}

// SameButSpace gives the manifest that was pushed first of those that differ in white
// space alone.
func SameButSpace(next http.Handler) http.Handler {
	first := new(Memory[[]byte]) // by repository and manifest without white space
	key := func(req *http.Request, data []byte) string { return PlaceOf(req).Repo + " " + string(Compacted(data)) }
	handler := Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
		data := BodyOf(req)
		a := Pass(next, req)
		if _, known := first.Get(key(req, data)); a.OK() && !known {
			first.Put(key(req, data), data)
		}
		return a
	})(next)
	return OnAnswer(GetManifest, OK(func(a *Answer) {
		if data, known := first.Get(key(a.Request, a.Body)); known {
			a.Body = data
		}
	}))(handler)
}

// RefuseAgain answers matching pushes with 409 when the content already exists.
func RefuseAgain(w When, code string) Middleware {
	return Handle(w, func(next http.Handler, req *http.Request) *Answer {
		path := req.URL.Path
		if d := DigestOf(req); d != "" {
			path = BlobPath(PlaceOf(req).Repo, d)
		}
		if !Exists(next, req, path) {
			return Pass(next, req)
		}
		a := &Answer{Request: req, Header: http.Header{}}
		Refuse(http.StatusConflict, code)(a)
		return a
	})
}

// ConfigDigest answers the push of an image with the digest of its config.
func ConfigDigest(next http.Handler) http.Handler {
	return Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
		config := Field(Parsed(BodyOf(req)), "config", "digest")
		a := Pass(next, req)
		if a.OK() && config != "" {
			a.Header.Set(DigestHeader, config)
		}
		return a
	})(next)
}

// ImmutableTags refuses the pushes that would move a tag.
func ImmutableTags(next http.Handler) http.Handler {
	return Handle(PutManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		there := Ask(next, req, http.MethodHead, req.URL.Path, nil)
		if there.OK() && there.Header.Get(DigestHeader) != digest.FromBytes(BodyOf(req)).String() {
			return NewAnswer(req, Refuse(http.StatusConflict, "DENIED"))
		}
		return Pass(next, req)
	})(next)
}

// RefuseDocker refuses Docker's types with 415 and an error that names them.
func RefuseDocker(next http.Handler) http.Handler {
	return Handle(PutManifest.And(OfDockerType), func(_ http.Handler, req *http.Request) *Answer {
		return NewAnswer(req, Status(http.StatusUnsupportedMediaType), Text("application/json",
			fmt.Sprintf(`{"errors":[{"code":"MANIFEST_INVALID","message":"%s is not supported"}]}`, req.Header.Get("Content-Type"))))
	})(next)
}

// OCIType is the OCI type that corresponds to a Docker type.
func OCIType(mediaType string) string {
	if strings.Contains(mediaType, "list") {
		return IndexType
	}
	return ImageType
}

// StrictAccept hides the manifests whose type the client does not accept.
func StrictAccept(next http.Handler) http.Handler {
	return OnAnswer(PullManifest.And(WithHeader("Accept")), OK(If(func(a *Answer) bool {
		return !accepts(a.Request, a.Header.Get("Content-Type"))
	}, Refuse(http.StatusNotFound, "MANIFEST_UNKNOWN"))))(next)
}

// Cacheable gives content an ETag and says how long it can be cached.
func Cacheable(a *Answer) {
	All(Set("ETag", `"`+a.Header.Get(DigestHeader)+`"`), Set("Cache-Control", "max-age=31536000"),
		Set("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT"), Set("Vary", "Accept"))(a)
}
