package behaviour

import (
	"bytes"
	"net/http"
	"slices"
)

// ReferrerList edits a list of referrers.
func ReferrerList(edit func([]Object) []Object) Change {
	return OK(EditJSON(func(d Object) {
		list := edit(Entries(d, "manifests"))
		if list == nil {
			list = []Object{}
		}
		d["manifests"] = list
	}))
}

// listOf requests the entries of a list of referrers.
func listOf(next http.Handler, req *http.Request, repo, subject string) []Object {
	return Entries(Parsed(Ask(next, req, http.MethodGet, ReferrersPath(repo, subject), nil).Body), "manifests")
}

// hidden removes digests from lists of referrers.
func hidden(digests *Marks) Middleware {
	return OnAnswer(ListReferrers, WithoutReferrers(func(e Object) bool { return digests.Has(Field(e, "digest")) }))
}

// WithoutReferrers removes the entries that the check matches from a list of referrers.
func WithoutReferrers(check func(Object) bool) Change {
	return ReferrerList(func(list []Object) []Object { return slices.DeleteFunc(list, check) })
}

// IsEmptyList says whether an answer is an empty list of referrers.
func IsEmptyList(a *Answer) bool { return bytes.Contains(a.Body, []byte(`"manifests":[]`)) }

// WhenEmpty makes the changes when the answer is an empty list of referrers.
func WhenEmpty(changes ...Change) Change { return If(IsEmptyList, changes...) }

// Changes of a list of referrers as a whole.
var (
	NoSchemaVersion = OK(EditJSON(Drop("schemaVersion")))
	NoManifests     = OK(EditJSON(Drop("manifests")))
	NullManifests   = OK(EditJSON(SetField("manifests", nil)))
)

// ExampleEntry adds an entry to an empty list. No such referrer exists.
func ExampleEntry(list []Object) []Object {
	if len(list) == 0 {
		list = append(list, Object{"mediaType": ImageType, "digest": ZeroDigest, "size": 0})
	}
	return list
}

// ListsItself adds the subject to a list of its own referrers, unless the list is
// empty.
func ListsItself(a *Answer) {
	ReferrerList(func(list []Object) []Object {
		if len(list) == 0 {
			return list
		}
		return append(list, Object{"mediaType": ImageType, "digest": PlaceOf(a.Request).Name, "size": 1})
	})(a)
}

// OnUnknownSubject answers requests for the referrers of a subject that does not exist.
func OnUnknownSubject(changes ...Change) Middleware {
	return Handle(ListReferrers, func(next http.Handler, req *http.Request) *Answer {
		at := PlaceOf(req)
		if Exists(next, req, ManifestPath(at.Repo, at.Name)) {
			return Pass(next, req)
		}
		return NewAnswer(req, changes...)
	})
}
