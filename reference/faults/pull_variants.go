package faults

import (
	"strings"

	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func rangeVariants() []Variant {
	return []Variant{
		variant("range-length-unknown", "Content-Range does not tell the size of the whole",
			OnAnswer(GetBlob, On(206, SetFrom("Content-Range", SizeInRange("*"))))),
		variant("range-several-ignored", "several ranges are answered with the whole blob",
			OnRequest(GetBlob.And(SeveralRanges), DelHeader("Range"))),
		variant("range-several-416", "several ranges are refused with 416",
			Instead(GetBlob.And(SeveralRanges), Refuse(416, "UNSUPPORTED"))),
		variant("range-unit-case", "Content-Range is in bytes, which are written in upper case",
			OnAnswer(GetBlob, On(206, SetFrom("Content-Range", strings.ToUpper)))),
		variant("range-behind-end-200", "the whole of a blob is given where a part behind its end was asked for",
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
		variant("digest-header-sha512", "Docker-Content-Digest is in SHA-512",
			SHA512Headers(Is("GET HEAD", Manifests, Blobs))),
		variant("digest-header-sha512-1.1", "Docker-Content-Digest of blobs is in SHA-512",
			SHA512Headers(PullBlob)).in(require.V1_1),
	}
}

func pullVariants() []Variant {
	return []Variant{
		variant("blob-type", "blobs have the type of their content",
			OnAnswer(PullBlob, On(200, Set("Content-Type", "application/vnd.oci.image.layer.v1.tar+gzip")))),
		variant("blob-no-type", "blobs have no type",
			OnAnswer(PullBlob, On(200, Del("Content-Type")))),
		variant("blob-from-storage", "blobs come from a storage that does not know Docker-Content-Digest",
			ToStorage),
		variant("gzip", "content is packed for who accepts it",
			OnAnswer(Is("GET", Manifests, Blobs).And(AcceptsGzip), OK(Compressed))),
		variant("etag", "content can be cached, and asked for on conditions",
			OnAnswer(Is("GET HEAD", Manifests, Blobs), OK(Cacheable))),
		variant("ping-body", "/v2/ has a body in HTML",
			OnAnswer(Is("GET", Root), Text("application/json", "{}"))),
		variant("manifest-type-case", "media types are written in another case",
			OnAnswer(PullManifest, OK(SetFrom("Content-Type", strings.ToUpper)))),
		variant("accept-strict", "a manifest whose type is not accepted is answered 404",
			StrictAccept),
	}
}
