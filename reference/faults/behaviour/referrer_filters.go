package behaviour

import (
	"net/http"
	"slices"
	"strings"
)

// Refilter keeps of a list those that check matches: it is given the entry, the
// manifest and the type that is asked for.
func Refilter(check func(e, m Object, wanted string) bool) Middleware {
	return Handle(ListFiltered, func(next http.Handler, req *http.Request) *Answer {
		at, wanted := PlaceOf(req), req.URL.Query().Get("artifactType")
		a := Ask(next, req, http.MethodGet, req.URL.Path, nil)
		a.Header.Set("OCI-Filters-Applied", "artifactType")
		ReferrerList(func(list []Object) []Object {
			return slices.DeleteFunc(list, func(e Object) bool {
				m := Parsed(Ask(next, req, http.MethodGet, ManifestPath(at.Repo, Field(e, "digest")), nil).Body)
				return !check(e, m, wanted)
			})
		})(a)
		return a
	})
}

// WholeWhenNoneLeft gives the whole list where the filter leaves nothing.
func WholeWhenNoneLeft(next http.Handler) http.Handler {
	return Handle(ListFiltered, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		if IsEmptyList(a) {
			a.Body = Ask(next, req, http.MethodGet, req.URL.Path, nil).Body
		}
		return a
	})(next)
}

// FilterDrops removes those from filtered lists of referrers that the check
// matches.
func FilterDrops(check func(Object) bool) Middleware {
	return OnAnswer(ListFiltered, WithoutReferrers(check))
}

// WithoutWanted removes the referrers from a list that have the type that the
// request asks for.
func WithoutWanted(a *Answer) {
	WithoutReferrers(FieldIs(OwnParameter("artifactType")(a.Request), "artifactType"))(a)
}

// TypeBegins keeps the types that begin like the wanted one.
func TypeBegins(e, _ Object, wanted string) bool {
	return strings.HasPrefix(Field(e, "artifactType"), wanted)
}

// EitherType keeps what has the wanted type, or a config of it.
func EitherType(e, m Object, wanted string) bool {
	return Field(e, "artifactType") == wanted || Field(m, "config", "mediaType") == wanted
}

// ConfigTypeOfImages keeps the indexes of the wanted type, and the images with
// a config of it.
func ConfigTypeOfImages(e, m Object, wanted string) bool {
	return IndexEntry(e) && Field(e, "artifactType") == wanted || Field(m, "config", "mediaType") == wanted
}
