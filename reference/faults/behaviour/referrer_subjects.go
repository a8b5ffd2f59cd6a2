package behaviour

import (
	"net/http"
	"slices"
	"sync"
)

// SubjectAgain no longer lists the referrers of a manifest that is pushed again.
func SubjectAgain(next http.Handler) http.Handler {
	forgotten := new(Marks)
	return hidden(forgotten)(Handle(PutManifest.And(ByDigest), func(next http.Handler, req *http.Request) *Answer {
		at := PlaceOf(req)
		for _, e := range listOf(next, req, at.Repo, at.Name) {
			if Exists(next, req, req.URL.Path) {
				forgotten.Add(Field(e, "digest"))
			}
		}
		return Pass(next, req)
	})(next))
}

// NestedUnlisted lists no referrers of a manifest that has a subject itself.
func NestedUnlisted(next http.Handler) http.Handler {
	referrers := new(Marks)
	handler := OnSubject(func(_ http.Handler, _ *http.Request, a *Answer, _ string) { referrers.Add(a.Header.Get(DigestHeader)) })(next)
	return OnAnswer(ListReferrers, func(a *Answer) {
		if referrers.Has(PlaceOf(a.Request).Name) {
			ReferrerList(None)(a)
		}
	})(handler)
}

// NestedListed also lists the referrers of the referrers.
func NestedListed(next http.Handler) http.Handler {
	return Handle(ListUnfiltered, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		ReferrerList(func(list []Object) []Object {
			for _, e := range slices.Clone(list) {
				list = append(list, listOf(next, req, PlaceOf(req).Repo, Field(e, "digest"))...)
			}
			return list
		})(a)
		return a
	})(next)
}

// ParentListed lists an index as a referrer of each manifest in it.
func ParentListed(next http.Handler) http.Handler {
	var mu sync.Mutex
	parents := map[string][]Object{} // by digest of the child
	handler := Handle(PutIndex, func(next http.Handler, req *http.Request) *Answer {
		data := BodyOf(req)
		a, d := Pass(next, req), Parsed(data)
		mu.Lock()
		defer mu.Unlock()
		for _, child := range Entries(d, "manifests") {
			name := Field(child, "digest")
			parents[name] = append(parents[name], Object{
				"mediaType": IndexType, "digest": a.Header.Get(DigestHeader), "size": len(data), "artifactType": Field(d, "artifactType"),
			})
		}
		return a
	})(next)
	return OnAnswer(ListUnfiltered, func(a *Answer) {
		mu.Lock()
		defer mu.Unlock()
		ReferrerList(func(list []Object) []Object { return append(list, parents[PlaceOf(a.Request).Name]...) })(a)
	})(handler)
}
