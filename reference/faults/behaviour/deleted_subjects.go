package behaviour

import (
	"net/http"
)

// RefuseDeletedSubjects makes the changes to the answers to pushes of manifests whose
// subject was deleted.
func RefuseDeletedSubjects(changes ...Change) Middleware {
	return func(next http.Handler) http.Handler {
		deleted := new(Marks)
		handler := OnAnswer(DeleteManifest, OK(func(a *Answer) { deleted.Add(a.Request.URL.Path) }))(next)
		gone := func(req *http.Request) bool {
			subject := SubjectOf(req)
			return subject != "" && deleted.Has(ManifestPath(PlaceOf(req).Repo, subject))
		}
		return Instead(PutManifest.And(gone), changes...)(handler)
	}
}

// RefuseSubjectsElsewhere makes the changes to the answers to pushes of manifests whose
// subject only another repository has.
func RefuseSubjectsElsewhere(changes ...Change) Middleware {
	return Everywhere(func(repos *Marks) Middleware {
		return Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
			subject, at := SubjectOf(req), PlaceOf(req)
			if subject == "" || Exists(next, req, ManifestPath(at.Repo, subject)) {
				return Pass(next, req)
			}
			for _, repo := range repos.List() {
				if Exists(next, req, ManifestPath(repo, subject)) {
					return NewAnswer(req, changes...)
				}
			}
			return Pass(next, req)
		})
	})
}

// UnlistedEverywhere removes a deleted manifest from the lists of referrers of all
// repositories, until it is pushed again.
func UnlistedEverywhere(next http.Handler) http.Handler {
	deleted := new(Memory[bool])
	handler := OnAnswer(DeleteManifest, OK(func(a *Answer) { deleted.Put(PlaceOf(a.Request).Name, true) }))(next)
	handler = OnAnswer(PutManifest, OK(func(a *Answer) { deleted.Drop(a.Header.Get(DigestHeader)) }))(handler)
	return OnAnswer(ListReferrers, WithoutReferrers(func(e Object) bool {
		gone, _ := deleted.Get(Field(e, "digest"))
		return gone
	}))(handler)
}

// Attached matches answers with a manifest that has a subject.
func Attached(a *Answer) bool { return HasSubject(Parsed(a.Body)) }
