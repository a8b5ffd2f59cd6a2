package behaviour

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// OnSubject does something after each push of a manifest with a subject that
// was answered with success.
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

// EveryReferrer lists whatever has a subject, and the type that is asked for.
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

// LostReferrers keeps a list as a document that pushes read, change and write:
// of those that are under way together, one gets in. To write takes its time:
// until another push comes, or none does.
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

// LateReferrers lists each referrer of a subject when the next one was pushed.
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

// TaggedTwice lists a referrer for its digest and for its tag.
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

// ServerTags keeps the fallback tag of the specification as clients would.
func ServerTags(next http.Handler) http.Handler {
	return OnSubject(func(next http.Handler, req *http.Request, _ *Answer, subject string) {
		repo := PlaceOf(req).Repo
		list := Ask(next, req, http.MethodGet, ReferrersPath(repo, subject), nil)
		Ask(next, req, http.MethodPut, ManifestPath(repo, strings.Replace(subject, ":", "-", 1)), list.Body, "Content-Type", IndexType)
	})(next)
}

// Unlisted lists nothing that came by one of the requests that match.
func Unlisted(w When) Middleware {
	return func(next http.Handler) http.Handler {
		pushed := new(Marks)
		return hidden(pushed)(OnAnswer(PutManifest.And(w), func(a *Answer) { pushed.Add(a.Header.Get(DigestHeader)) })(next))
	}
}

// EarlyUnlisted lists a referrer only if its subject was there before it, for
// the pushes that match.
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

// ListedAgain lists an index for each time that it was pushed.
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

// NoSubjectHeader takes OCI-Subject from the answers to the pushes that the
// check matches before they are carried out.
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

// PushedAgain matches the pushes by digest of manifests that are there already.
func PushedAgain(next http.Handler, req *http.Request) bool {
	return ByDigest(req) && Exists(next, req, req.URL.Path)
}

// SubjectMissing matches the pushes of manifests whose subject is not there.
func SubjectMissing(next http.Handler, req *http.Request) bool {
	return !Exists(next, req, ManifestPath(PlaceOf(req).Repo, SubjectOf(req)))
}

// OwnSubject names the manifest itself in OCI-Subject.
func OwnSubject(a *Answer) {
	SetFrom("OCI-Subject", func(string) string { return a.Header.Get(DigestHeader) })(a)
}
