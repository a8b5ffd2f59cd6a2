package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func getManifestFaults() []Fault {
	return []Fault{
		fault("index-get-404-by-tag", "an index cannot be pulled by tag",
			OnAnswer(GetManifest.And(ByTag), Where(AnIndex, Refuse(404, "MANIFEST_UNKNOWN"))), require.PullManifestGetStatus),
		fault("index-get-no-digest", "an index is pulled without Docker-Content-Digest",
			OnAnswer(GetManifest, Where(AnIndex, Del(DigestHeader))), require.PullManifestGetDigestHeader),
		fault("index-get-wrong-digest", "Docker-Content-Digest is a wrong digest when an index is pulled by tag",
			OnAnswer(GetManifest.And(ByTag), Where(AnIndex, Set(DigestHeader, ZeroDigest))), require.PullManifestGetDigestValue),
		fault("index-get-indented", "an index is pulled with other white space than was pushed",
			OnAnswer(GetManifest, Where(AnIndex, Body(Indented))), require.PullManifestGetBytes),
		fault("tag-moved-cut", "after a tag is moved, it gives only half of the manifest",
			MovedTagsCut, require.PullManifestGetBytes),
		fault("manifest-get-203", "a manifest is answered 203",
			OnAnswer(GetManifest, OK(Status(203))), require.PullManifestGetStatus),
		fault("manifest-get-206-by-digest", "a manifest pulled by digest is answered 206",
			OnAnswer(GetManifest.And(ByDigest), OK(Status(206))), require.PullManifestGetStatus),
		fault("manifest-get-404-by-tag", "the pull of a tag is answered 404, but HEAD finds the tag",
			OnAnswer(GetManifest.And(ByTag), Refuse(404, "MANIFEST_UNKNOWN")), require.PullManifestGetStatus),
		fault("manifest-get-indented", "a manifest is pulled with other white space than was pushed",
			OnAnswer(GetManifest, OK(Body(Indented))), require.PullManifestGetBytes),
		fault("manifest-get-large-cut", "only half of a manifest over 1 MiB is sent",
			OnAnswer(GetManifest, Where(BodyOver(1<<20), Body(Halved))), require.PullManifestGetBytes),
		fault("manifest-get-newline-by-tag", "a manifest pulled by tag has a newline added at its end",
			OnAnswer(GetManifest.And(ByTag), OK(Body(WithNewline))), require.PullManifestGetBytes),
		fault("manifest-get-empty-by-digest", "a manifest pulled by digest has no body",
			OnAnswer(GetManifest.And(ByDigest), OK(Body(Nothing))), require.PullManifestGetBytes),
		fault("manifest-get-corrupt", "the last byte of a manifest is wrong",
			OnAnswer(GetManifest, OK(Body(FlipLast))), require.PullManifestGetBytes),
		fault("tag-stale", "a tag always gives the manifest that it gave at the first pull",
			StaleTags, require.PullManifestGetBytes),
		fault("tag-moved-404", "a tag is answered 404 while it is moved",
			MovedTags, require.PullManifestGetBytes),
		fault("manifest-get-no-digest", "a manifest is pulled without Docker-Content-Digest",
			OnAnswer(GetManifest, Del(DigestHeader)), require.PullManifestGetDigestHeader),
		fault("manifest-get-no-digest-by-tag", "a manifest is pulled by tag without Docker-Content-Digest",
			OnAnswer(GetManifest.And(ByTag), Del(DigestHeader)), require.PullManifestGetDigestHeader),
		fault("manifest-get-no-digest-1.1", "a manifest is pulled by digest without Docker-Content-Digest",
			OnAnswer(GetManifest.And(ByDigest), Del(DigestHeader)), require.PullManifestGetDigestHeader).in(require.V1_1),
		fault("manifest-get-wrong-digest", "Docker-Content-Digest is a wrong digest when a manifest is pulled",
			OnAnswer(GetManifest, OK(Set(DigestHeader, ZeroDigest))), require.PullManifestGetDigestValue),
		fault("manifest-get-bad-digest-by-tag", "Docker-Content-Digest is not a digest when a tag is pulled",
			OnAnswer(GetManifest.And(ByTag), OK(Set(DigestHeader, "latest"))), require.PullManifestGetDigestValue),
		fault("manifest-get-unknown-400", "a manifest that does not exist is answered 400",
			OnAnswer(GetManifest, On(404, Refuse(400, "MANIFEST_INVALID"))), require.PullManifestGetUnknown),
		fault("manifest-get-unknown-403-by-tag", "a tag that does not exist is answered 403",
			OnAnswer(GetManifest.And(ByTag), On(404, Refuse(403, "DENIED"))), require.PullManifestGetUnknown),
		fault("manifest-get-unknown-200-by-digest", "a digest that does not exist is answered with an empty index",
			OnAnswer(GetManifest.And(ByDigest), On(404, Status(200), Text(IndexType, EmptyIndex))), require.PullManifestGetUnknown),
		fault("manifest-get-unknown-500", "a manifest that does not exist is answered 500",
			OnAnswer(GetManifest, On(404, Refuse(500, "UNKNOWN"))), require.PullManifestGetUnknown),
	}
}

