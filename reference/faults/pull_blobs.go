package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func getBlobFaults() []Fault {
	return []Fault{
		fault("blob-get-large-cut", "only the first 64 KiB of a blob are sent",
			OnAnswer(GetBlob, On(200, Body(UpTo[byte](64<<10)))), require.PullBlobGetBytes),
		fault("blob-get-sha512-wrong-digest", "Docker-Content-Digest is a wrong digest when a blob is pulled by SHA-512",
			OnAnswer(GetBlob.And(BySHA512), OK(Set(DigestHeader, ZeroDigest))), require.PullBlobGetDigestValue),
		fault("blob-get-206", "the pull of a whole blob is answered 206",
			OnAnswer(GetWholeBlob, OK(Status(206))), require.PullBlobGetStatus),
		fault("blob-get-404", "the pull of a blob is answered 404, but HEAD finds the blob",
			OnAnswer(GetBlob, Refuse(404, "BLOB_UNKNOWN")), require.PullBlobGetStatus),
		fault("blob-get-corrupt", "the last byte of a blob is wrong",
			OnAnswer(GetWholeBlob, OK(Body(FlipLast))), require.PullBlobGetBytes),
		fault("blob-get-truncated", "the last byte of a blob is missing",
			OnAnswer(GetWholeBlob, OK(Body(CutLast))), require.PullBlobGetBytes),
		fault("blob-get-empty", "a blob has no body",
			OnAnswer(GetWholeBlob, OK(Body(Nothing))), require.PullBlobGetBytes),
		fault("blob-get-no-digest", "a blob is pulled without Docker-Content-Digest",
			OnAnswer(GetBlob, Del(DigestHeader)), require.PullBlobGetDigestHeader),
		fault("blob-get-no-digest-1.1", "a blob is pulled without Docker-Content-Digest",
			OnAnswer(GetBlob, Del(DigestHeader)), require.PullBlobGetDigestHeader).in(require.V1_1),
		fault("blob-get-wrong-digest", "Docker-Content-Digest is a wrong digest when a blob is pulled",
			OnAnswer(GetBlob, OK(Set(DigestHeader, ZeroDigest))), require.PullBlobGetDigestValue),
		fault("blob-get-unknown-400", "a blob that does not exist is answered 400",
			OnAnswer(GetBlob, On(404, Refuse(400, "DIGEST_INVALID"))), require.PullBlobGetUnknown),
		fault("blob-get-unknown-200", "a blob that does not exist is answered 200 with an empty body",
			OnAnswer(GetBlob, On(404, Status(200), Text("application/octet-stream", ""))), require.PullBlobGetUnknown),
		fault("blob-get-unknown-500", "a blob that does not exist is answered 500",
			OnAnswer(GetBlob, On(404, Refuse(500, "UNKNOWN"))), require.PullBlobGetUnknown),
		fault("blob-get-unknown-403", "a blob that does not exist is answered 403",
			OnAnswer(GetBlob, On(404, Refuse(403, "DENIED"))), require.PullBlobGetUnknown),
	}
}

func headBlobFaults() []Fault {
	return []Fault{
		fault("blob-head-sha512-wrong-digest", "Docker-Content-Digest is a wrong digest in the answer to HEAD by SHA-512",
			OnAnswer(HeadBlob.And(BySHA512), OK(Set(DigestHeader, ZeroDigest))), require.PullBlobHeadDigestValue),
		fault("blob-head-405", "HEAD of a blob is not supported",
			Instead(HeadBlob, Status(405)), require.PullBlobHeadStatus),
		fault("blob-head-202", "HEAD of a blob is answered 202",
			OnAnswer(HeadBlob, OK(Status(202))), require.PullBlobHeadStatus),
		fault("blob-head-no-digest", "HEAD of a blob has no Docker-Content-Digest",
			OnAnswer(HeadBlob, Del(DigestHeader)), require.PullBlobHeadDigestHeader),
		fault("blob-head-wrong-digest", "Docker-Content-Digest is a wrong digest in the answer to HEAD of a blob",
			OnAnswer(HeadBlob, OK(Set(DigestHeader, ZeroDigest))), require.PullBlobHeadDigestValue),
		fault("blob-head-no-length", "HEAD of a blob has no Content-Length",
			OnAnswer(HeadBlob, OK(Del("Content-Length"))), require.PullBlobHeadLength),
		fault("blob-head-wrong-length", "the Content-Length of HEAD of a blob is one byte too small",
			OnAnswer(HeadBlob, OK(AddLength(-1))), require.PullBlobHeadLength),
		fault("blob-head-unknown-200", "HEAD finds every blob, even one that does not exist",
			OnAnswer(HeadBlob, On(404, Status(200))), require.PullBlobHeadUnknown),
		fault("blob-head-unknown-400", "HEAD of a blob that does not exist is answered 400",
			OnAnswer(HeadBlob, On(404, Status(400))), require.PullBlobHeadUnknown),
	}
}

func rangeFaults() []Fault {
	return []Fault{
		fault("range-206-whole", "a request for a range is answered 206 with the whole blob",
			OnPart(GetPart, WholeForPart), require.PullBlobRange),
		fault("range-200-part", "a request for a range is answered 200",
			OnAnswer(GetPart, On(206, Status(200))), require.PullBlobRange),
		fault("range-no-content-range", "the answer to a request for a range has no Content-Range",
			OnAnswer(GetPart, On(206, Del("Content-Range"))), require.PullBlobRange),
		fault("range-short", "the last byte of a requested range is missing",
			OnPart(GetPart, PartCut), require.PullBlobRange),
		fault("range-shifted", "the bytes of a requested range are shifted by one",
			OnPart(GetPart, PartShifted), require.PullBlobRange),
		fault("range-suffix-from-start", "a request for the last bytes of a blob gives the first bytes",
			OnPart(GetPart, SuffixFromStart), require.PullBlobRange),
		fault("range-open-416", "a range without an end is refused",
			OnAnswer(GetPart.And(HeaderLike("Range", `^bytes=\d+-$`)), On(206, Refuse(416, "UNSUPPORTED"))), require.PullBlobRange),
		fault("range-over-the-end-416", "a range that ends after the end of a blob is refused",
			OnAnswer(GetPart.And(HeaderLike("Range", `-99999999$`)), On(206, Refuse(416, "UNSUPPORTED"))), require.PullBlobRange),
		fault("range-wrong-size", "Content-Range gives the size of the range instead of the size of the blob",
			OnAnswer(GetPart, On(206, SizeOfPart)), require.PullBlobRange),
		fault("range-behind-end-206", "a range that begins after the end of a blob is answered 206 with an empty body",
			OnAnswer(GetPart, On(416, Status(206), Del("Content-Range"), Text("application/octet-stream", ""))), require.PullBlobRange),
		fault("range-behind-end-404", "a range that begins after the end of a blob is answered 404",
			OnAnswer(GetPart, On(416, Refuse(404, "BLOB_UNKNOWN"))), require.PullBlobRange).in(require.V1_1),
	}
}
