package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func untrueUploadFaults() []Fault {
	lie := On(400, Status(201), Text("", ""), Nowhere)
	return []Fault{
		fault("post-put-mismatch-201", "a blob that does not match its digest is answered 201, but nothing is stored",
			OnAnswer(PutWholeBlob.And(WellFormed), lie), require.PushBlobPostPutDigestMismatch),
		fault("single-post-mismatch-201", "a single POST of a blob that does not match its digest is answered 201",
			OnAnswer(SinglePost.And(WellFormed), lie), require.PushBlobSinglePostDigestMismatch),
		fault("chunk-mismatch-201-1.1", "an upload in chunks that does not match its digest is answered 201",
			OnAnswer(CloseUpload.And(WellFormed), lie), require.PushBlobChunkDigestMismatch).in(require.V1_1),
		fault("post-put-no-digest-201", "an upload that ends without a digest is answered 201",
			OnAnswer(PutUpload.And(Not(WithParameter("digest"))), lie), require.PushBlobPostPutStored),
		fault("chunk-no-digest-201", "an upload in chunks that ends without a digest is answered 201",
			AfterChunk(PutUpload.And(Not(WithParameter("digest"))), lie), require.PushBlobChunkStored),
		fault("upload-unknown-algorithm-500", "the start of an upload for an unknown algorithm is answered 500",
			Instead(StartUpload.And(ParameterLike("digest-algorithm", "^assay-")), Failing()), require.PushBlobDigestAlgorithmStatus),
		fault("single-post-202-dead", "when a single POST starts an upload, the upload does not work",
			Chain(DeadUploads(SinglePost), OnRequest(SinglePost, DelParameters("digest"), SetBody(nil))), require.PushBlobSinglePostFallbackUpload),
		fault("upload-overtaken-409", "an upload is refused when another upload stored the same blob in the meantime",
			RefusesOvertaken, require.PushBlobSessionSeparate),
		fault("upload-digest-algorithm-500", "the start of an upload with the parameter digest-algorithm is answered 500",
			Instead(StartUpload.And(WithParameter("digest-algorithm")), Refuse(500, "UNKNOWN")), require.PushBlobDigestAlgorithmStatus),
		fault("upload-status-dead-location", "the Location of an upload in progress leads nowhere",
			OnAnswer(GetUpload, OK(Nowhere)), require.PushBlobUploadStatusLocation),
		fault("cancel-next", "the cancelling of an upload also ends another upload",
			EndsNext, require.PushBlobCancelOthers),
		fault("mount-wrong-digest", "Docker-Content-Digest is a wrong digest when a blob is mounted",
			OnAnswer(Mount, On(201, Set(DigestHeader, ZeroDigest))), require.PushBlobMountDigestValue),
		fault("mount-head-404", "HEAD does not find a mounted blob",
			HiddenMounts, require.PushBlobMountStored),
		fault("mount-moved", "a mount removes the blob from the other repository",
			MovedMounts, require.PushBlobMountSource),
	}
}

func sizeFaults() []Fault {
	return []Fault{
		fault("blob-over-4-mib-413", "uploads of more than 4 MiB in one request are refused",
			Instead(PutUpload.And(LongerThan(4<<20)), Refuse(413, "SIZE_INVALID")), require.PushBlobSize),
		fault("single-post-over-1-mib-500", "a single POST of more than 1 MiB is answered 500",
			Instead(SinglePost.And(LongerThan(1<<20)), Refuse(500, "UNKNOWN")), require.PushBlobSize),
		fault("single-post-over-256-kib-lost", "a single POST of more than 256 KiB is answered 201, and the blob is not stored",
			LosesPushed(SinglePost.And(LongerThan(256<<10))), require.PushBlobSinglePostStored, require.PushBlobSinglePostLocationPullable),
		fault("mount-over-256-kib-lost", "the mount of a blob of more than 256 KiB is answered 201, and the blob is not there",
			LosesLargeMounts(256<<10), require.PushBlobMountLocationPullable, require.PushBlobMountStored),
		fault("blob-over-1-mib-unverified", "the digests of blobs of more than 1 MiB are not verified",
			Taking(PutUpload.And(WellFormed, LongerThan(1<<20))), require.PushBlobPostPutDigestMismatch),
		fault("blob-one-page-cut", "a blob of 4096 bytes is stored without its last byte",
			OnAnswer(GetWholeBlob, Where(BodyOf4096, Body(CutLast))), require.PushBlobPostPutStored, require.PullBlobGetBytes),
		fault("chunk-range-last-read", "the Range in the answer to a chunk over 32 KiB counts only 32 KiB of it",
			OnAnswer(PatchUpload.And(LongerThan(32<<10)), OK(Set("Range", "0-32767"))), require.PushBlobChunkRange),
		fault("chunk-last-byte-416", "a last chunk of one byte is refused",
			Instead(Is("PATCH PUT", Session).And(LastByte), Refuse(416, "SIZE_INVALID")), require.PushBlobChunkLast),
		fault("chunk-second-201", "the second chunk is answered 201",
			OnAnswer(PatchUpload.And(HeaderLike("Content-Range", "^[1-9]")), OK(Status(201))), require.PushBlobChunkStatus),
		fault("chunk-minimum-no-number", "OCI-Chunk-Min-Length is not a number",
			OnAnswer(StartUpload, OK(Set("OCI-Chunk-Min-Length", "5MiB"))), require.PushBlobChunkMinimum),
		fault("stream-second-416", "a second chunk without Content-Range is refused",
			FromSecond(PatchUpload.And(Not(WithHeader("Content-Range"))), Refuse(416, "BLOB_UPLOAD_INVALID")), require.PushBlobStreamTwice),
	}
}
