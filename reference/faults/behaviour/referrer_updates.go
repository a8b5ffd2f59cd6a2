package behaviour

import (
	"net/http"
	"sync"
	"time"
)

// UnlockedReferrers keeps the list of a subject as a document. Each push reads the
// list, stores the manifest, and writes the list with the new entry, which takes as
// long as a disk. Entries that other pushes have written in the meantime are lost.
func UnlockedReferrers(next http.Handler) http.Handler {
	const writes = time.Millisecond
	var mu sync.Mutex
	lists := map[string]map[string]bool{} // digests by subject
	all := new(Marks)
	handler := Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
		subject := SubjectOf(req)
		mu.Lock()
		read := lists[subject]
		mu.Unlock()
		a := Pass(next, req)
		timer := time.NewTimer(writes)
		<-timer.C
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

// StaleReferrers keeps the list of a subject as it was at the first request.
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

// StaleLists keeps each list that the check matches as it was at that request.
func StaleLists(w When, check func(*Answer) bool) Middleware {
	return func(next http.Handler) http.Handler {
		kept := new(Memory[[]byte])
		return OnAnswer(ListReferrers.And(w), OK(func(a *Answer) {
			if body, seen := kept.Get(a.Request.URL.RequestURI()); seen {
				a.Body = body
			} else if check(a) {
				kept.Put(a.Request.URL.RequestURI(), a.Body)
			}
		}))(next)
	}
}

// IsFullList says whether an answer is a list of referrers that is not empty.
func IsFullList(a *Answer) bool { return !IsEmptyList(a) }

// UnlistedWithoutSubject lists no referrers while the subject does not exist.
var UnlistedWithoutSubject = Handle(ListReferrers, func(next http.Handler, req *http.Request) *Answer {
	a, at := Pass(next, req), PlaceOf(req)
	if !Exists(next, req, ManifestPath(at.Repo, at.Name)) {
		ReferrerList(None)(a)
	}
	return a
})

// ChildrenListed lists the manifests in an index as its referrers.
var ChildrenListed = Handle(ListUnfiltered, func(next http.Handler, req *http.Request) *Answer {
	a, at := Pass(next, req), PlaceOf(req)
	children := Entries(Parsed(Ask(next, req, http.MethodGet, ManifestPath(at.Repo, at.Name), nil).Body), "manifests")
	ReferrerList(func(list []Object) []Object { return append(list, children...) })(a)
	return a
})
