package behaviour

import (
	"net/http"
	"sync"
)

// UnlockedReferrers keeps the list of a subject as a document: each push reads it,
// is carried out, and writes what it read with the new one. What another push wrote
// meanwhile is lost.
func UnlockedReferrers(next http.Handler) http.Handler {
	var mu sync.Mutex
	lists := map[string]map[string]bool{} // digests by subject
	all := new(Marks)
	handler := Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
		subject := SubjectOf(req)
		mu.Lock()
		read := lists[subject]
		mu.Unlock()
		a := Pass(next, req)
		if subject == "" || !a.OK() {
			return a
		}
		named := a.Header.Get(DigestHeader)
		written := map[string]bool{named: true}
		for d := range read {
			written[d] = true
		}
		all.Add(named)
		mu.Lock()
		lists[subject] = written
		mu.Unlock()
		return a
	})(next)
	return OnAnswer(ListReferrers, func(a *Answer) {
		mu.Lock()
		list := lists[PlaceOf(a.Request).Name]
		mu.Unlock()
		WithoutReferrers(func(e Object) bool { return all.Has(Field(e, "digest")) && !list[Field(e, "digest")] })(a)
	})(handler)
}

// StaleReferrers keeps the list of a subject as it was when it was first asked for.
func StaleReferrers(next http.Handler) http.Handler {
	first := new(Memory[[]byte])
	return OnAnswer(ListReferrers, OK(func(a *Answer) {
		if body, seen := first.Get(a.Request.URL.RequestURI()); seen {
			a.Body = body
			return
		}
		first.Put(a.Request.URL.RequestURI(), a.Body)
	}))(next)
}

// UnlistedWithoutSubject lists nothing as long as the subject is not there.
var UnlistedWithoutSubject = Handle(ListReferrers, func(next http.Handler, req *http.Request) *Answer {
	a, at := Pass(next, req), PlaceOf(req)
	if !Exists(next, req, ManifestPath(at.Repo, at.Name)) {
		ReferrerList(None)(a)
	}
	return a
})

// ChildrenListed lists what an index has in it as its referrers.
var ChildrenListed = Handle(ListUnfiltered, func(next http.Handler, req *http.Request) *Answer {
	a, at := Pass(next, req), PlaceOf(req)
	children := Entries(Parsed(Ask(next, req, http.MethodGet, ManifestPath(at.Repo, at.Name), nil).Body), "manifests")
	ReferrerList(func(list []Object) []Object { return append(list, children...) })(a)
	return a
})
