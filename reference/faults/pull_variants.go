package faults

import (
	"strings"

	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func rangeVariants() []Variant {
	return []Variant{
		variant("range-length-unknown", "Content-Range does not give the size of the blob",
			OnAnswer(GetBlob, On(206, SetFrom("Content-Range", SizeInRange("*"))))),
		variant("ping-401", "/v2/ asks for a login, and nothing else does",
			OnAnswer(Is("GET", Root), Refuse(401, "UNAUTHORIZED"), Set("WWW-Authenticate", `Basic realm="assay"`))),
		variant("content-etag", "content has an ETag, and can be requested with conditions",
			OnAnswer(Is("GET", Manifests, Blobs).And(Not(WithHeader("Range"))), OK(ETags))),
		variant("range-several-ignored", "a request for several ranges is answered with the whole blob",
			OnRequest(GetBlob.And(SeveralRanges), DelHeader("Range"))),
		variant("range-several-416", "a request for several ranges is refused with 416",
			Instead(GetBlob.And(SeveralRanges), Refuse(416, "UNSUPPORTED"))),
		variant("range-unit-case", "the unit in Content-Range is written in upper case",
			OnAnswer(GetBlob, On(206, SetFrom("Content-Range", strings.ToUpper)))),
		variant("range-behind-end-200", "a range that begins after the end of a blob is answered with the whole blob",
			WholeBehindEnd),
	}
}

func digestHeaderVariants() []Variant {
	return []Variant{
		variant("no-digest-header", "no answer to the push of a blob has Docker-Content-Digest",
			OnAnswer(Is("GET POST PATCH PUT", Uploads, Session), Del(DigestHeader))),
		variant("no-digest-header-1.0", "no answer to a push has Docker-Content-Digest",
			OnAnswer(Is("GET POST PATCH PUT", Manifests, Uploads, Session).And(Not(GetManifest)), Del(DigestHeader))).in(require.V1_0),
		variant("no-head-length-1.0", "answers to HEAD have no Content-Length",
			OnAnswer(Is("HEAD"), Del("Content-Length"))).in(require.V1_0),
		variant("digest-header-sha512", "Docker-Content-Digest is a SHA-512 digest",
			SHA512Headers(Is("GET HEAD", Manifests, Blobs))),
		variant("digest-header-sha512-1.1", "Docker-Content-Digest of blobs is a SHA-512 digest",
			SHA512Headers(PullBlob)).in(require.V1_1),
	}
}

func pullVariants() []Variant {
	return []Variant{
		variant("blob-type", "the Content-Type of a blob is a layer's media type",
			OnAnswer(PullBlob, On(200, Set("Content-Type", "application/vnd.oci.image.layer.v1.tar+gzip")))),
		variant("blob-no-type", "blobs have no Content-Type",
			OnAnswer(PullBlob, On(200, Del("Content-Type")))),
		variant("blob-from-storage", "blobs are pulled from a storage that does not send Docker-Content-Digest",
			ToStorage),
		variant("gzip", "content is compressed for clients that accept gzip",
			OnAnswer(Is("GET", Manifests, Blobs).And(AcceptsGzip), OK(Compressed))),
		variant("etag", "content can be cached and requested with conditions",
			OnAnswer(Is("GET HEAD", Manifests, Blobs), OK(Cacheable))),
		variant("ping-body", "/v2/ has a body in HTML",
			OnAnswer(Is("GET", Root), Text("application/json", "{}"))),
		variant("manifest-type-case", "the Content-Type of manifests is written in upper case",
			OnAnswer(PullManifest, OK(SetFrom("Content-Type", strings.ToUpper)))),
		variant("accept-strict", "a manifest whose type is not accepted is answered 404",
			StrictAccept),
	}
}
