package behaviour

import (
	"net/http"
	"strings"
)

// takingAlong hides manifests after matching deletes. along gives their paths, and is
// called before the delete. A push makes a hidden manifest available again.
func takingAlong(w When, along func(next http.Handler, req *http.Request) []string) Middleware {
	return func(next http.Handler) http.Handler {
		hidden := new(Memory[bool])
		handler := Handle(w, func(next http.Handler, req *http.Request) *Answer {
			paths := along(next, req)
			a := Pass(next, req)
			for _, path := range paths {
				if a.OK() {
					hidden.Put(path, true)
				}
			}
			return a
		})(next)
		handler = OnAnswer(PutManifest, OK(func(a *Answer) { hidden.Drop(a.Request.URL.Path) }))(handler)
		isHidden := func(req *http.Request) bool { _, found := hidden.Get(req.URL.Path); return found }
		return Instead(PullManifest.And(isHidden), Refuse(http.StatusNotFound, "MANIFEST_UNKNOWN"))(handler)
	}
}

// namesOf returns the paths of a manifest by its digest and by its tags.
func namesOf(next http.Handler, req *http.Request, repo, digest string) []string {
	path := ManifestPath(repo, digest)
	paths := []string{path}
	for _, tag := range tagsOf(next, Edited(req, SetPath(path))) {
		paths = append(paths, ManifestPath(repo, tag))
	}
	return paths
}

// ChildrenGo also deletes the manifests in a deleted index.
var ChildrenGo = takingAlong(DeleteManifest, func(next http.Handler, req *http.Request) []string {
	var paths []string
	for _, child := range Entries(Parsed(Ask(next, req, http.MethodGet, req.URL.Path, nil).Body), "manifests") {
		paths = append(paths, namesOf(next, req, PlaceOf(req).Repo, Field(child, "digest"))...)
	}
	return paths
})

// ParentsGo also deletes the tagged indexes that list a deleted manifest.
var ParentsGo = takingAlong(DeleteManifest, func(next http.Handler, req *http.Request) []string {
	var paths []string
	at := PlaceOf(req)
	for _, tag := range tagsIn(next, req, at.Repo) {
		path := ManifestPath(at.Repo, tag)
		d := Parsed(Ask(next, req, http.MethodGet, path, nil).Body)
		if AnyEntry("manifests", "digest", Being(at.Name))(d) {
			paths = append(paths, path)
		}
	}
	return paths
})

// TagsOfAnyCaseGo also deletes the tags that differ from a deleted tag only in upper and
// lower case.
var TagsOfAnyCaseGo = takingAlong(DeleteTag, func(next http.Handler, req *http.Request) []string {
	var paths []string
	at := PlaceOf(req)
	for _, tag := range tagsIn(next, req, at.Repo) {
		if tag != at.Name && strings.EqualFold(tag, at.Name) {
			paths = append(paths, ManifestPath(at.Repo, tag))
		}
	}
	return paths
})

// ManifestsOfBlobGo also deletes the tagged manifests with a deleted layer.
var ManifestsOfBlobGo = takingAlong(DeleteBlob, func(next http.Handler, req *http.Request) []string {
	var paths []string
	at := PlaceOf(req)
	for _, tag := range tagsIn(next, req, at.Repo) {
		a := Ask(next, req, http.MethodGet, ManifestPath(at.Repo, tag), nil)
		if AnyEntry("layers", "digest", Being(at.Name))(Parsed(a.Body)) {
			paths = append(paths, namesOf(next, req, at.Repo, a.Header.Get(DigestHeader))...)
		}
	}
	return paths
})

// LongerTagsGo also deletes the tags whose names begin with a deleted tag.
var LongerTagsGo = takingAlong(DeleteTag, func(next http.Handler, req *http.Request) []string {
	var paths []string
	at := PlaceOf(req)
	for _, tag := range tagsIn(next, req, at.Repo) {
		if tag != at.Name && strings.HasPrefix(tag, at.Name) {
			paths = append(paths, ManifestPath(at.Repo, tag))
		}
	}
	return paths
})

// DigestGoes also deletes the manifest of a deleted tag by digest, but none of its
// other tags.
var DigestGoes = takingAlong(DeleteTag, func(next http.Handler, req *http.Request) []string {
	named := Ask(next, req, http.MethodHead, req.URL.Path, nil).Header.Get(DigestHeader)
	if others := len(tagsOf(next, Edited(req, SetPath(ManifestPath(PlaceOf(req).Repo, named))))); others < 2 {
		return nil
	}
	return []string{ManifestPath(PlaceOf(req).Repo, named)}
})

// GoneForGood hides content that a matching request deleted, even after it is pushed
// again.
func GoneForGood(w When, of When) Middleware {
	return func(next http.Handler) http.Handler {
		deleted := new(Marks)
		handler := OnAnswer(w, OK(func(a *Answer) { deleted.Add(a.Request.URL.Path) }))(next)
		return OnAnswer(of.And(deleted.atPath), OK(Refuse(http.StatusNotFound, "MANIFEST_UNKNOWN")))(handler)
	}
}

