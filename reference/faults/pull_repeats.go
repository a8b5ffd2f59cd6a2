package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func repeatedPullFaults() []Fault {
	return []Fault{
		fault("blob-get-once", "a blob can be pulled only once",
			FromSecond(GetBlob, Refuse(404, "BLOB_UNKNOWN")), require.PullBlobGetBytes, require.PullBlobGetStatus),
		fault("blob-get-second-corrupt", "from the second pull on, the last byte of a blob is wrong",
			FromSecond(GetWholeBlob, OK(Body(FlipLast))), require.PullBlobGetBytes),
		fault("blob-get-second-empty", "from the second pull on, a blob has no body",
			FromSecond(GetWholeBlob, OK(Body(Nothing))), require.PullBlobGetBytes).in(require.V1_1),
		fault("manifest-get-second-cut", "from the second pull on, the last byte of a manifest is missing",
			FromSecond(GetManifest, OK(Body(CutLast))), require.PullManifestGetBytes),
		fault("tag-stale-once", "after a tag is moved, it gives the old manifest once",
			StaleOnce, require.PullManifestGetBytes),
		fault("tag-etag-equal", "all tags have the same ETag, whatever manifest they name",
			EqualETags, require.PullManifestGetBytes),
		fault("tag-latest-follows", "the push of a manifest by digest moves the tag latest",
			LatestFollows(ByValidDigest), require.PullManifestGetBytes),
		fault("tag-latest-follows-artifact", "the push of an artifact under a tag of its own moves the tag latest, too",
			LatestFollows(PutManifestThat(HasSubject)), require.PullManifestGetBytes).in(require.V1_1),
		fault("manifest-type-newest", "every manifest has the type of the manifest that was pushed last",
			NewestType, require.PullManifestContentTypePushed),
		fault("tag-refused-push-moves", "a push that is refused moves the tag",
			RefusedPushMoves, require.PullManifestGetBytes).in(require.V1_1),
		fault("tag-refused-push-untags", "a push that is refused removes the tag",
			RefusedPushUntags, require.PullManifestGetStatus),
		fault("manifest-get-blob", "a blob is also found as a manifest",
			BlobsAsManifests, require.PullManifestGetUnknown),
		fault("manifest-head-missing-kept", "HEAD keeps the answer that there is no manifest of a digest, also when it is pushed",
			KeepsMissing(HeadManifest.And(ByDigest)), require.PullManifestHeadStatus),
		fault("manifest-get-missing-kept", "GET keeps the answer that there is no manifest of a digest, also when it is pushed",
			KeepsMissing(GetManifest.And(ByDigest)), require.PullManifestGetStatus, require.ManagementManifestDeleteAgain).in(require.V1_1),
		fault("tag-case", "a tag is also found when its name is in upper case",
			TagsInAnyCase, require.PullManifestGetUnknown),
	}
}

// The registry takes pushes to these repositories, and does not find what was pushed.
func unusualRepositoryFaults() []Fault {
	return []Fault{
		fault("repository-name-hyphens-404", "manifests of repositories with several hyphens in a row in their name are not found",
			Instead(PullManifest.And(RepositoryLike(`--`)), Refuse(404, "NAME_UNKNOWN")), require.PullManifestGetStatus),
		fault("repository-name-words-404", "manifests of repositories with a word of the API in their name are not found",
			Instead(PullManifest.And(RepositoryLike(`(^|/)(blobs|manifests|tags|referrers)(/|$)`)), Refuse(404, "NAME_UNKNOWN")), require.PullManifestGetStatus),
		fault("repository-name-deep-404", "manifests of repositories with many parts in their name are not found by tag",
			Instead(PullManifest.And(ByTag, RepositoryLike(`^([^/]+/){3}`)), Refuse(404, "NAME_UNKNOWN")), require.PullManifestGetStatus).in(require.V1_1),
	}
}