func contentTypeFaults() []Fault {
	return []Fault{
		fault("manifest-get-unknown-type-octets", "a manifest of an unknown media type is returned as application/octet-stream",
			Chain(OnAnswer(GetManifest, Where(OfMadeUpType, Set("Content-Type", "application/octet-stream"))), Taking(PutManifest.And(HeaderLike("Content-Type", `^application/vnd\.example\.`)))),
			require.PullManifestContentTypePushed),
		fault("accept-none-attached", "a manifest with a subject is answered 406 to clients that send no Accept",
			OnAnswer(GetManifest.And(Not(WithHeader("Accept"))), Where(Attached, Refuse(406, "UNSUPPORTED"))), require.PullManifestAcceptNone),
		fault("accept-any-index", "an index is answered 404 to clients that accept any type",
			OnAnswer(GetManifest.And(AcceptsAny), Where(AnIndex, Refuse(404, "MANIFEST_UNKNOWN"))), require.PullManifestAcceptAny),
		fault("index-get-image-type", "an index pulled by tag has the Content-Type of an image",
			OnAnswer(GetManifest.And(ByTag), Where(AnIndex, Set("Content-Type", ImageType))), require.PullManifestContentTypePushed),
		fault("artifact-get-json", "a manifest with an artifactType has the Content-Type application/json",
			OnAnswer(GetManifest, Where(AnArtifact, Set("Content-Type", "application/json"))), require.PullManifestContentTypePushed),
		fault("docker-get-oci", "a Docker manifest has the Content-Type of OCI when it is pulled",
			OnAnswer(GetManifest, Where(FromDocker, SetFrom("Content-Type", OCIType))), require.PullManifestContentTypePushed),
		fault("accept-any-404", "a pull of a manifest that accepts any type is answered 404",
			OnAnswer(GetManifest.And(AcceptsAny), OK(Refuse(404, "MANIFEST_UNKNOWN"))), require.PullManifestAcceptAny),
		fault("accept-any-406-1.1", "a pull of a manifest that accepts any type is answered 406",
			OnAnswer(GetManifest.And(AcceptsAny), OK(Refuse(406, "UNSUPPORTED"))), require.PullManifestAcceptAny).in(require.V1_1),
		fault("content-type-charset", "the Content-Type of a manifest has a charset",
			OnAnswer(PullManifest, OK(SetFrom("Content-Type", Appended("; charset=utf-8")))), require.PullManifestContentTypeParameters),
		fault("content-type-charset-by-tag", "the Content-Type of a manifest pulled by tag has a charset",
			OnAnswer(GetManifest.And(ByTag), OK(SetFrom("Content-Type", Appended(";charset=utf-8")))), require.PullManifestContentTypeParameters),
		fault("content-type-json", "every manifest has the Content-Type application/json",
			OnAnswer(GetManifest, TypeJSON), require.PullManifestContentTypePushed),
		fault("content-type-docker-by-digest", "a manifest pulled by digest has the Content-Type of Docker",
			OnAnswer(GetManifest.And(ByDigest), OK(SetFrom("Content-Type", Replacing(ImageType, DockerType)))), require.PullManifestContentTypePushed),
		fault("content-type-absent", "a manifest has no Content-Type",
			OnAnswer(GetManifest, OK(Del("Content-Type"))), require.PullManifestContentTypePushed),
	}
}

