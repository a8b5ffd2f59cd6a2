package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func missingContentFaults() []Fault {
	return []Fault{
		fault("tag-unmovable", "a tag cannot be moved to another manifest",
			ImmutableTags, require.PushTagMovable),
		fault("manifest-missing-blob-code", "an image whose blobs are missing is refused as invalid",
			OnAnswer(PutImage, On(404, Invalid()), On(400, Invalid())), require.PushManifestMissingReferenceCode),
		fault("manifest-missing-blob-404", "an image whose blobs are missing is refused as BLOB_UNKNOWN",
			OnAnswer(PutImage, On(404, Refuse(404, "BLOB_UNKNOWN")), On(400, Refuse(404, "BLOB_UNKNOWN"))), require.PushManifestMissingReferenceCode),
		fault("manifest-missing-blob-500", "an image whose blobs are missing makes the server fail",
			OnAnswer(PutImage, Refused(Refuse(500, "UNKNOWN"))), require.PushManifestMissingReferenceCode).in(require.V1_1),
		fault("manifest-missing-blob-detail", "MANIFEST_BLOB_UNKNOWN is in the detail of an error with another code",
			OnAnswer(PutImage, On(404, MissingInDetail), On(400, MissingInDetail)), require.PushManifestMissingReferenceCode),
		fault("index-sparse-invalid", "an index whose children are missing is refused as invalid",
			OnAnswer(PutIndex, Refused(Invalid())), require.PushIndexSparse),
		fault("index-sparse-manifest-unknown", "an index whose children are missing is refused as MANIFEST_UNKNOWN",
			OnAnswer(PutIndex, Refused(Refuse(404, "MANIFEST_UNKNOWN"))), require.PushIndexSparse),
		fault("index-sparse-500", "an index whose children are missing is answered 500",
			OnAnswer(PutIndex, Refused(Refuse(500, "UNKNOWN"))), require.PushIndexSparse).in(require.V1_1),
		fault("index-child-size-accepted", "an index that gives a wrong size for a child is accepted",
			Taking(PutIndex), require.PushIndexChildMetadata),
		fault("sha512-references-refused", "a manifest that refers to blobs by SHA-512 digests is refused",
			Instead(PutManifestThat(AnyEntry("layers", "digest", IsSHA512)), Refuse(400, "MANIFEST_BLOB_UNKNOWN")), require.PushSha512References),
	}
}

func manifestSizeFaults() []Fault {
	return []Fault{
		fault("manifest-large-indented", "manifests over 1 MiB are pulled with other white space than was pushed",
			OnAnswer(GetManifest, Where(BodyOver(1<<20), Body(Indented))), require.PushManifestBytes),
		fault("manifest-size-1-mib", "manifests over 1 MiB are refused",
			Instead(PutManifest.And(LongerThan(1<<20)), Refuse(413, "SIZE_INVALID")), require.PushManifestSize),
		fault("manifest-size-400-1.1", "manifests over 64 KiB are refused with 400",
			Instead(PutManifest.And(LongerThan(64<<10)), Refuse(400, "MANIFEST_INVALID")), require.PushManifestSize).in(require.V1_1),
		fault("manifest-size-index", "indexes over 1 MiB are refused",
			Instead(PutIndex.And(LongerThan(1<<20)), Refuse(413, "SIZE_INVALID")), require.PushManifestSize),
		fault("manifest-size-subject", "manifests with a subject over 1 MiB are refused",
			Instead(PutManifestThat(HasSubject).And(LongerThan(1<<20)), Refuse(413, "SIZE_INVALID")), require.PushManifestSize).in(require.V1_1),
		fault("manifest-size-by-tag", "manifests over 1 MiB are stored only if they are pushed by digest",
			Instead(PutManifest.And(ByTag, LongerThan(1<<20)), Refuse(413, "SIZE_INVALID")), require.PushManifestSize),
		fault("manifest-over-4-mib-500", "a manifest over 4 MiB makes the server fail",
			Instead(PutManifest.And(LongerThan(4<<20)), Failing()), require.PushManifestSizeStatus),
		fault("manifest-over-limit-400", "a manifest over the limit is answered 400",
			OnAnswer(PutManifest, On(413, Refuse(400, "SIZE_INVALID"))), require.PushManifestSizeStatus).large(),
		fault("manifest-over-limit-500", "a manifest over the limit is answered 500",
			OnAnswer(PutManifest, On(413, Refuse(500, "UNKNOWN"))), require.PushManifestSizeStatus).large(),
	}
}

