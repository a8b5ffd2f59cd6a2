package faults

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// eachReferrer edits the descriptors of a list of referrers.
func eachReferrer(edit func(map[string]any)) change {
	return ok(doc(func(d map[string]any) {
		for _, e := range entries(d, "manifests") {
			edit(e)
		}
	}))
}

// referrerList edits a list of referrers.
func referrerList(edit func([]map[string]any) []map[string]any) change {
	return ok(doc(func(d map[string]any) {
		list := edit(entries(d, "manifests"))
		if list == nil {
			list = []map[string]any{}
		}
		d["manifests"] = list
	}))
}

func spelledDigest(req *http.Request) {
	at := placeOf(req)
	req.URL.Path = strings.TrimSuffix(req.URL.Path, at.name) + strings.Replace(at.name, "-", ":", 1)
}

// subjectOf is the subject of the manifest that a request pushes.
func subjectOf(req *http.Request) string {
	var d map[string]any
	_ = json.Unmarshal(read(req), &d) // what is no manifest has no subject
	return field(d, "subject", "digest")
}

// onSubject does something after each push of a manifest with a subject; a is
// the answer, without the form of the request.
func onSubject(after func(next http.Handler, req *http.Request, a *answer, subject string)) Middleware {
	return handle(putManifest, func(next http.Handler, req *http.Request) *answer {
		subject := subjectOf(req)
		a := pass(next, req)
		if subject != "" && a.ok() {
			after(next, req, a, subject)
		}
		return a
	})
}

// everyReferrer lists whatever has a subject, and the type that is asked for.
func everyReferrer(w when) Middleware {
	return func(next http.Handler) http.Handler {
		subjects := newMarks()
		handler := onSubject(func(_ http.Handler, req *http.Request, _ *answer, subject string) {
			subjects.add(placeOf(req).repo + " " + subject)
		})(next)
		return handle(listReferrers.and(w), func(next http.Handler, req *http.Request) *answer {
			a, at, wanted := pass(next, req), placeOf(req), req.URL.Query().Get("artifactType")
			for _, word := range subjects.list() {
				repo, subject, _ := strings.Cut(word, " ")
				if repo != at.repo || subject == at.name {
					continue
				}
				more := slices.DeleteFunc(listOf(next, req, repo, subject), func(e map[string]any) bool {
					return wanted != "" && field(e, "artifactType") != wanted
				})
				referrerList(func(list []map[string]any) []map[string]any { return append(list, more...) })(a)
			}
			return a
		})(handler)
	}
}

// hidden takes digests out of lists of referrers.
func hidden(digests *marks) Middleware {
	return onAnswer(listReferrers, referrerList(func(list []map[string]any) []map[string]any {
		return slices.DeleteFunc(list, func(e map[string]any) bool { return digests.has(field(e, "digest")) })
	}))
}

// lostReferrers keeps a list as a document that pushes read, change and write:
// of those that are under way together, one gets in. To write takes its time:
// until another push comes, or none does.
func lostReferrers(next http.Handler) http.Handler {
	var mu sync.Mutex
	writing := map[string]chan struct{}{} // by subject
	lost := newMarks()
	handler := handle(putManifest, func(next http.Handler, req *http.Request) *answer {
		subject := subjectOf(req)
		if subject == "" {
			return pass(next, req)
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
			a := pass(next, req)
			if a.ok() {
				lost.add(a.header.Get(digestHeader))
			}
			return a
		}
		timer := time.NewTimer(20 * time.Millisecond)
		defer timer.Stop()
		select {
		case <-came:
		case <-timer.C:
		}
		a := pass(next, req)
		mu.Lock()
		delete(writing, subject)
		mu.Unlock()
		return a
	})(next)
	return hidden(lost)(handler)
}

// lateReferrers lists each referrer of a subject when the next one was pushed.
func lateReferrers(next http.Handler) http.Handler {
	var mu sync.Mutex
	newest := map[string]string{} // digests by subject
	handler := onSubject(func(_ http.Handler, _ *http.Request, a *answer, subject string) {
		mu.Lock()
		defer mu.Unlock()
		newest[subject] = a.header.Get(digestHeader)
	})(next)
	return onAnswer(listReferrers, func(a *answer) {
		mu.Lock()
		defer mu.Unlock()
		referrerList(func(list []map[string]any) []map[string]any {
			return slices.DeleteFunc(list, func(e map[string]any) bool { return field(e, "digest") == newest[placeOf(a.req).name] })
		})(a)
	})(handler)
}

// taggedTwice lists a referrer for its digest and for its tag.
func taggedTwice(next http.Handler) http.Handler {
	tagged := newMarks()
	handler := onSubject(func(_ http.Handler, req *http.Request, a *answer, _ string) {
		if byTag(req) {
			tagged.add(a.header.Get(digestHeader))
		}
	})(next)
	return onAnswer(listReferrers, referrerList(func(list []map[string]any) []map[string]any {
		for _, e := range slices.Clone(list) {
			if tagged.has(field(e, "digest")) {
				list = append(list, e)
			}
		}
		return list
	}))(handler)
}

// serverTags keeps the fallback tag of the specification as clients would.
func serverTags(next http.Handler) http.Handler {
	return onSubject(func(next http.Handler, req *http.Request, _ *answer, subject string) {
		repo := placeOf(req).repo
		list := ask(next, req, http.MethodGet, "/v2/"+repo+"/referrers/"+subject, nil)
		ask(next, req, http.MethodPut, "/v2/"+repo+"/manifests/"+strings.Replace(subject, ":", "-", 1), list.body, "Content-Type", indexType)
	})(next)
}

// subjectGone forgets the referrers of what is deleted.
func subjectGone(next http.Handler) http.Handler {
	forgotten := newMarks()
	handler := handle(deleteManifest, func(next http.Handler, req *http.Request) *answer {
		at := placeOf(req)
		var list map[string]any
		_ = json.Unmarshal(ask(next, req, http.MethodGet, "/v2/"+at.repo+"/referrers/"+at.name, nil).body, &list)
		a := pass(next, req)
		if a.ok() {
			for _, e := range entries(list, "manifests") {
				forgotten.add(field(e, "digest"))
			}
		}
		return a
	})(next)
	return hidden(forgotten)(handler)
}
