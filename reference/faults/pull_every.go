package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

// everyPullFaults are wrong for some content alone, or only after some time. No spec asks
// for just that: it shows in what other specs request.
func everyPullFaults() []Fault {
	artifacts, second := GetManifest.And(ByDigest), RepositoryLike("two$")
	return []Fault{
		fault("manifest-get-second-repository-corrupt", "manifests of the second repository come back changed by digest",
			OnAnswer(artifacts.And(second), OK(Body(FlipLast))), require.PullManifestGetBytes),
		fault("manifest-get-third-203", "a manifest is answered 203 from the third pull on",
			FromNth(3, artifacts, Status(203)), require.PullManifestGetStatus),
		fault("manifest-get-third-no-digest", "a manifest has no Docker-Content-Digest from the third pull on",
			FromNth(3, GetManifest, Del(DigestHeader)), require.PullManifestGetDigestHeader),
		fault("manifest-get-third-json", "a manifest is application/json from the third pull on",
			FromNth(3, artifacts, Set("Content-Type", "application/json")), require.PullManifestContentTypePushed),
		fault("manifest-head-second-wrong-digest", "the second HEAD of a manifest names another digest",
			FromSecond(HeadManifest.And(ByDigest), OK(Set(DigestHeader, ZeroDigest))), require.PullManifestHeadDigestValue),
		fault("manifest-head-second-length", "the second HEAD of a manifest has a wrong Content-Length",
			FromSecond(HeadManifest.And(ByDigest), OK(AddLength(1))), require.PullManifestHeadLength),
		fault("manifest-head-second-text", "the second HEAD of a manifest has the Content-Type text/plain",
			FromSecond(HeadManifest.And(ByDigest), OK(Set("Content-Type", "text/plain"))), require.PullManifestHeadContentType),
		fault("manifest-head-second-204", "the second HEAD of a manifest is answered 204",
			FromSecond(HeadManifest.And(ByDigest), OK(Status(204))), require.PullManifestHeadStatus),
		fault("manifest-head-second-no-digest", "the second HEAD of a manifest has no Docker-Content-Digest",
			FromSecond(HeadManifest, OK(Del(DigestHeader))), require.PullManifestHeadDigestHeader),
		fault("tag-get-second-repository-404", "tags of the second repository are not found",
			OnAnswer(GetManifest.And(ByTag, second), OK(Refuse(404, "MANIFEST_UNKNOWN"))), require.PullManifestGetStatus),
		fault("blob-get-second-repository-203", "blobs of the second repository are answered 203",
			OnAnswer(GetWholeBlob.And(second), OK(Status(203))), require.PullBlobGetStatus),
		fault("blob-get-third-no-digest", "a blob has no Docker-Content-Digest from the third pull on",
			FromNth(3, GetWholeBlob, Del(DigestHeader)), require.PullBlobGetDigestHeader),
		fault("blob-head-second-wrong-digest", "the second HEAD of a blob names another digest",
			FromSecond(HeadBlob, OK(Set(DigestHeader, ZeroDigest))), require.PullBlobHeadDigestValue),
		fault("blob-head-second-length", "the second HEAD of a blob has a wrong Content-Length",
			FromSecond(HeadBlob, OK(AddLength(1))), require.PullBlobHeadLength),
		fault("blob-head-second-204", "the second HEAD of a blob is answered 204",
			FromSecond(HeadBlob, OK(Status(204))), require.PullBlobHeadStatus),
		fault("blob-head-second-no-digest", "the second HEAD of a blob has no Docker-Content-Digest",
			FromSecond(HeadBlob, OK(Del(DigestHeader))), require.PullBlobHeadDigestHeader),
		fault("namespace-own-host", "OCI-Namespace is the registry's own host instead of the parameter ns",
			OnAnswer(PullManifest.And(WithParameter("ns")), OK(Set("OCI-Namespace", "localhost"))), require.PullProxyNamespace),
		fault("range-third-short", "a part of a blob is too short from the third request on",
			FromNth(3, GetPart, Body(CutLast)), require.PullBlobRange, require.PullBlobRangeWhole),
	}
}
