package behaviour

import (
	"net/http"
	"slices"
)

// childrenOf are the digests of the manifests that the requested index lists.
func childrenOf(next http.Handler, req *http.Request) []string {
	return digestsIn(Entries(Parsed(Ask(next, req, http.MethodGet, req.URL.Path, nil).Body), "manifests"))
}

// inOtherIndex says whether another index with a tag lists the child.
func inOtherIndex(next http.Handler, req *http.Request, child string) bool {
	at := PlaceOf(req)
	return slices.ContainsFunc(tagsIn(next, req, at.Repo), func(tag string) bool {
		a := Ask(next, req, http.MethodGet, ManifestPath(at.Repo, tag), nil)
		return a.Header.Get(DigestHeader) != at.Name && AnyEntry("manifests", "digest", Being(child))(Parsed(a.Body))
	})
}

// UntaggedChildrenGo also deletes the manifests in a deleted index that have no tag. Those
// that another index lists go only if shared.
func UntaggedChildrenGo(shared bool) Middleware {
	return takingAlong(DeleteManifest, func(next http.Handler, req *http.Request) []string {
		var paths []string
		for _, child := range childrenOf(next, req) {
			names := namesOf(next, req, PlaceOf(req).Repo, child)
			if len(names) == 1 && inOtherIndex(next, req, child) == shared {
				paths = append(paths, names...)
			}
		}
		return paths
	})
}

// ChildrenGoWithTag also deletes the manifests in an index of which a tag is deleted.
var ChildrenGoWithTag = takingAlong(DeleteTag, func(next http.Handler, req *http.Request) []string {
	var paths []string
	for _, child := range childrenOf(next, req) {
		paths = append(paths, ManifestPath(PlaceOf(req).Repo, child))
	}
	return paths
})

// ChildrenOfSubjectGo loses the manifests in an index when an artifact is attached to the
// index.
var ChildrenOfSubjectGo = OnAttach(func(l *Lost, next http.Handler, req *http.Request, _, subject string) {
	repo := PlaceOf(req).Repo
	for _, child := range childrenOf(next, Edited(req, SetPath(ManifestPath(repo, subject)))) {
		l.Manifest(repo, child)
	}
})
