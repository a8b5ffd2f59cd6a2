package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func getBlobFaults() []Fault {
	return []Fault{
		fault("blob-get-large-cut", "of blobs the first 64 KiB are given",
			OnAnswer(GetBlob, On(200, Body(UpTo[byte](64<<10)))), require.PullBlobGetBytes),
		fault("blob-get-sha512-wrong-digest", "Docker-Content-Digest is of nothing when a blob is pulled by SHA-512",
			OnAnswer(GetBlob.And(BySHA512), OK(Set(DigestHeader, ZeroDigest))), require.PullBlobGetDigestValue),
		fault("blob-get-206", "a blob is answered 206 though nobody asked for a part",
			OnAnswer(GetWholeBlob, OK(Status(206))), require.PullBlobGetStatus),
		fault("blob-get-404", "blobs cannot be pulled, though HEAD finds them",
			OnAnswer(GetBlob, Refuse(404, "BLOB_UNKNOWN")), require.PullBlobGetStatus),
		fault("blob-get-corrupt", "the last byte of a blob is another",
			OnAnswer(GetWholeBlob, OK(Body(FlipLast))), require.PullBlobGetBytes),
		fault("blob-get-truncated", "the last byte of a blob is missing",
			OnAnswer(GetWholeBlob, OK(Body(CutLast))), require.PullBlobGetBytes),
		fault("blob-get-empty", "a blob has no body",
			OnAnswer(GetWholeBlob, OK(Body(Nothing))), require.PullBlobGetBytes),
		fault("blob-get-no-digest", "a blob is pulled without Docker-Content-Digest",
			OnAnswer(GetBlob, Del(DigestHeader)), require.PullBlobGetDigestHeader),
		fault("blob-get-no-digest-1.1", "a blob is pulled without Docker-Content-Digest",
			OnAnswer(GetBlob, Del(DigestHeader)), require.PullBlobGetDigestHeader).in(require.V1_1),
		fault("blob-get-wrong-digest", "Docker-Content-Digest is of nothing when a blob is pulled",
			OnAnswer(GetBlob, OK(Set(DigestHeader, ZeroDigest))), require.PullBlobGetDigestValue),
		fault("blob-get-unknown-400", "a blob that is not there is answered 400",
			OnAnswer(GetBlob, On(404, Refuse(400, "DIGEST_INVALID"))), require.PullBlobGetUnknown),
		fault("blob-get-unknown-200", "a blob that is not there is answered as one of no bytes",
			OnAnswer(GetBlob, On(404, Status(200), Text("application/octet-stream", ""))), require.PullBlobGetUnknown),
		fault("blob-get-unknown-500", "a blob that is not there is answered 500",
			OnAnswer(GetBlob, On(404, Refuse(500, "UNKNOWN"))), require.PullBlobGetUnknown),
		fault("blob-get-unknown-403", "a blob that is not there is answered 403",
			OnAnswer(GetBlob, On(404, Refuse(403, "DENIED"))), require.PullBlobGetUnknown),
	}
}

func headBlobFaults() []Fault {
	return []Fault{
		fault("blob-head-sha512-wrong-digest", "Docker-Content-Digest is of nothing when HEAD asks by SHA-512",
			OnAnswer(HeadBlob.And(BySHA512), OK(Set(DigestHeader, ZeroDigest))), require.PullBlobHeadDigestValue),
		fault("blob-head-405", "HEAD of a blob is not supported",
			Instead(HeadBlob, Status(405)), require.PullBlobHeadStatus),
		fault("blob-head-202", "HEAD of a blob is answered 202",
			OnAnswer(HeadBlob, OK(Status(202))), require.PullBlobHeadStatus),
		fault("blob-head-no-digest", "HEAD of a blob has no Docker-Content-Digest",
			OnAnswer(HeadBlob, Del(DigestHeader)), require.PullBlobHeadDigestHeader),
		fault("blob-head-wrong-digest", "Docker-Content-Digest is of nothing when HEAD asks for a blob",
			OnAnswer(HeadBlob, OK(Set(DigestHeader, ZeroDigest))), require.PullBlobHeadDigestValue),
		fault("blob-head-no-length", "HEAD of a blob has no Content-Length",
			OnAnswer(HeadBlob, OK(Del("Content-Length"))), require.PullBlobHeadLength),
		fault("blob-head-wrong-length", "HEAD of a blob tells one byte less than there is",
			OnAnswer(HeadBlob, OK(AddLength(-1))), require.PullBlobHeadLength),
		fault("blob-head-unknown-200", "HEAD finds every blob",
			OnAnswer(HeadBlob, On(404, Status(200))), require.PullBlobHeadUnknown),
		fault("blob-head-unknown-400", "HEAD of a blob that is not there is answered 400",
			OnAnswer(HeadBlob, On(404, Status(400))), require.PullBlobHeadUnknown),
	}
}

func rangeFaults() []Fault {
	return []Fault{
		fault("range-206-whole", "a part of a blob is answered 206 with the whole",
			OnPart(GetPart, WholeForPart), require.PullBlobRange),
		fault("range-200-part", "a part of a blob is answered 200",
			OnAnswer(GetPart, On(206, Status(200))), require.PullBlobRange),
		fault("range-no-content-range", "a part of a blob has no Content-Range",
			OnAnswer(GetPart, On(206, Del("Content-Range"))), require.PullBlobRange),
		fault("range-short", "a part of a blob is without its last byte",
			OnPart(GetPart, PartCut), require.PullBlobRange),
		fault("range-shifted", "a part of a blob is one byte off",
			OnPart(GetPart, PartShifted), require.PullBlobRange),
		fault("range-suffix-from-start", "the last bytes of a blob are taken for the first",
			OnPart(GetPart, SuffixFromStart), require.PullBlobRange),
		fault("range-open-416", "a range without an end is refused",
			OnAnswer(GetPart.And(HeaderLike("Range", `^bytes=\d+-$`)), On(206, Refuse(416, "UNSUPPORTED"))), require.PullBlobRange),
		fault("range-over-the-end-416", "a range that goes over the end of a blob is refused",
			OnAnswer(GetPart.And(HeaderLike("Range", `-99999999$`)), On(206, Refuse(416, "UNSUPPORTED"))), require.PullBlobRange),
		fault("range-wrong-size", "Content-Range tells the size of the part for that of the blob",
			OnAnswer(GetPart, On(206, SizeOfPart)), require.PullBlobRange),
		fault("range-behind-end-206", "a range behind the end of a blob is answered 206 with nothing",
			OnAnswer(GetPart, On(416, Status(206), Del("Content-Range"), Text("application/octet-stream", ""))), require.PullBlobRange),
		fault("range-behind-end-404", "a range behind the end of a blob is answered 404",
			OnAnswer(GetPart, On(416, Refuse(404, "BLOB_UNKNOWN"))), require.PullBlobRange).in(require.V1_1),
	}
}
