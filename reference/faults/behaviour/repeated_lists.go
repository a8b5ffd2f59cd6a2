package behaviour

import (
	"net/http"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
)

// CachedLists answers each matching request for a list as the first one.
func CachedLists(w When) Middleware {
	return func(next http.Handler) http.Handler {
		cached := new(Memory[Answer])
		return Handle(w, func(next http.Handler, req *http.Request) *Answer {
			if old, found := cached.Get(OwnURL(req)); found {
				old.Header = old.Header.Clone()
				return &old
			}
			a := Pass(next, req)
			if a.OK() {
				copied := *a
				copied.Header = a.Header.Clone()
				cached.Put(OwnURL(req), copied)
			}
			return a
		})(next)
	}
}

// ETags gives content an ETag, and answers 304 to clients that have the same content.
func ETags(a *Answer) {
	tag := `"` + digest.FromBytes(a.Body).String() + `"`
	a.Header.Set("ETag", tag)
	if strings.Contains(a.Request.Header.Get("If-None-Match"), tag) {
		a.Status, a.Body = http.StatusNotModified, nil
	}
}

// UnknownLast edits requests for the tags after one that does not exist.
func UnknownLast(edits ...Edit) Middleware {
	return Handle(ListTagsAfterLast, func(next http.Handler, req *http.Request) *Answer {
		if !lastExists(next, req) {
			return Pass(next, Edited(req, edits...))
		}
		return Pass(next, req)
	})
}

// RefusesUnknownLast refuses requests for the tags after one that does not exist.
func RefusesUnknownLast(next http.Handler) http.Handler {
	return Handle(ListTagsAfterLast, func(next http.Handler, req *http.Request) *Answer {
		if !lastExists(next, req) {
			return NewAnswer(req, Refuse(http.StatusNotFound, "UNSUPPORTED"))
		}
		return Pass(next, req)
	})(next)
}

func lastExists(next http.Handler, req *http.Request) bool {
	return slices.Contains(tagsIn(next, req, PlaceOf(req).Repo), req.URL.Query().Get("last"))
}