func encodedPullFaults() []Fault {
	return []Fault{
		fault("blob-gzip-claimed", "a blob has Content-Encoding gzip, but is not compressed",
			OnAnswer(GetBlob.And(AcceptsGzip), OK(Set("Content-Encoding", "gzip"))), require.PullBlobGetBytes),
		fault("blob-gzip-forced", "a blob is compressed for clients that do not accept it",
			OnAnswer(GetBlob.And(HeaderLike("Accept-Encoding", "identity")), OK(Compressed)), require.PullBlobGetBytes),
		fault("blob-gzip-unpacked", "a blob that is a gzip file is decompressed",
			OnAnswer(GetWholeBlob, OK(Body(Unpacked))), require.PullBlobGetBytes),
		fault("manifest-gzip-silent", "a manifest is compressed without Content-Encoding",
			OnAnswer(GetManifest.And(AcceptsGzip), OK(Compressed, Del("Content-Encoding"))), require.PullManifestGetBytes),
		fault("blob-head-gzip-length", "HEAD of a blob has a different Content-Length when the client accepts gzip",
			OnAnswer(HeadBlob.And(AcceptsGzip), OK(AddLength(-10))), require.PullBlobHeadLength),
		fault("accept-none-404", "a pull of a manifest without Accept is answered 404",
			OnAnswer(GetManifest.And(Not(WithHeader("Accept"))), OK(Refuse(404, "MANIFEST_UNKNOWN"))), require.PullManifestAcceptNone),
		fault("accept-lines-404", "only the first of several Accept headers counts",
			OnAnswer(GetManifest.And(ManyAccepts), OK(Refuse(404, "MANIFEST_UNKNOWN"))), require.PullManifestAcceptListed),
		fault("accept-index-resolved", "a client that accepts only images gets an image from an index",
			Only(ByTag, ResolvedIndex), require.PullManifestAcceptOther),
		fault("manifest-head-no-type", "HEAD of a manifest has no Content-Type",
			OnAnswer(HeadManifest, OK(Del("Content-Type"))), require.PullManifestHeadContentType),
		fault("manifest-head-text", "HEAD of a manifest has another Content-Type than GET",
			OnAnswer(HeadManifest, OK(Set("Content-Type", "text/plain"))), require.PullManifestHeadContentType).in(require.V1_1),
	}
}

func largePullFaults() []Fault {
	return []Fault{
		fault("blob-head-large-404", "HEAD does not find large blobs",
			OnAnswer(HeadBlob, If(LengthOver(1<<20), Status(404))), require.PullBlobHeadStatus),
		fault("blob-head-large-length", "HEAD gives a wrong length for large blobs",
			OnAnswer(HeadBlob, If(LengthOver(1<<20), AddLength(-7))), require.PullBlobHeadLength),
		fault("blob-head-repository-200", "HEAD finds blobs in repositories that do not exist",
			OnAnswer(HeadBlob.And(MissingRepository), On(404, Status(200))), require.PullBlobHeadUnknown),
		fault("manifest-head-repository-200", "HEAD finds manifests in repositories that do not exist",
			OnAnswer(HeadManifest.And(MissingRepository), On(404, Status(200))), require.PullManifestHeadUnknown),
	}
}

func unusualRangeFaults() []Fault {
	return []Fault{
		fault("range-ignored", "a request for a range is answered with the whole blob",
			OnRequest(GetBlob, DelHeader("Range")), require.PullBlobRangeSupported),
		fault("range-ignored-1.1", "a request for a range is answered with the whole blob",
			OnRequest(GetBlob, DelHeader("Range")), require.PullBlobRangeSupported).in(require.V1_1),
		fault("range-subset", "only the first bytes of a requested range are sent, and Content-Range says so",
			OnPart(GetBlob, FirstFive), require.PullBlobRangeWhole),
		fault("range-several-500", "a request for several ranges is answered 500",
			Instead(GetBlob.And(SeveralRanges), Refuse(500, "UNKNOWN")), require.PullBlobRange),
		fault("range-several-glued", "several ranges are sent as one",
			OnPart(GetBlob, Glued), require.PullBlobRange),
		fault("range-several-boundary", "the boundary between several ranges differs from the one in Content-Type",
			OnAnswer(GetBlob.And(SeveralRanges), On(206, Set("Content-Type", "multipart/byteranges; boundary=other"))), require.PullBlobRange),
		fault("range-behind-end-size", "the answer 416 gives a wrong size of the blob",
			OnAnswer(GetPart, On(416, Set("Content-Range", "bytes */1"))), require.PullBlobRange),
		fault("range-unit-416", "a range of an unknown unit is answered 416",
			Instead(GetBlob.And(HeaderLike("Range", "^lines=")), Refuse(416, "UNSUPPORTED")), require.PullBlobRange),
		fault("range-if-range-ignored", "If-Range is ignored",
			OnRequest(GetBlob, DelHeader("If-Range")), require.PullBlobRange),
		fault("range-open-one-buffer", "a range without an end is cut after 1000 bytes, but Content-Range names all of it",
			OnPart(GetPart.And(HeaderLike("Range", `^bytes=\d+-$`)), PartOfOneBuffer), require.PullBlobRange),
		fault("range-at-end-500", "a range that begins right behind the last byte is answered 500",
			OnAnswer(GetBlob.And(HeaderLike("Range", `^bytes=\d+-$`)), On(416, Failing())), require.PullBlobRange),
		fault("range-reversed-206", "a range that ends before it begins is answered 206",
			OnAnswer(GetBlob.And(HeaderLike("Range", `^bytes=19-10$`)), Status(206)), require.PullBlobRange).in(require.V1_1),
		fault("range-head-206", "HEAD with a range is answered 206",
			OnAnswer(HeadBlob.And(WithHeader("Range")), OK(Status(206))), require.PullBlobRange),
	}
}
