package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func uploadProgressFaults() []Fault {
	return []Fault{
		fault("chunk-third-no-range", "from the third chunk on, the answer has no Range",
			FromNth(3, PatchUpload, Del("Range")), require.PushBlobChunkRange),
		fault("chunk-fourth-no-location", "from the fourth chunk on, the answer has no Location",
			FromNth(4, PatchUpload, Del("Location")), require.PushBlobChunkLocation),
		fault("chunk-third-200", "from the third chunk on, the answer is 200",
			FromNth(3, PatchUpload, Status(200)), require.PushBlobChunkStatus).in(require.V1_1),
		fault("chunk-one-byte-range", "the Range in the answer to a first chunk of one byte is 0-1",
			OnAnswer(PatchUpload, OK(SetFrom("Range", func(value string) string {
				if value == "0-0" {
					return "0-1"
				}
				return value
			}))), require.PushBlobChunkRange),
		fault("chunk-overlap-accepted", "a chunk that begins one byte too early or too late is accepted after the second one",
			OnRequest(PatchChunk.And(HeaderLike("Content-Range", "^25[57]-")), DelHeader("Content-Range")), require.PushBlobChunkOutOfOrder),
		fault("upload-status-lags", "the Range of an upload lacks the last chunk",
			StatusTells(func(chunk *Answer, before string) string {
				if before == "" {
					return chunk.Header.Get("Range")
				}
				return BeforeChunk(chunk)
			}), require.PushBlobUploadStatusRangeValue),
		fault("upload-status-last-chunk", "the Range of an upload covers only its last chunk",
			StatusTells(LastChunk), require.PushBlobUploadStatusRangeValue),
		fault("upload-status-first-chunk-1.1", "the Range of an upload always covers only its first chunk",
			StatusTells(FirstChunk), require.PushBlobUploadStatusRangeValue).in(require.V1_1),
		fault("upload-status-second-200", "from the second time on, a GET of an upload is answered 200",
			FromNth(2, GetUpload, Status(200)), require.PushBlobUploadStatusStatus),
		fault("upload-status-second-dead-location", "from the second time on, the Location of an upload in progress leads nowhere",
			FromNth(2, GetUpload, Nowhere), require.PushBlobUploadStatusLocation),
		fault("stream-range-zero", "the Range in the answer to a streamed upload is 0-0",
			OnAnswer(PatchStream, OK(Set("Range", "0-0"))), require.PushBlobStreamRange),
	}
}

func knownDigestFaults() []Fault {
	return []Fault{
		fault("post-put-known-unchecked", "an upload of other content under the digest of a blob that exists is answered 201",
			ConfirmsKnown(PutWholeBlob), require.PushBlobDigestMismatchKnown),
		fault("post-put-known-unchecked-1.1", "an upload of other content under the digest of a blob that exists is answered 201",
			ConfirmsKnown(PutWholeBlob), require.PushBlobDigestMismatchKnown).in(require.V1_1),
		fault("chunk-known-unchecked", "an upload in chunks under the digest of a blob that exists is answered 201",
			ConfirmsKnown(CloseUpload), require.PushBlobDigestMismatchKnown),
		fault("single-post-known-unchecked", "a single POST of other content under the digest of a blob that exists is answered 201",
			ConfirmsKnown(SinglePost), require.PushBlobDigestMismatchKnown),
		fault("post-put-mismatch-removes", "an upload that does not match its digest deletes the blob that has this digest",
			OnMismatch(PutUpload, Removes), require.PushBlobDigestMismatchKept),
		fault("single-post-mismatch-removes-1.0", "a single POST that does not match its digest deletes the blob that has this digest",
			OnMismatch(SinglePost, Removes), require.PushBlobDigestMismatchKept).in(require.V1_0),
		fault("post-put-known-linked", "an upload of other content gives the repository the blob of another repository that has the digest",
			LinksKnown(PutUpload), require.PushBlobPostPutDigestMismatch, require.PushBlobDigestMismatchKnown),
	}
}
