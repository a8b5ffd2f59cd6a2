package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func repeatedPullFaults() []Fault {
	return []Fault{
		fault("blob-get-once", "a blob can be pulled once",
			FromSecond(GetBlob, Refuse(404, "BLOB_UNKNOWN")), require.PullBlobGetBytes, require.PullBlobGetStatus),
		fault("blob-get-second-corrupt", "the last byte of a blob is another from the second pull on",
			FromSecond(GetWholeBlob, OK(Body(FlipLast))), require.PullBlobGetBytes),
		fault("blob-get-second-empty", "a blob has no body from the second pull on",
			FromSecond(GetWholeBlob, OK(Body(Nothing))), require.PullBlobGetBytes).in(require.V1_1),
		fault("manifest-get-second-cut", "the last byte of a manifest is missing from the second pull on",
			FromSecond(GetManifest, OK(Body(CutLast))), require.PullManifestGetBytes),
		fault("tag-stale-once", "a tag that was moved gives the old manifest once",
			StaleOnce, require.PullManifestGetBytes),
		fault("tag-etag-equal", "all tags have one ETag, whatever they give",
			EqualETags, require.PullManifestGetBytes),
		fault("tag-case", "a tag is found in upper case, too",
			TagsInAnyCase, require.PullManifestGetUnknown),
	}
}

func encodedPullFaults() []Fault {
	return []Fault{
		fault("blob-gzip-claimed", "a blob is said to be packed, and is not",
			OnAnswer(GetBlob.And(AcceptsGzip), OK(Set("Content-Encoding", "gzip"))), require.PullBlobGetBytes),
		fault("blob-gzip-forced", "a blob is packed for who does not accept it",
			OnAnswer(GetBlob.And(HeaderLike("Accept-Encoding", "identity")), OK(Compressed)), require.PullBlobGetBytes),
		fault("blob-gzip-unpacked", "a blob that is packed itself comes unpacked",
			OnAnswer(GetWholeBlob, OK(Body(Unpacked))), require.PullBlobGetBytes),
		fault("manifest-gzip-silent", "a manifest is packed, and nothing says so",
			OnAnswer(GetManifest.And(AcceptsGzip), OK(Compressed, Del("Content-Encoding"))), require.PullManifestGetBytes),
		fault("blob-head-gzip-length", "HEAD of a blob tells another length to who accepts gzip",
			OnAnswer(HeadBlob.And(AcceptsGzip), OK(AddLength(-10))), require.PullBlobHeadLength),
		fault("accept-none-404", "who does not send Accept is given no manifest",
			OnAnswer(GetManifest.And(Not(WithHeader("Accept"))), OK(Refuse(404, "MANIFEST_UNKNOWN"))), require.PullManifestAcceptNone),
		fault("accept-lines-404", "of several headers Accept only the first counts",
			OnAnswer(GetManifest.And(ManyAccepts), OK(Refuse(404, "MANIFEST_UNKNOWN"))), require.PullManifestAcceptListed),
		fault("accept-index-resolved", "who accepts images alone is given one of an index",
			Only(ByTag, ResolvedIndex), require.PullManifestAcceptOther),
		fault("manifest-head-no-type", "HEAD of a manifest has no Content-Type",
			OnAnswer(HeadManifest, OK(Del("Content-Type"))), require.PullManifestHeadContentType),
		fault("manifest-head-text", "HEAD of a manifest is of another type than GET",
			OnAnswer(HeadManifest, OK(Set("Content-Type", "text/plain"))), require.PullManifestHeadContentType).in(require.V1_1),
	}
}

func largePullFaults() []Fault {
	return []Fault{
		fault("blob-head-large-404", "HEAD does not find large blobs",
			OnAnswer(HeadBlob, If(LengthOver(1<<20), Status(404))), require.PullBlobHeadStatus),
		fault("blob-head-large-length", "HEAD tells a wrong length of large blobs",
			OnAnswer(HeadBlob, If(LengthOver(1<<20), AddLength(-7))), require.PullBlobHeadLength),
		fault("blob-head-repository-200", "HEAD finds blobs in repositories that do not exist",
			OnAnswer(HeadBlob.And(MissingRepository), On(404, Status(200))), require.PullBlobHeadUnknown),
		fault("manifest-head-repository-200", "HEAD finds manifests in repositories that do not exist",
			OnAnswer(HeadManifest.And(MissingRepository), On(404, Status(200))), require.PullManifestHeadUnknown),
	}
}

func unusualRangeFaults() []Fault {
	return []Fault{
		fault("range-ignored", "the whole of a blob is given where a part was asked for",
			OnRequest(GetBlob, DelHeader("Range")), require.PullBlobRangeSupported),
		fault("range-ignored-1.1", "the whole of a blob is given where a part was asked for",
			OnRequest(GetBlob, DelHeader("Range")), require.PullBlobRangeSupported).in(require.V1_1),
		fault("range-subset", "only the first bytes of a part are given, as Content-Range says",
			OnPart(GetBlob, FirstFive), require.PullBlobRangeWhole),
		fault("range-several-500", "several ranges are answered 500",
			Instead(GetBlob.And(SeveralRanges), Refuse(500, "UNKNOWN")), require.PullBlobRange),
		fault("range-several-glued", "several parts are given as one",
			OnPart(GetBlob, Glued), require.PullBlobRange),
		fault("range-several-boundary", "the boundary of several parts is another than the header says",
			OnAnswer(GetBlob.And(SeveralRanges), On(206, Set("Content-Type", "multipart/byteranges; boundary=other"))), require.PullBlobRange),
		fault("range-behind-end-size", "the answer 416 tells a wrong size of the blob",
			OnAnswer(GetPart, On(416, Set("Content-Range", "bytes */1"))), require.PullBlobRange),
		fault("range-unit-416", "a range of an unknown unit is answered 416",
			Instead(GetBlob.And(HeaderLike("Range", "^lines=")), Refuse(416, "UNSUPPORTED")), require.PullBlobRange),
		fault("range-if-range-ignored", "If-Range is not looked at",
			OnRequest(GetBlob, DelHeader("If-Range")), require.PullBlobRange),
		fault("range-head-206", "HEAD with a range is answered 206",
			OnAnswer(HeadBlob.And(WithHeader("Range")), OK(Status(206))), require.PullBlobRange),
	}
}
