package faults

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"

	require "assay/conformance/requirements"
)

// changeFaults are about how referrers get into lists and out of them.
func changeFaults() []Fault {
	withSubject := func(d map[string]any) bool { return field(d, "subject", "digest") != "" }
	index := document(func(d map[string]any) bool { return isIndex(d) && withSubject(d) })
	there := func(next http.Handler, req *http.Request, name string) bool {
		return ask(next, req, http.MethodHead, "/v2/"+placeOf(req).repo+"/manifests/"+name, nil).ok()
	}
	// silent takes OCI-Subject from the pushes for which check holds before.
	silent := func(check func(next http.Handler, req *http.Request) bool) Middleware {
		return handle(putManifest, func(next http.Handler, req *http.Request) *answer {
			is := check(next, req)
			a := pass(next, req)
			if is {
				a.header.Del("OCI-Subject")
			}
			return a
		})
	}
	noSubject := onAnswer(getManifest, ok(doc(func(d map[string]any) {
		if isIndex(d) {
			delete(d, "subject")
		}
	})))
	return []Fault{
		fault("index-subject-refused", "an index with a subject is refused", instead(index, invalid()), require.PushSubjectArtifact),
		fault("index-subject-refused-1.1", "an index with a subject and no artifactType is refused",
			instead(index.and(document(func(d map[string]any) bool { return field(d, "artifactType") == "" })), invalid()), require.PushSubjectArtifact).in(require.V1_1),
		fault("index-subject-refused-1.0", "an index with a subject is refused", instead(index, invalid()), require.PushSubjectOldRegistry).in(require.V1_0),
		fault("index-subject-lost", "the subject of an index is lost", noSubject, require.PushSubjectArtifact),

		fault("subject-no-header-index", "the push of an index with a subject has no OCI-Subject",
			onAnswer(index, del("OCI-Subject")), require.ReferencesSubjectHeader),
		fault("subject-no-header-tag", "the push of a manifest with a subject by tag has no OCI-Subject",
			onAnswer(putManifest.and(byTag), del("OCI-Subject")), require.ReferencesSubjectHeader),
		fault("subject-no-header-again", "the push of a manifest that is there already has no OCI-Subject",
			silent(func(next http.Handler, req *http.Request) bool {
				return byDigest(req) && there(next, req, placeOf(req).name)
			}), require.ReferencesSubjectHeader),
		fault("subject-no-header-missing", "the push of a manifest whose subject is not there has no OCI-Subject",
			silent(func(next http.Handler, req *http.Request) bool { return !there(next, req, subjectOf(req)) }), require.ReferencesSubjectHeader),

		fault("referrers-no-tagged", "a referrer with a tag is not listed", unlisted(byTag), require.ReferencesListComplete),
		fault("referrers-no-tagged-index", "a referrer with a tag that is an index is not listed", unlisted(index.and(byTag)), require.ReferencesListComplete).in(require.V1_1),
		fault("referrers-twice-index", "an index is listed again for each push", listedAgain, require.ReferencesListDuplicates),
		fault("referrers-subject-first-index", "an index is not listed that was pushed before its subject",
			earlyUnlisted(index), require.ReferencesListNewlyPushed),
		fault("referrers-subject-again", "referrers are not listed any more when their subject is pushed again", subjectAgain, require.ReferencesListComplete),
		fault("referrers-of-index", "the referrers of an index are not listed",
			unlisted(document(func(d map[string]any) bool { return field(d, "subject", "mediaType") == indexType })), require.ReferencesListComplete),
		fault("referrers-of-referrer", "the referrers of a referrer are not listed", nestedUnlisted, require.ReferencesListComplete),
		fault("referrers-nested", "the referrers of a referrer are listed with it", nestedListed, require.ReferencesListOnly),
		fault("referrers-parent", "an index is listed for what is in it", parentListed, require.ReferencesListOnly),

		fault("referrers-deleted-listed", "a referrer that was deleted stays in the list", onDelete(deleteManifest, stays), require.ReferencesListOnly),
		fault("referrers-deleted-listed-index", "an index that was deleted stays in the list", onDelete(deleteManifest, func(l *lists, subject string, gone map[string]any) {
			if field(gone, "mediaType") == indexType {
				stays(l, subject, gone)
			}
		}), require.ReferencesListOnly).in(require.V1_1),
		fault("referrers-deleted-all", "no referrers are listed after one was deleted", onDelete(deleteManifest, func(l *lists, subject string, _ map[string]any) {
			l.without[subject] = append(l.without[subject], l.last...)
		}), require.ReferencesListComplete),
		fault("referrers-deleted-for-good", "a referrer that was deleted is never listed again", onDelete(deleteManifest, leaves), require.ReferencesListComplete),
		fault("referrers-deleted-tag", "a referrer is not listed any more when its tag was deleted", onDelete(deleteTag, leaves), require.ReferencesListComplete),
	}
}