func headManifestFaults() []Fault {
	return []Fault{
		fault("index-head-404", "HEAD finds no index",
			OnAnswer(HeadManifest, Where(AnIndex, Status(404))), require.PullManifestHeadStatus),
		fault("index-head-no-length", "HEAD of an index has no Content-Length",
			OnAnswer(HeadManifest, Where(AnIndex, Del("Content-Length"))), require.PullManifestHeadLength),
		fault("tag-head-stale", "HEAD of a tag always names the digest that it named at the first HEAD",
			StaleHeads, require.PullManifestHeadDigestValue),
		fault("manifest-head-405", "HEAD of a manifest is not supported",
			Instead(HeadManifest, Status(405)), require.PullManifestHeadStatus),
		fault("manifest-head-204", "HEAD of a manifest is answered 204",
			OnAnswer(HeadManifest, OK(Status(204), Del("Content-Length"))), require.PullManifestHeadStatus),
		fault("manifest-head-404-by-tag", "HEAD finds no tags",
			OnAnswer(HeadManifest.And(ByTag), Status(404)), require.PullManifestHeadStatus),
		fault("manifest-head-no-digest", "HEAD of a manifest has no Docker-Content-Digest",
			OnAnswer(HeadManifest, Del(DigestHeader)), require.PullManifestHeadDigestHeader),
		fault("manifest-head-no-digest-1.0", "HEAD of a manifest has no Docker-Content-Digest",
			OnAnswer(HeadManifest, Del(DigestHeader)), require.PullManifestHeadDigestHeader).in(require.V1_0),
		fault("manifest-head-wrong-digest", "Docker-Content-Digest is a wrong digest in the answer to HEAD of a manifest",
			OnAnswer(HeadManifest, OK(Set(DigestHeader, ZeroDigest))), require.PullManifestHeadDigestValue),
		fault("manifest-head-no-length", "HEAD of a manifest has no Content-Length",
			OnAnswer(HeadManifest, OK(Del("Content-Length"))), require.PullManifestHeadLength),
		fault("manifest-head-wrong-length", "the Content-Length of HEAD of a manifest is one byte too large",
			OnAnswer(HeadManifest, OK(AddLength(1))), require.PullManifestHeadLength),
		fault("manifest-head-zero-length-1.1", "the Content-Length of HEAD of a manifest is 0",
			OnAnswer(HeadManifest, OK(Set("Content-Length", "0"))), require.PullManifestHeadLength).in(require.V1_1),
		fault("manifest-head-unknown-200", "HEAD finds every manifest, even one that does not exist",
			OnAnswer(HeadManifest, On(404, Status(200), Set(DigestHeader, ZeroDigest))), require.PullManifestHeadUnknown),
		fault("manifest-head-unknown-400-by-digest", "HEAD of a digest that does not exist is answered 400",
			OnAnswer(HeadManifest.And(ByDigest), On(404, Status(400))), require.PullManifestHeadUnknown),
		fault("manifest-head-unknown-403-by-tag", "HEAD of a tag that does not exist is answered 403",
			OnAnswer(HeadManifest.And(ByTag), On(404, Status(403))), require.PullManifestHeadUnknown),
	}
}

func pullReferenceFaults() []Fault {
	return []Fault{
		fault("reference-guessed", "a malformed reference gives the newest manifest",
			Guessing(NameLike(`baddigest`)), require.PullManifestReference),
		fault("reference-hidden", "a reference that begins with a dot gives the newest manifest",
			Guessing(NameLike(`^\.`)), require.PullManifestReference),
		fault("reference-at-sign", "a reference with an at sign gives the newest manifest",
			Guessing(NameLike(`@`)), require.PullManifestReference),
		fault("reference-short", "a digest that is too short gives the newest manifest",
			Guessing(NameLike(`^sha256:[0-9a-f]{6,63}$`)), require.PullManifestReference),
		fault("digest-manifest-upper", "a manifest can be pulled by a digest in upper case",
			OnRequest(PullManifest.And(NameLike(`^sha256:.*[A-F]`)), LowerName), require.PullManifestReference),
	}
}

func pullTagFaults() []Fault {
	return []Fault{
		fault("tag-case-folded", "tags that differ only in case are one tag",
			OnRequest(Is("PUT GET HEAD DELETE", Manifests).And(ByTag, NameLike(`[A-Z]`)), LowerName), require.PullManifestGetBytes),
		fault("tag-one-a-manifest", "a manifest keeps only the tag that was pushed last",
			OneTag, require.PullManifestGetStatus),
		fault("tag-moved-untagged-gone", "a manifest is gone after its tag is moved",
			GoneWhenMoved, require.PullManifestUntagged),
	}
}
