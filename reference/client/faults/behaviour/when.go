package behaviour

import (
	"encoding/json"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"

	"assay/wire"
)

// When says whether a sentence is about a request.
type When func(*wire.Request) bool

// Any is every request.
func Any(*wire.Request) bool { return true }

// And narrows the requests down.
func (w When) And(others ...When) When {
	return func(req *wire.Request) bool {
		return w(req) && !slices.ContainsFunc(others, func(o When) bool { return !o(req) })
	}
}

// Not is all other requests.
func Not(w When) When { return func(req *wire.Request) bool { return !w(req) } }

// Or is the requests of each.
func Or(all ...When) When {
	return func(req *wire.Request) bool {
		return slices.ContainsFunc(all, func(w When) bool { return w(req) })
	}
}

func to(e wire.Endpoint, methods ...string) When {
	return func(req *wire.Request) bool {
		return req.Endpoint == e && (len(methods) == 0 || slices.Contains(methods, req.Method))
	}
}

// The requests by their meaning.
var (
	GetManifest    = to(wire.EndManifest, http.MethodGet)
	HeadManifest   = to(wire.EndManifest, http.MethodHead)
	PutManifest    = to(wire.EndManifestPut)
	DeleteManifest = to(wire.EndManifestDel)
	GetBlob        = to(wire.EndBlob, http.MethodGet)
	HeadBlob       = to(wire.EndBlob, http.MethodHead)
	StartUpload    = to(wire.EndUploadStart)
	SinglePost     = to(wire.EndUploadSingle)
	Mount          = to(wire.EndMount)
	Chunk          = to(wire.EndUploadPatch)
	CloseUpload    = to(wire.EndUploadPut)
	Ping           = to(wire.EndSupport)
	UploadStatus   = to(wire.EndUploadStatus)
	CancelUpload   = to(wire.EndUploadCancel)
	ListTags       = to(wire.EndTags)
	ListReferrers  = to(wire.EndReferrers)
	// BlobOrManifest pulls content.
	BlobOrManifest = Or(GetManifest, GetBlob)
	// InUpload goes to the Location of an upload.
	InUpload = Or(Chunk, CloseUpload, UploadStatus, CancelUpload)
)

// By are the requests whose path ends in a reference that matches.
func By(pattern string) When {
	re := regexp.MustCompile(pattern)
	return func(req *wire.Request) bool { return re.MatchString(path.Base(req.URL.Path)) }
}

// What references look like.
var (
	ByDigest       = By(`^[a-z0-9+._-]+:`)
	ByReferrersTag = By(`^sha(256|512)-[0-9a-f]+`)
	ByTag          = Not(Or(ByDigest, ByReferrersTag))
	BySHA512       = By(`^sha512:`)
)

// WithHeader are the requests that have a header.
func WithHeader(name string) When {
	return func(req *wire.Request) bool { return req.Header.Get(name) != "" }
}

// HeaderLike are the requests whose header matches.
func HeaderLike(name, pattern string) When {
	re := regexp.MustCompile(pattern)
	return func(req *wire.Request) bool { return re.MatchString(req.Header.Get(name)) }
}

// WithQuery are the requests with a parameter in their query.
func WithQuery(name string) When {
	return func(req *wire.Request) bool { return req.URL.Query().Has(name) }
}

// FurtherPage are the requests for a page of a list after its first one.
var FurtherPage = Or(ListTags.And(WithQuery("last")), ListReferrers.And(WithQuery("after")))

// HasSubject are the pushes of manifests with a subject.
func HasSubject(req *wire.Request) bool {
	var m struct {
		Subject json.RawMessage `json:"subject"`
	}
	return json.Unmarshal(bodyOf(req), &m) == nil && m.Subject != nil
}

// OfType are the pushes of manifests of a type.
func OfType(word string) When {
	return func(req *wire.Request) bool { return strings.Contains(req.Header.Get("Content-Type"), word) }
}
