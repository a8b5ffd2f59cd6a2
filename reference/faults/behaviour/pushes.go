package behaviour

import (
	"encoding/json"
	"net/http"
	"strings"
)

// PutManifestThat matches the pushes of manifests whose JSON the check accepts.
func PutManifestThat(check func(Object) bool) When {
	return func(req *http.Request) bool {
		if !PutManifest(req) {
			return false
		}
		var d Object
		return json.Unmarshal(BodyOf(req), &d) == nil && check(d)
	}
}

// PutManifestBeginning matches the pushes of manifests with this prefix.
func PutManifestBeginning(prefix string) When {
	return func(req *http.Request) bool {
		return PutManifest(req) && strings.HasPrefix(string(BodyOf(req)), prefix)
	}
}

// PutEmptyManifest matches the pushes of manifests of zero bytes.
func PutEmptyManifest(req *http.Request) bool { return PutManifest(req) && len(BodyOf(req)) == 0 }

// PutIndex matches the pushes of indexes. PutImage matches the pushes of other
// manifests. PutIndexWithSubject matches the pushes of indexes with a subject.
var (
	PutIndex            = PutManifestThat(IsIndex)
	PutImage            = PutManifest.And(Not(PutIndex))
	PutIndexWithSubject = PutManifestThat(func(d Object) bool { return IsIndex(d) && HasSubject(d) })
)

// OfDockerType matches the pushes of manifests under a Docker type.
func OfDockerType(req *http.Request) bool { return IsDocker(req.Header.Get("Content-Type")) }

// RefuseManifests refuses the pushes of manifests whose JSON the check accepts.
func RefuseManifests(check func(Object) bool) Middleware {
	return Instead(PutManifestThat(check), Invalid())
}

// EditPulled edits manifests when they are pulled.
func EditPulled(edit func(Object)) Middleware { return OnAnswer(GetManifest, OK(EditJSON(edit))) }

// SubjectOf is the subject of the manifest that a request pushes. It is empty when
// there is none.
func SubjectOf(req *http.Request) string { return Field(Parsed(BodyOf(req)), "subject", "digest") }

// PushedAs matches the pushes of manifests under a media type.
func PushedAs(mediaType string) When {
	return PutManifest.And(func(req *http.Request) bool { return req.Header.Get("Content-Type") == mediaType })
}

// NotJSON matches requests whose body is not JSON.
func NotJSON(req *http.Request) bool { return !json.Valid(BodyOf(req)) }