// unlisted lists nothing that came by one of the requests that match.
func unlisted(w when) Middleware {
	return func(next http.Handler) http.Handler {
		pushed := newMarks()
		return hidden(pushed)(onAnswer(putManifest.and(w), func(a *answer) { pushed.add(a.header.Get(digestHeader)) })(next))
	}
}

// earlyUnlisted lists a referrer only if its subject was there before it, for
// the pushes that match.
func earlyUnlisted(w when) Middleware {
	return func(next http.Handler) http.Handler {
		early := newMarks()
		return hidden(early)(handle(putManifest.and(w), func(next http.Handler, req *http.Request) *answer {
			there := ask(next, req, http.MethodHead, "/v2/"+placeOf(req).repo+"/manifests/"+subjectOf(req), nil).ok()
			a := pass(next, req)
			if !there {
				early.add(a.header.Get(digestHeader))
			}
			return a
		})(next))
	}
}

// listedAgain lists an index for each time that it was pushed.
func listedAgain(next http.Handler) http.Handler {
	once, twice := newMarks(), newMarks()
	handler := onSubject(func(_ http.Handler, _ *http.Request, a *answer, _ string) {
		if d := a.header.Get(digestHeader); !once.add(d) {
			twice.add(d)
		}
	})(next)
	return onAnswer(listReferrers, referrerList(func(list []map[string]any) []map[string]any {
		for _, e := range slices.Clone(list) {
			if field(e, "mediaType") == indexType && twice.has(field(e, "digest")) {
				list = append(list, e)
			}
		}
		return list
	}))(handler)
}

// listOf asks for the entries of a list of referrers.
func listOf(next http.Handler, req *http.Request, repo, subject string) []map[string]any {
	var list map[string]any
	_ = json.Unmarshal(ask(next, req, http.MethodGet, "/v2/"+repo+"/referrers/"+subject, nil).body, &list)
	return entries(list, "manifests")
}

// subjectAgain forgets the referrers of what is pushed when it is there already.
func subjectAgain(next http.Handler) http.Handler {
	forgotten := newMarks()
	return hidden(forgotten)(handle(putManifest.and(byDigest), func(next http.Handler, req *http.Request) *answer {
		at := placeOf(req)
		for _, e := range listOf(next, req, at.repo, at.name) {
			if ask(next, req, http.MethodHead, req.URL.Path, nil).ok() {
				forgotten.add(field(e, "digest"))
			}
		}
		return pass(next, req)
	})(next))
}

// nestedUnlisted lists no referrers for what has a subject itself.
func nestedUnlisted(next http.Handler) http.Handler {
	referrers := newMarks()
	handler := onSubject(func(_ http.Handler, _ *http.Request, a *answer, _ string) { referrers.add(a.header.Get(digestHeader)) })(next)
	return onAnswer(listReferrers, func(a *answer) {
		if referrers.has(placeOf(a.req).name) {
			referrerList(func([]map[string]any) []map[string]any { return nil })(a)
		}
	})(handler)
}

