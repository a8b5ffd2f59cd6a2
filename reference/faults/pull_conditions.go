package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func acceptFormFaults() []Fault {
	return []Fault{
		fault("accept-lines-head-404", "with several Accept headers, HEAD finds nothing",
			OnAnswer(HeadManifest.And(ManyAccepts), OK(Status(404))), require.PullManifestHeadStatus),
		fault("accept-lines-index-404", "with several Accept headers, an index is answered 404",
			OnAnswer(GetManifest.And(ManyAccepts), Where(AnIndex, Refuse(404, "MANIFEST_UNKNOWN"))), require.PullManifestAcceptListed).in(require.V1_1),
		fault("accept-weights-406", "an Accept with weights is answered 406",
			OnAnswer(PullManifest.And(HeaderLike("Accept", ";q=")), OK(Refuse(406, "UNSUPPORTED"))), require.PullManifestAcceptListed),
		fault("accept-none-artifact-406", "a pull of an artifact without Accept is answered 406",
			OnAnswer(GetManifest.And(Not(WithHeader("Accept"))), Where(AnArtifact, Refuse(406, "UNSUPPORTED"))), require.PullManifestAcceptNone).in(require.V1_1),
		fault("accept-any-head-404", "HEAD that accepts any type is answered 404",
			OnAnswer(HeadManifest.And(AcceptsAny), OK(Status(404))), require.PullManifestAcceptAny),
	}
}

func conditionFaults() []Fault {
	return []Fault{
		fault("tag-moved-304", "a tag is answered 304 to a client that has the digest that it pointed to before",
			OldDigestsMatch(GetManifest), require.PullManifestGetBytes),
		fault("tag-moved-head-304", "HEAD of a tag is answered 304 to a client that has the digest that it pointed to before",
			OldDigestsMatch(HeadManifest), require.PullManifestHeadStatus),
		fault("tag-modified-since-304", "every request with If-Modified-Since is answered 304",
			OnAnswer(PullManifest.And(WithHeader("If-Modified-Since")), OK(Status(304))), require.PullManifestGetBytes),
		fault("blob-none-match-304", "a blob is answered 304 whatever If-None-Match says",
			OnAnswer(PullBlob.And(WithHeader("If-None-Match")), OK(Status(304))), require.PullBlobGetBytes),
		fault("manifest-none-match-304", "a manifest is answered 304 by digest whatever If-None-Match says",
			OnAnswer(PullManifest.And(ByDigest, WithHeader("If-None-Match")), OK(Status(304))), require.PullManifestGetBytes).in(require.V1_0),
		fault("blob-304-other-etag", "the answer 304 for a blob has the ETag of other content",
			Chain(OnAnswer(GetBlob, On(304, Set("ETag", `"assay"`))), OnAnswer(GetBlob, OK(ETags))), require.PullConditionEtag),
		fault("manifest-304-no-etag", "the answer 304 for a manifest has no ETag",
			Chain(OnAnswer(GetManifest, On(304, Del("ETag"))), OnAnswer(GetManifest, OK(ETags))), require.PullConditionEtag).in(require.V1_1),
	}
}

func rewrittenTextFaults() []Fault {
	return []Fault{
		fault("manifest-get-https", "http:// is replaced by https:// in manifests",
			OnAnswer(GetManifest, OK(Body(ReplacedAll("http://", "https://")))), require.PullManifestGetBytes),
		fault("manifest-get-addresses-hidden", "e-mail addresses are hidden in manifests pulled by tag",
			OnAnswer(GetManifest.And(ByTag), OK(Body(ReplacedAll("@", " at ")))), require.PullManifestGetBytes).in(require.V1_1),
		fault("manifest-get-escapes-written-out", "escaped characters are written out in manifests",
			OnAnswer(GetManifest, OK(Body(ReplacedAll(`\u2028`, "\u2028")))), require.PullManifestGetBytes),
		fault("blob-get-script", "a script is added to blobs that are HTML",
			OnAnswer(GetWholeBlob, OK(Body(ReplacedAll("</body>", "<script></script></body>")))), require.PullBlobGetBytes),
		fault("blob-get-line-ends", "the line ends of short texts are replaced in blobs",
			OnAnswer(GetWholeBlob, Where(ShortText, Body(ReplacedAll("\n", "\r\n")))), require.PullBlobGetBytes),
		fault("blob-get-json-compacted", "blobs that are JSON are sent without white space",
			OnAnswer(GetWholeBlob, OK(Body(Compacted))), require.PullBlobGetBytes).in(require.V1_0),
	}
}