// NeverAgain refuses the push of a deleted tag or manifest.
func NeverAgain(w When) Middleware {
	return func(next http.Handler) http.Handler {
		deleted := new(Marks)
		handler := OnAnswer(w, OK(func(a *Answer) { deleted.Add(a.Request.URL.Path) }))(next)
		return Instead(PutManifest.And(deleted.atPath), Refuse(http.StatusConflict, "DENIED"))(handler)
	}
}

// FurtherTagsStay keeps all tags of a deleted manifest but the first.
func FurtherTagsStay(next http.Handler) http.Handler { return keepFurtherTags(next, false) }

// FurtherTagsOfReferredStay is FurtherTagsStay for manifests with referrers alone.
func FurtherTagsOfReferredStay(next http.Handler) http.Handler { return keepFurtherTags(next, true) }

func keepFurtherTags(next http.Handler, referred bool) http.Handler {
	s := new(Shelf)
	handler := Handle(DeleteManifest, func(next http.Handler, req *http.Request) *Answer {
		if referred && len(ReferrersOf(next, req, PlaceOf(req).Name)) == 0 {
			return Pass(next, req)
		}
		for i, tag := range tagsOf(next, req) {
			path := ManifestPath(PlaceOf(req).Repo, tag)
			if pull := Ask(next, req, http.MethodGet, path, nil); i > 0 {
				s.Put(path, pull.Header.Get("Content-Type"), pull.Body)
			}
		}
		return Pass(next, req)
	})(next)
	return Handle(Is("GET HEAD DELETE", Manifests).And(ByTag), s.Serve)(handler)
}

// LastTagTakesAll hides a repository when its last tag is deleted, until a tag is
// pushed again.
func LastTagTakesAll(next http.Handler) http.Handler {
	hidden := new(Memory[bool])
	handler := Handle(DeleteTag, func(next http.Handler, req *http.Request) *Answer {
		a, repo := Pass(next, req), PlaceOf(req).Repo
		if a.OK() && len(tagsIn(next, req, repo)) == 0 {
			hidden.Put(repo, true)
		}
		return a
	})(next)
	handler = OnAnswer(PutManifest.And(ByTag), OK(func(a *Answer) { hidden.Drop(PlaceOf(a.Request).Repo) }))(handler)
	isHidden := func(req *http.Request) bool { _, found := hidden.Get(PlaceOf(req).Repo); return found }
	return Instead(Is("GET HEAD", Manifests, Tags).And(isHidden), Refuse(http.StatusNotFound, "NAME_UNKNOWN"))(handler)
}

// BlobTakesManifests hides the tagged manifests of other repositories when one of their
// blobs is deleted in a repository.
func BlobTakesManifests(next http.Handler) http.Handler {
	return Everywhere(func(repos *Marks) Middleware {
		return takingAlong(DeleteBlob, func(next http.Handler, req *http.Request) []string {
			var paths []string
			at := PlaceOf(req)
			for _, repo := range repos.List() {
				for _, tag := range tagsIn(next, req, repo) {
					d := Parsed(Ask(next, req, http.MethodGet, ManifestPath(repo, tag), nil).Body)
					if repo != at.Repo && AnyEntry("layers", "digest", Being(at.Name))(d) {
						paths = append(paths, ManifestPath(repo, tag))
					}
				}
			}
			return paths
		})
	})(next)
}

// IgnoredFor answers deletes of manifests that the check matches with success, but
// deletes nothing.
func IgnoredFor(check func(Object) bool) func(next http.Handler, req *http.Request) *Answer {
	return func(next http.Handler, req *http.Request) *Answer {
		pull := Ask(next, req, http.MethodGet, req.URL.Path, nil)
		if pull.OK() && check(Parsed(pull.Body)) {
			return NewAnswer(req, Status(http.StatusAccepted))
		}
		return Pass(next, req)
	}
}

// TagsGoElsewhere also deletes the tags that a deleted manifest has in other
// repositories.
func TagsGoElsewhere(next http.Handler) http.Handler {
	return Everywhere(func(repos *Marks) Middleware {
		return takingAlong(DeleteManifest, func(next http.Handler, req *http.Request) []string {
			var paths []string
			at := PlaceOf(req)
			for _, repo := range repos.List() {
				if repo != at.Repo {
					paths = append(paths, namesOf(next, req, repo, at.Name)[1:]...)
				}
			}
			return paths
		})
	})(next)
}

// TagsGoBelow also deletes the tag of the same name in the nested repositories.
func TagsGoBelow(next http.Handler) http.Handler {
	return Everywhere(func(repos *Marks) Middleware {
		return takingAlong(DeleteTag, func(_ http.Handler, req *http.Request) []string {
			var paths []string
			at := PlaceOf(req)
			for _, repo := range repos.List() {
				if strings.HasPrefix(repo, at.Repo+"/") {
					paths = append(paths, ManifestPath(repo, at.Name))
				}
			}
			return paths
		})
	})(next)
}