// nestedListed lists the referrers of referrers, too.
func nestedListed(next http.Handler) http.Handler {
	return handle(listReferrers.and(not(query("artifactType"))), func(next http.Handler, req *http.Request) *answer {
		a := pass(next, req)
		referrerList(func(list []map[string]any) []map[string]any {
			for _, e := range slices.Clone(list) {
				list = append(list, listOf(next, req, placeOf(req).repo, field(e, "digest"))...)
			}
			return list
		})(a)
		return a
	})(next)
}

// parentListed lists an index for each manifest that is in it.
func parentListed(next http.Handler) http.Handler {
	var mu sync.Mutex
	parents := map[string][]map[string]any{} // by digest of the child
	handler := handle(document(isIndex), func(next http.Handler, req *http.Request) *answer {
		var d map[string]any
		_ = json.Unmarshal(read(req), &d) // it is one, or it would not have matched
		a := pass(next, req)
		mu.Lock()
		defer mu.Unlock()
		for _, child := range entries(d, "manifests") {
			name := field(child, "digest")
			parents[name] = append(parents[name], map[string]any{
				"mediaType": indexType, "digest": a.header.Get(digestHeader), "size": len(read(req)), "artifactType": field(d, "artifactType"),
			})
		}
		return a
	})(next)
	return onAnswer(listReferrers.and(not(query("artifactType"))), func(a *answer) {
		mu.Lock()
		defer mu.Unlock()
		referrerList(func(list []map[string]any) []map[string]any { return append(list, parents[placeOf(a.req).name]...) })(a)
	})(handler)
}

// lists are what is in the lists of referrers, by subject, besides what belongs
// there, and what is not that does; last is the list before the last delete.
type lists struct {
	with    map[string][]map[string]any
	without map[string][]map[string]any
	last    []map[string]any
}

func stays(l *lists, subject string, gone map[string]any) {
	l.with[subject] = append(l.with[subject], gone)
}

func leaves(l *lists, subject string, gone map[string]any) {
	l.without[subject] = append(l.without[subject], gone)
}

// onDelete keeps the lists after each delete of a referrer that matches.
func onDelete(w when, after func(l *lists, subject string, gone map[string]any)) Middleware {
	return func(next http.Handler) http.Handler {
		var mu sync.Mutex
		l := &lists{with: map[string][]map[string]any{}, without: map[string][]map[string]any{}}
		handler := handle(w, func(next http.Handler, req *http.Request) *answer {
			var m, gone map[string]any
			repo := placeOf(req).repo
			pull := ask(next, req, http.MethodGet, req.URL.Path, nil)
			_ = json.Unmarshal(pull.body, &m) // what is no manifest has no subject
			subject := field(m, "subject", "digest")
			list := listOf(next, req, repo, subject)
			for _, e := range list {
				if field(e, "digest") == pull.header.Get(digestHeader) {
					gone = e
				}
			}
			a := pass(next, req)
			if a.ok() && gone != nil {
				mu.Lock()
				defer mu.Unlock()
				l.last = list
				after(l, subject, gone)
			}
			return a
		})(next)
		return onAnswer(listReferrers, func(a *answer) {
			mu.Lock()
			defer mu.Unlock()
			subject, wanted := placeOf(a.req).name, a.req.URL.Query().Get("artifactType")
			referrerList(func(list []map[string]any) []map[string]any {
				for _, e := range l.with[subject] {
					if wanted == "" || wanted == field(e, "artifactType") {
						list = append(list, e)
					}
				}
				return slices.DeleteFunc(list, func(e map[string]any) bool {
					return slices.ContainsFunc(l.without[subject], func(o map[string]any) bool { return field(o, "digest") == field(e, "digest") })
				})
			})(a)
		})(handler)
	}
}
