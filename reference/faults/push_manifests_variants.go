package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func pushManifestVariants() []Variant {
	return []Variant{
		variant("tags-immutable", "a tag cannot be moved",
			ImmutableTags),
		variant("location-fragment", "the Location of a manifest has a fragment",
			OnAnswer(PutManifest, OK(SetFrom("Location", Appended("#pushed"))))),
		variant("manifest-location-digest", "the Location of a manifest pushed by tag has the digest",
			OnAnswer(PutManifest.And(ByTag), OK(LocationByDigest))),
		variant("manifest-limit", "manifests over 4 MiB are answered 413",
			Instead(PutManifest.And(LongerThan(4<<20)), Refuse(413, "SIZE_INVALID"))),
		variant("manifest-missing-blob-named-404", "a manifest whose blobs are missing is answered 404 with MANIFEST_BLOB_UNKNOWN",
			OnAnswer(PutManifest, MissingBlob(404))),
		variant("manifest-missing-blob-named-400", "a manifest whose blobs are missing is answered 400 with MANIFEST_BLOB_UNKNOWN",
			OnAnswer(PutManifest, MissingBlob(400))).in(require.V1_1),
		variant("manifest-sparse", "images and indexes are accepted when the content that they refer to is missing",
			Sparse),
		variant("manifest-put-no-digest", "the answer to the push of a manifest has no Docker-Content-Digest",
			OnAnswer(PutManifest, Del(DigestHeader))).in(require.V1_0),
		variant("tag-parameters-none", "tag parameters are ignored",
			OnRequest(PutManifest, DelParameters("tag"))),
		variant("tag-header-lines", "each tag that a tag parameter made is named in an OCI-Tag header of its own",
			OnAnswer(PutManifest, SplitHeader("OCI-Tag", ", "))),
		variant("docker-refused", "Docker's types are refused with 415, and the error names them",
			RefuseDocker),
	}
}
