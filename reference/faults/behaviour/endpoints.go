package behaviour

import "net/http"

// The requests of the specification's endpoints.
var (
	GetManifest    = Is("GET", Manifests)
	HeadManifest   = Is("HEAD", Manifests)
	PullManifest   = Is("GET HEAD", Manifests)
	PutManifest    = Is("PUT", Manifests)
	GetBlob        = Is("GET", Blobs)
	HeadBlob       = Is("HEAD", Blobs)
	PullBlob       = Is("GET HEAD", Blobs)
	StartUpload    = Is("POST", Uploads).And(Not(WithParameter("digest")), Not(WithParameter("mount")))
	SinglePost     = Is("POST", Uploads).And(WithParameter("digest"))
	Mount          = Is("POST", Uploads).And(WithParameter("mount"))
	PatchUpload    = Is("PATCH", Session)
	PutUpload      = Is("PUT", Session)
	GetUpload      = Is("GET", Session)
	CancelUpload   = Is("DELETE", Session)
	ListTags       = Is("GET", Tags)
	ListReferrers  = Is("GET", Referrers)
	DeleteTag      = Is("DELETE", Manifests).And(ByTag)
	DeleteManifest = Is("DELETE", Manifests).And(ByDigest)
	DeleteBlob     = Is("DELETE", Blobs)
)

// GetPart is a GET of a range of a blob. GetWholeBlob is a GET of a whole blob.
var (
	GetPart      = GetBlob.And(WithHeader("Range"))
	GetWholeBlob = GetBlob.And(Not(WithHeader("Range")))
)

// PutWholeBlob is the PUT of a whole blob: it has the blob in its body, which may be
// zero bytes. CloseUpload is the PUT that ends chunks: mostly it has no body.
// PutLastChunk is the PUT with a last chunk: it has a Content-Range.
var (
	PutWholeBlob = PutUpload.And(Not(WithHeader("Content-Range")), func(req *http.Request) bool { return WithBody(req) || OfZeroBytes(req) })
	CloseUpload  = PutUpload.And(Not(PutWholeBlob))
	PutLastChunk = PutUpload.And(WithHeader("Content-Range"))
)

// PatchChunk is a PATCH with a Content-Range. PatchStream is a PATCH of unknown length,
// without a Content-Range.
var (
	PatchChunk  = PatchUpload.And(WithHeader("Content-Range"))
	PatchStream = PatchUpload.And(WithoutLength, Not(WithHeader("Content-Range")))
)

// The ways to list tags: all of them, with n, with last, with n and last, and
// with n=0.
var (
	ListAllTags       = ListTags.And(Not(WithParameter("n")), Not(WithParameter("last")))
	ListTagsByN       = ListTags.And(WithParameter("n"))
	ListFirstTagsByN  = ListTagsByN.And(Not(WithParameter("last")))
	ListTagsAfterLast = ListTags.And(WithParameter("last"))
	ListFurtherTags   = ListTagsAfterLast.And(WithParameter("n"))
	ListNoTags        = ListTags.And(WithValue("n", "0"))
)

// The ways to list referrers: with a filter, without one, and the pages after the
// first.
var (
	ListFiltered   = ListReferrers.And(WithParameter("artifactType"))
	ListUnfiltered = ListReferrers.And(Not(WithParameter("artifactType")))
	ListFurther    = ListReferrers.And(WithParameter("after"))
)