func putManifestFaults() []Fault {
	return []Fault{
		fault("manifest-put-200", "the push of a manifest is answered 200",
			OnAnswer(PutManifest, OK(Status(200))), require.PushManifestStatus),
		fault("manifest-put-202-by-digest", "the push of a manifest by digest is answered 202",
			OnAnswer(PutManifest.And(ByDigest), OK(Status(202))), require.PushManifestStatus),
		fault("manifest-put-204-by-tag", "the push of a tag is answered 204",
			OnAnswer(PutManifest.And(ByTag), OK(Status(204))), require.PushManifestStatus),
		fault("manifest-put-again-409", "a manifest that already exists is refused with 409",
			RefuseAgain(PutManifest, "MANIFEST_INVALID"), require.PushManifestStatus),
		fault("manifest-put-again-200", "the push of a manifest that already exists is answered 200",
			PushedAgainWith(Status(200)), require.PushManifestStatus),
		fault("manifest-put-mismatch-kept", "a manifest pushed under the digest of another is refused, but stored under its own digest",
			KeepRefused, require.PushManifestDigestMismatchRefused),
		fault("manifest-put-no-location", "the answer to the push of a manifest has no Location",
			OnAnswer(PutManifest, Del("Location")), require.PushManifestLocation),
		fault("manifest-put-no-location-by-tag", "the answer to the push of a tag has no Location",
			OnAnswer(PutManifest.And(ByTag), Del("Location")), require.PushManifestLocation),
		fault("manifest-put-dead-location", "the Location of a manifest leads nowhere",
			OnAnswer(PutManifest, OK(NowhereManifest)), require.PushManifestLocationPullable),
		fault("manifest-put-blob-location", "the Location of a manifest is that of a blob",
			OnAnswer(PutManifest.And(ByDigest), OK(SetFrom("Location", Replacing("/manifests/", "/blobs/")))), require.PushManifestLocationPullable),
		fault("manifest-put-internal-location", "the Location of a manifest has no /v2/",
			OnAnswer(PutManifest.And(ByTag), OK(SetFrom("Location", Replacing("/v2/", "/")))), require.PushManifestLocationPullable),
		fault("manifest-put-wrong-digest", "the Docker-Content-Digest in the answer to the push of a manifest is wrong",
			OnAnswer(PutManifest, OK(Set(DigestHeader, ZeroDigest))), require.PushManifestDigestValue),
		fault("manifest-put-config-digest", "the Docker-Content-Digest in the answer to the push of an image is the digest of its config",
			ConfigDigest, require.PushManifestDigestValue).in(require.V1_1),
		fault("manifest-put-other-algorithm", "the Docker-Content-Digest in the answer to the push of a manifest by digest is of another algorithm",
			SHA512Headers(PutManifest.And(ByDigest)), require.PushManifestDigestValue),
		fault("manifest-put-bytes-numbers", "large numbers in a manifest are stored with an exponent",
			OnAnswer(GetManifest, OK(Body(Replaced(`12345678901234`, `1.2345678901234e13`)))), require.PushManifestBytes),
		fault("manifest-put-space-same", "manifests that differ in white space alone are taken for the one that was pushed first",
			SameButSpace, require.PushManifestBytes),
		fault("manifest-put-bytes-compacted", "a manifest is stored without white space",
			OnAnswer(GetManifest, OK(Body(Compacted))), require.PushManifestBytes),
		fault("manifest-put-bytes-trimmed", "a manifest is stored without the white space at its end",
			OnAnswer(GetManifest, OK(Body(Trimmed))), require.PushManifestBytes),
		fault("manifest-put-mismatch-stored", "a manifest is stored under the digest of another",
			Taking(PutManifest.And(ByValidDigest)), require.PushManifestDigestMismatch),
		fault("manifest-content-type-parameter-400", "a parameter on the Content-Type of a manifest is refused",
			Instead(PutManifest.And(HeaderLike("Content-Type", `;`)), Refuse(415, "MANIFEST_INVALID")), require.PushManifestContentTypeParameters),
		fault("manifest-content-type-parameter-kept", "a parameter on the Content-Type of a pushed manifest is still there when it is pulled",
			KeepingTypeParameters, require.PushManifestContentTypeParameters),
	}
}
