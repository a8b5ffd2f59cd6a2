package faults

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// The requests of the specification's endpoints.
var (
	getManifest    = is("GET", manifests)
	headManifest   = is("HEAD", manifests)
	pullManifest   = is("GET HEAD", manifests)
	putManifest    = is("PUT", manifests)
	getBlob        = is("GET", blobs)
	headBlob       = is("HEAD", blobs)
	pullBlob       = is("GET HEAD", blobs)
	startUpload    = is("POST", uploads).and(not(query("digest")), not(query("mount")))
	singlePost     = is("POST", uploads).and(query("digest"))
	mount          = is("POST", uploads).and(query("mount"))
	patch          = is("PATCH", session)
	putUpload      = is("PUT", session)
	uploadStatus   = is("GET", session)
	cancelUpload   = is("DELETE", session)
	listTags       = is("GET", tags)
	listReferrers  = is("GET", referrers)
	deleteTag      = is("DELETE", manifests).and(byTag)
	deleteManifest = is("DELETE", manifests).and(byDigest)
	deleteBlob     = is("DELETE", blobs)
)

// wholePut and closingPut tell the PUT of a whole blob from the one that ends
// chunks: the first has the blob, the second, mostly, has nothing. A last
// chunk in the PUT has a Content-Range.
var (
	wholePut   = putUpload.and(hasBody, not(has("Content-Range")))
	closingPut = putUpload.and(not(wholePut))
)

func hasBody(req *http.Request) bool { return req.ContentLength != 0 }

// document matches the pushes of manifests whose JSON the check accepts.
func document(check func(map[string]any) bool) when {
	return func(req *http.Request) bool {
		if !putManifest(req) {
			return false
		}
		var d map[string]any
		return json.Unmarshal(read(req), &d) == nil && check(d)
	}
}

// field is the text at a path inside of JSON, as in field(d, "config",
// "mediaType"); empty when there is none.
func field(d map[string]any, path ...string) string {
	for _, name := range path[:len(path)-1] {
		d, _ = d[name].(map[string]any)
	}
	s, _ := d[path[len(path)-1]].(string)
	return s
}

// entries are the objects of a list, as of "layers" and "manifests".
func entries(d map[string]any, name string) []map[string]any {
	var found []map[string]any
	list, _ := d[name].([]any)
	for _, item := range list {
		if entry, ok := item.(map[string]any); ok {
			found = append(found, entry)
		}
	}
	return found
}

// anyEntry says whether an entry of a list has a value that the check accepts.
func anyEntry(d map[string]any, list, name string, check func(string) bool) bool {
	return slices.ContainsFunc(entries(d, list), func(e map[string]any) bool { return check(field(e, name)) })
}

func isIndex(d map[string]any) bool { _, has := d["manifests"]; return has }

func isDocker(mediaType string) bool { return strings.HasPrefix(mediaType, "application/vnd.docker.") }

// madeUp recognises the types that no allow-list has.
func madeUp(mediaType string) bool {
	return strings.HasPrefix(mediaType, "application/vnd.example.") && !hasParameter(mediaType)
}

func hasParameter(mediaType string) bool { return strings.Contains(mediaType, ";") }

// emptyDigest is the digest of the empty descriptor's two bytes.
const emptyDigest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

// missingRepository matches requests for repositories that the suite names so
// that they do not exist.
func missingRepository(req *http.Request) bool {
	return strings.Contains(placeOf(req).repo, "-missing-")
}
