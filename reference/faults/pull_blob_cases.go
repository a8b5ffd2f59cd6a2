package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

// ofZeroBytes matches requests for the blob of zero bytes.
var ofZeroBytes = PathLike(ZeroBytesDigest + "$")

func blobCaseFaults() []Fault {
	return []Fault{
		fault("blob-head-missing-kept", "HEAD keeps the answer that there is no such blob",
			KeepsMissing(HeadBlob), require.PullBlobHeadStatus),
		fault("blob-get-missing-kept", "GET keeps the answer that there is no such blob",
			KeepsMissing(GetBlob), require.PullBlobGetStatus),
		fault("blob-head-zero-bytes-no-length", "HEAD of the blob of zero bytes has no Content-Length",
			OnAnswer(HeadBlob.And(ofZeroBytes), OK(Del("Content-Length"))), require.PullBlobHeadLength),
		fault("blob-get-zero-bytes-204", "the pull of the blob of zero bytes is answered 204",
			OnAnswer(GetBlob.And(ofZeroBytes), OK(Status(204))), require.PullBlobGetStatus),
		fault("blob-head-zero-bytes-404", "HEAD does not find the blob of zero bytes",
			Instead(HeadBlob.And(ofZeroBytes), Status(404)), require.PullBlobHeadStatus),
	}
}
