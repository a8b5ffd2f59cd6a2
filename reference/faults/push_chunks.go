package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func closeUploadFaults() []Fault {
	return []Fault{
		fault("chunk-close-eleven-400", "an upload of more than ten chunks cannot be completed",
			ClosesUpTo(10), require.PushBlobChunkCloseStatus),
		fault("chunk-close-200", "the PUT that ends chunks is answered 200",
			OnAnswer(CloseUpload, OK(Status(200))), require.PushBlobChunkCloseStatus),
		fault("chunk-close-204-with-last", "the PUT with the last chunk is answered 204",
			OnAnswer(PutLastChunk, OK(Status(204))), require.PushBlobChunkCloseStatus),
		fault("chunk-close-no-location", "the answer to the PUT that ends chunks has no Location",
			OnAnswer(CloseUpload, Del("Location")), require.PushBlobChunkCloseLocation),
		fault("chunk-close-dead-location", "the Location of a blob that was pushed in chunks leads nowhere",
			OnAnswer(CloseUpload, OK(Nowhere)), require.PushBlobChunkCloseLocationPullable),
		fault("chunk-close-out-of-order-400", "a last chunk out of order is answered 400",
			OnAnswer(PutUpload, On(416, Refuse(400, "BLOB_UPLOAD_INVALID"))), require.PushBlobChunkCloseOutOfOrder),
		fault("chunk-close-out-of-order-201", "a last chunk after a gap is accepted",
			OnAnswer(PutUpload, On(416, Status(201), Text("", ""), Nowhere)), require.PushBlobChunkCloseOutOfOrder),
		fault("chunk-close-range-ignored", "the Content-Range of a last chunk is ignored",
			OnRequest(PutUpload, DelHeader("Content-Range")), require.PushBlobChunkCloseOutOfOrder),
		fault("chunk-lost", "a blob that was pushed in chunks is not stored",
			Forgetting(CloseUpload), require.PushBlobChunkStored),
		fault("chunk-last-lost", "a blob whose last chunk was in the PUT is corrupt when it is pulled",
			Corrupting(PutLastChunk), require.PushBlobChunkStored),
		fault("chunk-last-refused", "a last chunk in the PUT is refused",
			Instead(PutLastChunk, Refuse(400, "BLOB_UPLOAD_INVALID")), require.PushBlobChunkCloseStatus),
		fault("chunk-mismatch-stored", "a blob that is pushed in chunks is stored under a digest that is not its own",
			TakingAfter(PatchChunk), require.PushBlobChunkDigestMismatch),
		fault("chunk-mismatch-422", "an upload in chunks that does not match its digest is answered 422",
			OnAnswer(CloseUpload.And(WellFormed), On(400, Refuse(422, "DIGEST_INVALID"))), require.PushBlobChunkDigestMismatchStatus),
		fault("chunk-mismatch-500", "an upload in chunks that does not match its digest is answered 500",
			OnAnswer(CloseUpload.And(WellFormed), On(400, Refuse(500, "UNKNOWN"))), require.PushBlobChunkDigestMismatchStatus),
		fault("sha512-chunk-refused", "an upload in chunks cannot end with a SHA-512 digest",
			Instead(CloseUpload.And(EndsInSHA512), Refuse(400, "DIGEST_INVALID")), require.PushSha512Chunk),
	}
}

