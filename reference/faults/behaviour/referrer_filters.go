package behaviour

import (
	"net/http"
	"slices"
	"strings"
)

// Refilter keeps the entries of a list that check matches. check is given the entry,
// its manifest and the requested type.
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

// WholeWhenNoneLeft sends the whole list when the filtered list is empty.
func WholeWhenNoneLeft(next http.Handler) http.Handler {
	return Handle(ListFiltered, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		if IsEmptyList(a) {
			a.Body = Ask(next, req, http.MethodGet, req.URL.Path, nil).Body
		}
		return a
	})(next)
}

// FilterDrops removes entries that the check matches from filtered lists of referrers.
func FilterDrops(check func(Object) bool) Middleware {
	return OnAnswer(ListFiltered, WithoutReferrers(check))
}

// WithoutWanted removes the referrers of the requested type from a list.
func WithoutWanted(a *Answer) {
	WithoutReferrers(FieldIs(OwnParameter("artifactType")(a.Request), "artifactType"))(a)
}

// TypeBegins keeps the entries whose type begins like the requested type.
func TypeBegins(e, _ Object, wanted string) bool {
	return strings.HasPrefix(Field(e, "artifactType"), wanted)
}

// EitherType keeps the entries of the requested type, and the images with a config of
// this type.
func EitherType(e, m Object, wanted string) bool {
	return Field(e, "artifactType") == wanted || Field(m, "config", "mediaType") == wanted
}

// ConfigTypeOfImages keeps the indexes of the requested type, and the images with a
// config of this type.
func ConfigTypeOfImages(e, m Object, wanted string) bool {
	return IndexEntry(e) && Field(e, "artifactType") == wanted || Field(m, "config", "mediaType") == wanted
}
