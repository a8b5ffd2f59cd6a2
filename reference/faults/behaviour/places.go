package behaviour

import (
	"net/http"
	"strings"
)

// Kind is the kind of resource that a path names.
type Kind string

// The kinds of paths in the specification.
const (
	Root      Kind = "root"      // /v2/
	Manifests Kind = "manifests" // /v2/<repo>/manifests/<name>
	Blobs     Kind = "blobs"     // /v2/<repo>/blobs/<name>
	Uploads   Kind = "uploads"   // /v2/<repo>/blobs/uploads/, where sessions start
	Session   Kind = "session"   // /v2/<repo>/blobs/uploads/<name>
	Tags      Kind = "tags"      // /v2/<repo>/tags/list
	Referrers Kind = "referrers" // /v2/<repo>/referrers/<name>
)

// Place has the parts of a path. Name is a tag, a digest or the name of a session.
type Place struct {
	Kind       Kind
	Repo, Name string
}

// PlaceOf returns the parts of a request's path. It is the zero Place when the
// specification has no such path. It must be fast, because every fault calls it several
// times for each request.
func PlaceOf(req *http.Request) Place { return placeAt(req.URL.Path) }

func placeAt(path string) Place {
	path, ours := strings.CutPrefix(path, "/v2")
	if !ours {
		return Place{}
	}
	if path == "" || path == "/" {
		return Place{Kind: Root}
	}
	// cut separates the repository from the part after the last marker.
	cut := func(marker string) (repo, rest string, found bool) {
		i := strings.LastIndex(path, marker)
		if i < 2 {
			return "", "", false
		}
		return path[1:i], path[i+len(marker):], true
	}
	segment := func(name string) bool { return name != "" && !strings.Contains(name, "/") }
	if repo, rest, found := cut("/blobs/uploads"); found {
		switch name := strings.TrimPrefix(rest, "/"); {
		case name == "":
			return Place{Uploads, repo, ""}
		case rest != name && segment(name):
			return Place{Session, repo, name}
		}
	}
	if repo, name, found := cut("/manifests/"); found && segment(name) {
		return Place{Manifests, repo, name} // before blobs, which may be a part of a repository's name
	}
	if repo, name, found := cut("/blobs/"); found && name != "" {
		return Place{Blobs, repo, name}
	}
	if repo, rest, found := cut("/tags/list"); found && rest == "" {
		return Place{Tags, repo, ""}
	}
	if repo, name, found := cut("/referrers/"); found && segment(name) {
		return Place{Referrers, repo, name}
	}
	return Place{}
}

// ManifestPath is the path of a manifest, by tag or by digest.
func ManifestPath(repo, name string) string { return "/v2/" + repo + "/manifests/" + name }

// BlobPath is the path of a blob.
func BlobPath(repo, digest string) string { return "/v2/" + repo + "/blobs/" + digest }

// UploadPath is the path of an upload. With no name, it is the path where uploads
// start.
func UploadPath(repo, name string) string { return "/v2/" + repo + "/blobs/uploads/" + name }

// TagsPath is the path of the list of tags.
func TagsPath(repo string) string { return "/v2/" + repo + "/tags/list" }

// ReferrersPath is the path of the list of a subject's referrers.
func ReferrersPath(repo, subject string) string { return "/v2/" + repo + "/referrers/" + subject }

// inOther is the same path in another repository.
func inOther(path, repo, other string) string {
	return strings.Replace(path, "/v2/"+repo+"/", "/v2/"+other+"/", 1)
}
