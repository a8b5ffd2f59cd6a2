package behaviour

import (
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"
)

// LatestFollows moves the tag latest, if there is one, to each manifest that a matching
// request pushes.
func LatestFollows(w When) Middleware {
	return Handle(PutManifest.And(w), func(next http.Handler, req *http.Request) *Answer {
		data := BodyOf(req)
		a := Pass(next, req)
		if a.OK() && Exists(next, req, ManifestPath(PlaceOf(req).Repo, "latest")) {
			pushAt(next, req, "latest", data)
		}
		return a
	})
}

// NewestType gives every manifest of a repository the type of the manifest that was
// pushed last.
func NewestType(next http.Handler) http.Handler {
	types := new(Memory[string]) // by repository
	handler := OnAnswer(PutManifest, OK(func(a *Answer) {
		types.Put(PlaceOf(a.Request).Repo, a.Request.Header.Get("Content-Type"))
	}))(next)
	return OnAnswer(PullManifest, OK(func(a *Answer) {
		if newest, known := types.Get(PlaceOf(a.Request).Repo); known {
			a.Header.Set("Content-Type", newest)
		}
	}))(handler)
}

// RefusedPushMoves gives the manifest of a refused push by the tag under which it was
// pushed.
func RefusedPushMoves(next http.Handler) http.Handler {
	moved := new(Memory[Answer])
	handler := Handle(PutManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		data, there := BodyOf(req), Exists(next, req, req.URL.Path)
		a := Pass(next, req)
		switch {
		case a.OK():
			moved.Drop(req.URL.Path)
		case there:
			moved.Put(req.URL.Path, *NewAnswer(req, Text(req.Header.Get("Content-Type"), string(data)), Set(DigestHeader, digest.FromBytes(data).String())))
		}
		return a
	})(next)
	return Handle(PullManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		if wrong, found := moved.Get(req.URL.Path); found && a.OK() {
			return &wrong
		}
		return a
	})(handler)
}

// RefusedPushUntags answers pulls of a tag with 404 after a push to it was refused, until
// a push is accepted.
func RefusedPushUntags(next http.Handler) http.Handler {
	gone := new(Memory[bool])
	handler := Handle(PutManifest.And(ByTag), func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		if a.OK() {
			gone.Drop(req.URL.Path)
		} else {
			gone.Put(req.URL.Path, true)
		}
		return a
	})(next)
	isGone := func(req *http.Request) bool { _, found := gone.Get(req.URL.Path); return found }
	return OnAnswer(PullManifest.And(isGone), OK(Refuse(http.StatusNotFound, "MANIFEST_UNKNOWN")))(handler)
}

// DeletedTagsReturn pushes the tags that a matching delete removed again when their
// manifest is pushed by digest.
func DeletedTagsReturn(w When) Middleware {
	return func(next http.Handler) http.Handler {
		deleted := new(Memory[[]string]) // tags by the path of the manifest
		handler := Handle(w, func(next http.Handler, req *http.Request) *Answer {
			at := PlaceOf(req)
			named, tags := at.Name, []string{at.Name}
			if ByDigest(req) {
				tags = tagsOf(next, req)
			} else {
				named = Ask(next, req, http.MethodHead, req.URL.Path, nil).Header.Get(DigestHeader)
			}
			a := Pass(next, req)
			if a.OK() {
				deleted.Put(ManifestPath(at.Repo, named), tags)
			}
			return a
		})(next)
		return Handle(PutManifest.And(ByValidDigest), func(next http.Handler, req *http.Request) *Answer {
			data := BodyOf(req)
			a := Pass(next, req)
			tags, _ := deleted.Get(ManifestPath(PlaceOf(req).Repo, digest.FromBytes(data).String()))
			for _, tag := range tags {
				pushAt(next, req, tag, data)
			}
			return a
		})(handler)
	}
}

// FromAbove asks the repository above when a nested repository does not have the
// requested content.
func FromAbove(w When) Middleware {
	return Handle(w, func(next http.Handler, req *http.Request) *Answer {
		a, repo := Pass(next, req), PlaceOf(req).Repo
		if i := strings.LastIndex(repo, "/"); a.Status == http.StatusNotFound && i > 0 {
			return Pass(next, Edited(req, SetPath(inOther(req.URL.Path, repo, repo[:i]))))
		}
		return a
	})
}
