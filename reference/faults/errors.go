package faults

import (
	"slices"

	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func errorsFaults() []Fault {
	return slices.Concat(
		errorSemanticsFaults(),
		errorBodyFaults(),
		errorCodeFaults(),
		anyAnswerFaults(),
		warningFaults(),
	)
}

func errorSemanticsFaults() []Fault {
	return []Fault{
		fault("semantics-manifest-digest-500", "a pull of a manifest by a malformed digest makes the server fail",
			Instead(PullManifest.And(BadDigest), Failing()), require.ErrorsSemantics),
		fault("semantics-blob-digest-500", "a pull of a blob by a malformed digest makes the server fail",
			Instead(PullBlob.And(BadDigest), Failing()), require.ErrorsSemantics),
		fault("semantics-put-digest-500", "a push of a manifest by a malformed digest makes the server fail",
			Instead(PutManifest.And(BadDigest), Failing()), require.ErrorsSemantics),
		fault("semantics-no-json-502", "the push of a manifest that is not JSON is answered 502",
			Instead(PutManifestBeginning("this is no"), Refuse(502, "UNKNOWN")), require.ErrorsSemantics),
		fault("semantics-list-500", "the push of a manifest that is a JSON array makes the server fail",
			Instead(PutManifestBeginning("["), Failing()), require.ErrorsSemantics),
		fault("semantics-n-500-1.1", "an n that is not a number makes the server fail",
			Instead(ListTagsByN.And(Not(NIsNumber)), Failing()), require.ErrorsSemantics).in(require.V1_1),
		fault("semantics-empty-500", "the push of an empty manifest makes the server fail",
			Instead(PutEmptyManifest, Failing()), require.ErrorsSemantics),
		fault("semantics-upload-digest-500", "an upload that ends with a malformed digest makes the server fail",
			Instead(PutUpload.And(WithValue("digest", "sha256:baddigest")), Failing()), require.ErrorsSemantics).in(require.V1_1),
		fault("semantics-tags-repository-500", "the tag list of a repository that does not exist makes the server fail",
			OnAnswer(ListTags.And(MissingRepository), On(404, Failing())), require.ErrorsSemantics),
		fault("semantics-head-digest-500", "HEAD of a digest without its algorithm makes the server fail",
			Instead(HeadBlob.And(NameLike(`^[0-9a-f]+$`)), Failing()), require.ErrorsSemantics),
		fault("semantics-manifest-algorithm-500", "a pull of a manifest by a digest of an unknown algorithm makes the server fail",
			Instead(GetManifest.And(NameLike(`^(md5|sha1):`)), Failing()), require.ErrorsSemantics).in(require.V1_1),
		fault("semantics-mount-500", "a mount of a blob by a malformed digest makes the server fail",
			Instead(Mount.And(ParameterLike("mount", notADigest)), Failing()), require.ErrorsSemantics),
		fault("semantics-post-500", "a single POST with a malformed digest makes the server fail",
			Instead(SinglePost.And(ParameterLike("digest", notADigest)), Failing()), require.ErrorsSemantics).in(require.V1_0),
		fault("semantics-delete-500", "a delete by a malformed digest makes the server fail",
			Instead(Is("DELETE", Manifests, Blobs).And(NameLike(notADigest)), Failing()), require.ErrorsSemantics),
		fault("semantics-subject-500", "the push of a manifest whose subject has a malformed digest makes the server fail",
			Instead(PutManifestThat(AllOf(Holds("subject"), FieldThat(like(notADigest), "subject", "digest"))), Failing()), require.ErrorsSemantics),
		fault("semantics-missing-blob-500", "the push of an image whose blobs are missing is answered 500 with MANIFEST_BLOB_UNKNOWN",
			OnAnswer(PutImage, MissingBlob(500)), require.ErrorsSemantics),
		fault("semantics-mismatch-500", "the push of a manifest under the digest of another makes the server fail",
			OnAnswer(PutManifest.And(ByValidDigest), On(400, Refuse(500, "UNKNOWN"))), require.ErrorsSemantics).in(require.V1_0),
		fault("semantics-range-500", "a malformed Range makes the server fail",
			Instead(GetBlob.And(HeaderLike("Range", `one`)), Failing()), require.ErrorsSemantics),
	}
}

func errorBodyFaults() []Fault {
	return []Fault{
		fault("errors-single", "an error body has one error object instead of a list",
			OnAnswer(Always, ErrorBody(`{"error":{"code":"DENIED","message":"no"}}`)), require.ErrorsBodyShape),
		fault("errors-problem", "errors have the form of RFC 9457",
			OnErrors(Text("application/problem+json", `{"type":"about:blank","title":"Not Found","status":404}`)), require.ErrorsBodyShape),
		fault("errors-strings", "the list of errors has strings",
			OnAnswer(Is("GET", Manifests, Blobs), ErrorBody(`{"errors":["manifest unknown"]}`)), require.ErrorsBodyShape),
		fault("errors-no-code", "errors have no field code",
			OnErrors(EachError(Drop("code"))), require.ErrorsBodyShape),
		fault("errors-shape-tags", "the error body of a list of tags has only a message",
			OnAnswer(ListTags, ErrorBody(`{"message":"repository not found"}`)), require.ErrorsBodyShape).in(require.V1_0),
		fault("errors-empty-list", "the list of errors is empty",
			OnAnswer(Always, ErrorBody(`{"errors":[]}`)), require.ErrorsBodyShape),
		fault("errors-empty-list-1.0", "the list of errors of manifest requests is empty",
			OnAnswer(Is("GET PUT DELETE", Manifests), ErrorBody(`{"errors":[]}`)), require.ErrorsBodyShape).in(require.V1_0),
		fault("errors-json-text", "the error body of a push is a JSON string",
			OnAnswer(PutManifest, ErrorBody(`"manifest invalid"`)), require.ErrorsBodyShape),
		fault("errors-json-null", "the error body is null in JSON",
			OnErrors(Text("application/vnd.example+json", "null")), require.ErrorsBodyShape),
		fault("errors-shape-range", "the error body of a range request has one error instead of a list",
			OnAnswer(GetBlob, On(416, Text("application/json", `{"error":"range"}`))), require.ErrorsBodyShape),
		fault("errors-shape-cancel", "the error body of a cancelled upload has one error instead of a list",
			OnAnswer(CancelUpload, ErrorBody(`{"error":"no such upload"}`)), require.ErrorsBodyShape),
		fault("errors-shape-single", "the error body of a single POST has one error instead of a list",
			OnAnswer(SinglePost, ErrorBody(`{"error":"digest"}`)), require.ErrorsBodyShape),
		fault("errors-json-page", "error bodies are HTML pages with the Content-Type of JSON",
			OnErrors(Text("application/json", "<html><body>no</body></html>")), require.ErrorsBodyShape),
		fault("errors-json-page-unauthorized", "deletes need a login, and the error body is an HTML page with the Content-Type of JSON",
			Instead(Is("DELETE", Manifests, Blobs), Refuse(401, "UNAUTHORIZED"), Text("application/json", "<html>"), Set("WWW-Authenticate", `Basic realm="assay"`)), require.ErrorsBodyShape).in(require.V1_1),
		fault("errors-shape-delete-blob", "the error body of the delete of a blob has one error instead of a list",
			OnAnswer(DeleteBlob, ErrorBody(`{"error":"no such blob"}`)), require.ErrorsBodyShape).in(require.V1_0),
	}
}

func errorCodeFaults() []Fault {
	return []Fault{
		fault("errors-code-lower", "error codes are in lower case",
			OnErrors(EachError(LowerCode)), require.ErrorsCodeFormat),
		fault("errors-code-number", "error codes are numbers",
			OnAnswer(Always, StatusAsCode), require.ErrorsCodeFormat),
		fault("errors-code-words", "the error code of an upload is written in words",
			OnAnswer(Is("GET PATCH PUT", Session), WithCode("Blob upload unknown")), require.ErrorsCodeFormat),
		fault("errors-code-digits-1.0", "the error codes of manifest requests have digits",
			OnAnswer(Is("GET PUT", Manifests), WithCode("E404")), require.ErrorsCodeFormat).in(require.V1_0),
		fault("errors-code-unknown", "every error has the code UNKNOWN",
			OnAnswer(Always, WithCode("UNKNOWN")), require.ErrorsCodeKnown),
		fault("errors-code-range-invalid", "a chunk out of order has the code RANGE_INVALID",
			OnAnswer(PatchUpload, WithCode("RANGE_INVALID")), require.ErrorsCodeKnown),
		fault("errors-code-method", "a request that is not supported has the code METHOD_UNKNOWN",
			OnAnswer(Is("GET", Referrers), WithCode("METHOD_UNKNOWN")), require.ErrorsCodeKnown),
		fault("errors-code-not-found", "a missing blob has the code NOT_FOUND",
			OnAnswer(GetBlob, On(404, WithCode("NOT_FOUND"))), require.ErrorsCodeKnown).in(require.V1_1),
		fault("errors-code-too-many", "some requests are answered 429 with the code RATE_LIMITED",
			Every(10, Refuse(429, "RATE_LIMITED"), Set("Retry-After", "0")), require.ErrorsCodeKnown),
		fault("errors-message-object", "the messages of errors are objects",
			OnErrors(EachError(SetField("message", Object{"text": "no"}))), require.ErrorsMessageText),
		fault("errors-message-list", "the messages of the errors of manifest requests are lists",
			OnAnswer(GetManifest, EachError(SetField("message", []any{"no"}))), require.ErrorsMessageText),
		fault("errors-message-number-1.0", "the messages of errors are numbers",
			OnErrors(EachError(SetField("message", 7))), require.ErrorsMessageText).in(require.V1_0),
	}
}

// anyAnswerFaults are found in whatever answer shows them: no spec provokes it.
func anyAnswerFaults() []Fault {
	return []Fault{
		fault("method-without-allow", "a method that a path does not have is answered 405 without Allow",
			OnAnswer(Always, On(405, Del("Allow"))), require.ErrorsResponseAllow),
		fault("method-in-allow", "the Allow of a 405 lists the method that was refused",
			OnAnswer(Always, On(405, SetRequested("Allow", OwnMethod))), require.ErrorsResponseAllow),
		fault("too-many-without-retry-after", "some requests are answered 429 without Retry-After",
			Every(100, Refuse(429, "TOOMANYREQUESTS")), require.ErrorsTooManyRetryAfter),
		fault("location-of-delete", "the Location in the answer to a delete is not a URL",
			OnAnswer(Is("DELETE", Manifests, Blobs), Set("Location", "http://[::1")), require.ErrorsResponseLocation),
		fault("location-of-refusal-1.1", "the Location in a refusal is not a URL",
			OnErrors(Set("Location", "%zz")), require.ErrorsResponseLocation).in(require.V1_1),
	}
}