func chunkFaults() []Fault {
	return []Fault{
		fault("chunk-minimum-silent", "chunks below 100 bytes are refused, but the start of the upload gives no minimum",
			Chain(OnAnswer(StartUpload, Del("OCI-Chunk-Min-Length")), ChunkMinimum(100, 416)), require.PushBlobChunkMinimum),
		fault("chunk-minimum-silent-400", "chunks below 64 bytes are refused with 400, but the start of the upload gives no minimum",
			Chain(OnAnswer(StartUpload, Del("OCI-Chunk-Min-Length")), ChunkMinimum(64, 400)), require.PushBlobChunkMinimum).in(require.V1_1),
		fault("chunk-201", "a chunk is answered 201",
			OnAnswer(PatchUpload, OK(Status(201))), require.PushBlobChunkStatus),
		fault("chunk-204", "a chunk with a Content-Range is answered 204",
			OnAnswer(PatchChunk, OK(Status(204))), require.PushBlobChunkStatus),
		fault("chunk-200-1.0", "a chunk is answered 200",
			OnAnswer(PatchUpload, OK(Status(200))), require.PushBlobChunkStatus).in(require.V1_0),
		fault("chunk-405", "chunks are not supported",
			Instead(PatchUpload, Refuse(405, "UNSUPPORTED")), require.PushBlobChunkStatus),
		fault("chunk-no-location", "the answer to a chunk has no Location",
			OnAnswer(PatchUpload, Del("Location")), require.PushBlobChunkLocation),
		fault("chunk-no-range", "the answer to a chunk has no Range",
			OnAnswer(PatchUpload, OK(Del("Range"))), require.PushBlobChunkRange),
		fault("chunk-range-unit", "the Range in the answer to a chunk has a unit",
			OnAnswer(PatchUpload, OK(SetFrom("Range", Prepended("bytes=")))), require.PushBlobChunkRange),
		fault("chunk-range-exclusive", "the Range in the answer to a chunk ends one byte too late",
			OnAnswer(PatchUpload, OK(SetFrom("Range", OneMore))), require.PushBlobChunkRange),
		fault("chunk-range-of-chunk", "the Range in the answer to a chunk covers only this chunk",
			OnAnswer(PatchChunk, OK(SetRequested("Range", OwnHeader("Content-Range")))), require.PushBlobChunkRange),
		fault("chunk-range-first", "the Range in the answer to a chunk always covers only the first chunk",
			OnAnswer(PatchChunk, OK(RangeOfFirst)), require.PushBlobChunkRange).in(require.V1_1),
		fault("chunk-gap-accepted", "a chunk after a gap is accepted",
			OnRequest(PatchUpload.And(HeaderLike("Content-Range", `^[1-9]`)), DelHeader("Content-Range")), require.PushBlobChunkOutOfOrder),
		fault("chunk-again-accepted", "a chunk that is sent a second time is accepted",
			OnRequest(PatchUpload.And(HeaderLike("Content-Range", `^0-`)), DelHeader("Content-Range")), require.PushBlobChunkOutOfOrder),
		fault("chunk-out-of-order-400", "a chunk out of order is answered 400",
			OnAnswer(PatchUpload, On(416, Refuse(400, "BLOB_UPLOAD_INVALID"))), require.PushBlobChunkOutOfOrder),
		fault("chunk-out-of-order-202", "a chunk out of order is answered 202 and dropped",
			OnAnswer(PatchUpload, On(416, OfNewUpload(202))), require.PushBlobChunkOutOfOrder),
		fault("chunk-out-of-order-500-1.0", "a chunk out of order is answered 500",
			OnAnswer(PatchUpload, On(416, Refuse(500, "UNKNOWN"))), require.PushBlobChunkOutOfOrder).in(require.V1_0),
		fault("chunk-out-of-order-ends", "a chunk out of order ends the upload",
			EndsWhenOutOfOrder, require.PushBlobChunkOutOfOrderResume),
		fault("chunk-out-of-order-refuses", "after a chunk out of order, every further chunk is answered 416",
			RefusesAfterGap, require.PushBlobChunkOutOfOrderResume),
		fault("chunk-out-of-order-resets", "a chunk out of order makes the upload begin again",
			ResettingUploads, require.PushBlobChunkOutOfOrderResume),
	}
}

func streamFaults() []Fault {
	return []Fault{
		fault("stream-411", "a stream without a length is refused",
			Instead(PatchStream, Refuse(411, "SIZE_INVALID")), require.PushBlobStreamAccepted),
		fault("stream-400", "a PATCH without a Content-Range is refused",
			Instead(PatchUpload.And(Not(WithHeader("Content-Range"))), Refuse(400, "BLOB_UPLOAD_INVALID")), require.PushBlobStreamAccepted),
		fault("stream-lost", "a streamed upload is not stored",
			OnRequest(PatchStream, SetBody(nil)), require.PushBlobStreamAccepted),
		fault("stream-mismatch-stored", "a streamed upload is stored under a digest that is not its own",
			TakingAfter(PatchStream), require.PushBlobStreamDigestMismatch),
	}
}
