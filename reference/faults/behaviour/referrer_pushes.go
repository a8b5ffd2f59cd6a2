package behaviour

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// OnSubject calls a function after each successful push of a manifest with a subject.
func OnSubject(after func(next http.Handler, req *http.Request, a *Answer, subject string)) Middleware {
	return Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
		subject := SubjectOf(req)
		a := Pass(next, req)
		if subject != "" && a.OK() {
			after(next, req, a, subject)
		}
		return a
	})
}

// EveryReferrer lists every manifest with any subject, if it has the requested type.
func EveryReferrer(w When) Middleware {
	return func(next http.Handler) http.Handler {
		subjects := new(Marks)
		handler := OnSubject(func(_ http.Handler, req *http.Request, _ *Answer, subject string) {
			subjects.Add(PlaceOf(req).Repo + " " + subject)
		})(next)
		return Handle(ListReferrers.And(w), func(next http.Handler, req *http.Request) *Answer {
			a, at, wanted := Pass(next, req), PlaceOf(req), req.URL.Query().Get("artifactType")
			for _, word := range subjects.List() {
				repo, subject, _ := strings.Cut(word, " ")
				if repo != at.Repo || subject == at.Name {
					continue
				}
				more := slices.DeleteFunc(listOf(next, req, repo, subject), func(e Object) bool {
					return wanted != "" && Field(e, "artifactType") != wanted
				})
				ReferrerList(func(list []Object) []Object { return append(list, more...) })(a)
			}
			return a
		})(handler)
	}
}

// LostReferrers keeps a list as a document. Each push reads it, changes it and writes
// it. So of several pushes at the same time, only one referrer stays in the list. Each
// write waits until another push comes, but not for ever.
func LostReferrers(next http.Handler) http.Handler {
	var mu sync.Mutex
	writing := map[string]chan struct{}{} // by subject
	lost := new(Marks)
	handler := Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
		subject := SubjectOf(req)
		if subject == "" {
			return Pass(next, req)
		}
		mu.Lock()
		other := writing[subject]
		if other == nil {
			writing[subject] = make(chan struct{}, 1)
		}
		came := writing[subject]
		mu.Unlock()
		if other != nil {
			select {
			case other <- struct{}{}:
			default:
			}
			a := Pass(next, req)
			if a.OK() {
				lost.Add(a.Header.Get(DigestHeader))
			}
			return a
		}
		timer := time.NewTimer(20 * time.Millisecond)
		defer timer.Stop()
		select {
		case <-came:
		case <-timer.C:
		}
		a := Pass(next, req)
		mu.Lock()
		delete(writing, subject)
		mu.Unlock()
		return a
	})(next)
	return hidden(lost)(handler)
}

// LateReferrers lists a referrer of a subject only after the next one is pushed.
func LateReferrers(next http.Handler) http.Handler {
	newest := new(Memory[string]) // digests by subject
	handler := OnSubject(func(_ http.Handler, _ *http.Request, a *Answer, subject string) {
		newest.Put(subject, a.Header.Get(DigestHeader))
	})(next)
	return OnAnswer(ListReferrers, func(a *Answer) {
		last, _ := newest.Get(PlaceOf(a.Request).Name)
		WithoutReferrers(func(e Object) bool { return Field(e, "digest") == last })(a)
	})(handler)
}

// TaggedTwice lists a referrer with a tag twice: by its digest and by its tag.
func TaggedTwice(next http.Handler) http.Handler {
	tagged := new(Marks)
	handler := OnSubject(func(_ http.Handler, req *http.Request, a *Answer, _ string) {
		if ByTag(req) {
			tagged.Add(a.Header.Get(DigestHeader))
		}
	})(next)
	return OnAnswer(ListReferrers, ReferrerList(func(list []Object) []Object {
		for _, e := range slices.Clone(list) {
			if tagged.Has(Field(e, "digest")) {
				list = append(list, e)
			}
		}
		return list
	}))(handler)
}

// ServerTags writes the fallback tag of the specification, as clients would.
func ServerTags(next http.Handler) http.Handler {
	return OnSubject(func(next http.Handler, req *http.Request, _ *Answer, subject string) {
		repo := PlaceOf(req).Repo
		list := Ask(next, req, http.MethodGet, ReferrersPath(repo, subject), nil)
		Ask(next, req, http.MethodPut, ManifestPath(repo, strings.Replace(subject, ":", "-", 1)), list.Body, "Content-Type", IndexType)
	})(next)
}

// Unlisted does not list the referrers that matching requests have pushed.
func Unlisted(w When) Middleware {
	return func(next http.Handler) http.Handler {
		pushed := new(Marks)
		return hidden(pushed)(OnAnswer(PutManifest.And(w), func(a *Answer) { pushed.Add(a.Header.Get(DigestHeader)) })(next))
	}
}

// EarlyUnlisted does not list a referrer that a matching request has pushed before its
// subject.
func EarlyUnlisted(w When) Middleware {
	return func(next http.Handler) http.Handler {
		early := new(Marks)
		return hidden(early)(Handle(PutManifest.And(w), func(next http.Handler, req *http.Request) *Answer {
			missing := SubjectMissing(next, req)
			a := Pass(next, req)
			if missing {
				early.Add(a.Header.Get(DigestHeader))
			}
			return a
		})(next))
	}
}

// ListedAgain lists an index once for each push.
func ListedAgain(next http.Handler) http.Handler {
	once, twice := new(Marks), new(Marks)
	handler := OnSubject(func(_ http.Handler, _ *http.Request, a *Answer, _ string) {
		if d := a.Header.Get(DigestHeader); !once.Add(d) {
			twice.Add(d)
		}
	})(next)
	return OnAnswer(ListReferrers, ReferrerList(func(list []Object) []Object {
		for _, e := range slices.Clone(list) {
			if IndexEntry(e) && twice.Has(Field(e, "digest")) {
				list = append(list, e)
			}
		}
		return list
	}))(handler)
}

// NoSubjectHeader removes OCI-Subject from the answers to pushes that the check
// matches. The check is called before the push.
func NoSubjectHeader(check func(next http.Handler, req *http.Request) bool) Middleware {
	return Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
		taken := check(next, req)
		a := Pass(next, req)
		if taken {
			a.Header.Del("OCI-Subject")
		}
		return a
	})
}

// PushedAgain matches the pushes by digest of manifests that already exist.
func PushedAgain(next http.Handler, req *http.Request) bool {
	return ByDigest(req) && Exists(next, req, req.URL.Path)
}

// SubjectMissing matches the pushes of manifests whose subject does not exist.
func SubjectMissing(next http.Handler, req *http.Request) bool {
	return !Exists(next, req, ManifestPath(PlaceOf(req).Repo, SubjectOf(req)))
}

// OwnSubject sets OCI-Subject to the digest of the pushed manifest itself.
func OwnSubject(a *Answer) {
	SetFrom("OCI-Subject", func(string) string { return a.Header.Get(DigestHeader) })(a)
}
