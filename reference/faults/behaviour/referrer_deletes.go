package behaviour

import (
	"net/http"
	"slices"
	"sync"
)

// SubjectGone no longer lists the referrers of a deleted manifest.
func SubjectGone(next http.Handler) http.Handler {
	forgotten := new(Marks)
	handler := Handle(DeleteManifest, func(next http.Handler, req *http.Request) *Answer {
		at := PlaceOf(req)
		list := listOf(next, req, at.Repo, at.Name)
		a := Pass(next, req)
		if a.OK() {
			for _, e := range list {
				forgotten.Add(Field(e, "digest"))
			}
		}
		return a
	})(next)
	return hidden(forgotten)(handler)
}

// ReferrerChanges are the differences between the lists of referrers and the right
// lists, by the path of the list.
type ReferrerChanges struct {
	With    map[string][]Object // listed too much
	Without map[string][]Object // not listed
	Last    []Object            // the list before the last delete
}

// Stays keeps the deleted referrer in the list.
func Stays(l *ReferrerChanges, subject string, gone Object) {
	l.With[subject] = append(l.With[subject], gone)
}

// Leaves never lists the deleted referrer again.
func Leaves(l *ReferrerChanges, subject string, gone Object) {
	l.Without[subject] = append(l.Without[subject], gone)
}

// AllLeave empties the list when one of its entries is deleted.
func AllLeave(l *ReferrerChanges, subject string, _ Object) {
	l.Without[subject] = append(l.Without[subject], l.Last...)
}

// IndexStays keeps the deleted referrer in the list if it is an index.
func IndexStays(l *ReferrerChanges, subject string, gone Object) {
	if IndexEntry(gone) {
		Stays(l, subject, gone)
	}
}

// OnReferrerDelete changes the lists after each matching delete of a referrer.
func OnReferrerDelete(w When, after func(l *ReferrerChanges, subject string, gone Object)) Middleware {
	return func(next http.Handler) http.Handler {
		var mu sync.Mutex
		l := &ReferrerChanges{With: map[string][]Object{}, Without: map[string][]Object{}}
		handler := Handle(w, func(next http.Handler, req *http.Request) *Answer {
			var gone Object
			pull := Ask(next, req, http.MethodGet, req.URL.Path, nil)
			subject := Field(Parsed(pull.Body), "subject", "digest")
			list := listOf(next, req, PlaceOf(req).Repo, subject)
			for _, e := range list {
				if Field(e, "digest") == pull.Header.Get(DigestHeader) {
					gone = e
				}
			}
			a := Pass(next, req)
			if a.OK() && gone != nil {
				mu.Lock()
				defer mu.Unlock()
				l.Last = list
				after(l, ReferrersPath(PlaceOf(req).Repo, subject), gone)
			}
			return a
		})(next)
		return OnAnswer(ListReferrers, func(a *Answer) {
			mu.Lock()
			defer mu.Unlock()
			subject, wanted := a.Request.URL.Path, a.Request.URL.Query().Get("artifactType")
			ReferrerList(func(list []Object) []Object {
				for _, e := range l.With[subject] {
					if wanted == "" || wanted == Field(e, "artifactType") {
						list = append(list, e)
					}
				}
				return slices.DeleteFunc(list, func(e Object) bool {
					return slices.ContainsFunc(l.Without[subject], func(o Object) bool { return Field(o, "digest") == Field(e, "digest") })
				})
			})(a)
		})(handler)
	}
}
