package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

// everyPushFaults are wrong for some content alone. No spec asks for just that: it shows
// in what other specs push.
func everyPushFaults() []Fault {
	attached := PutManifestThat(HasSubject)
	long := PutManifest.And(LongerThan(1500))
	largeBlob := PutWholeBlob.And(LongerThan(100_000))
	return []Fault{
		fault("artifact-put-200", "the push of an artifact with a subject is answered 200",
			OnAnswer(attached, OK(Status(200))), require.PushManifestStatus),
		fault("artifact-put-no-location", "the push of an artifact with a subject returns no Location",
			OnAnswer(attached, OK(Del("Location"))), require.PushManifestLocation),
		fault("artifact-put-wrong-digest", "the push of an artifact with a subject names another digest",
			OnAnswer(attached, OK(Set(DigestHeader, ZeroDigest))), require.PushManifestDigestValue),
		fault("manifest-put-long-202", "the push of a manifest over 1500 bytes is answered 202",
			OnAnswer(long, OK(Status(202))), require.PushManifestStatus),
		fault("blob-large-put-204", "the PUT of a blob over 100 kB is answered 204",
			OnAnswer(largeBlob, OK(Status(204))), require.PushBlobPostPutStatus),
		fault("blob-large-put-no-location", "the PUT of a blob over 100 kB returns no Location",
			OnAnswer(largeBlob, OK(Del("Location"))), require.PushBlobPostPutLocation),
		fault("chunk-long-no-location", "a chunk over 100 kB returns no Location",
			OnAnswer(PatchChunk.And(LongerThan(100_000)), OK(Del("Location"))), require.PushBlobChunkLocation),
		fault("chunk-long-no-range", "a chunk over 100 kB returns no Range",
			OnAnswer(PatchChunk.And(LongerThan(100_000)), OK(Del("Range"))), require.PushBlobChunkRange),
		fault("chunk-long-204", "a chunk over 100 kB is answered 204",
			OnAnswer(PatchChunk.And(LongerThan(100_000)), OK(Status(204))), require.PushBlobChunkStatus),
		fault("session-second-repository-201", "the start of an upload in a nested repository is answered 201",
			OnAnswer(StartUpload.And(RepositoryLike("assay-lists")), OK(Status(201))), require.PushBlobPostPutStartStatus),
		fault("upload-overtaken-alone-409", "an upload is refused when another one stored the same blob, where no specs push other blobs",
			Only(RepositoryLike("assay-lists"), RefusesOvertaken), require.PushBlobSessionSeparate),
		fault("upload-status-old-location-404", "an upload is only at the Location that was given last",
			NewestLocations, require.PushBlobUploadStatusAnyLocation),
		fault("upload-digest-algorithm-completed-400", "an upload that was started with digest-algorithm takes no digest of sha512",
			RefusesAnnounced, require.PushBlobDigestAlgorithmCompleted),
		fault("manifest-missing-blob-no-body", "a manifest whose blobs are missing is refused without a body",
			OnAnswer(PutManifest, MissingBlobWithoutBody()), require.PushManifestMissingReferenceBody),
		fault("upload-status-third-200", "the third GET of an upload is answered 200",
			FromNth(3, GetUpload, Status(200)), require.PushBlobUploadStatusStatus),
		fault("upload-status-third-no-location", "the third GET of an upload returns no Location",
			FromNth(3, GetUpload, Del("Location")), require.PushBlobUploadStatusLocation),
		fault("upload-status-third-no-range", "the third GET of an upload returns no Range",
			FromNth(3, GetUpload, Del("Range")), require.PushBlobUploadStatusRange, require.PushBlobUploadStatusRangeValue),
		fault("single-post-large-202", "a single POST of 5 MiB that succeeds is answered 200",
			OnAnswer(SinglePost.And(LongerThan(1<<20)), OK(Status(200))), require.PushBlobSinglePostStatus),
		fault("mount-zero-bytes-200", "the mount of a blob of zero bytes is answered 200",
			OnAnswer(Mount.And(WithValue("mount", ZeroBytesDigest)), OK(Status(200))), require.PushBlobMountStatus, require.PushBlobMountFallback),
	}
}
