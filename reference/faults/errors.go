package faults

import (
	"net/http"
	"strconv"
	"strings"

	require "assay/conformance/requirements"
)

// eachError edits the entries of an error's list.
func eachError(edit func(map[string]any)) change {
	return refused(doc(func(d map[string]any) {
		for _, e := range entries(d, "errors") {
			edit(e)
		}
	}))
}

func withCode(code any) change { return eachError(func(e map[string]any) { e["code"] = code }) }

func warning(value string) change { return set("Warning", value) }

func errorFaults() []Fault {
	bad := nameLike(`^sha256:baddigest$`)
	noJSON := func(prefix string) when {
		return func(req *http.Request) bool { return putManifest(req) && strings.HasPrefix(string(read(req)), prefix) }
	}
	failing := refuse(500, "UNKNOWN")
	shape := func(content string) change { return refused(text("application/json", content)) }
	return []Fault{
		fault("semantics-manifest-digest-500", "a malformed digest of a manifest makes the server fail",
			instead(pullManifest.and(bad), failing), require.ErrorsSemantics),
		fault("semantics-blob-digest-500", "a malformed digest of a blob makes the server fail",
			instead(pullBlob.and(bad), failing), require.ErrorsSemantics),
		fault("semantics-put-digest-500", "the push under a malformed digest makes the server fail",
			instead(putManifest.and(bad), failing), require.ErrorsSemantics),
		fault("semantics-no-json-502", "a manifest that is no JSON is answered 502",
			instead(noJSON("this is no"), refuse(502, "UNKNOWN")), require.ErrorsSemantics),
		fault("semantics-list-500", "a manifest that is a list makes the server fail",
			instead(noJSON("["), failing), require.ErrorsSemantics),
		fault("semantics-n-500-1.1", "n that is no number makes the server fail",
			instead(listTags.and(func(req *http.Request) bool {
				_, err := strconv.Atoi(req.URL.Query().Get("n"))
				return req.URL.Query().Has("n") && err != nil
			}), failing), require.ErrorsSemantics).in(require.V1_1),
		fault("semantics-empty-500", "a manifest of no bytes makes the server fail",
			instead(func(req *http.Request) bool { return putManifest(req) && len(read(req)) == 0 }, failing), require.ErrorsSemantics),
		fault("semantics-upload-digest-500", "a malformed digest of an upload makes the server fail",
			instead(putUpload.and(func(req *http.Request) bool { return req.URL.Query().Get("digest") == "sha256:baddigest" }), failing), require.ErrorsSemantics),
		fault("semantics-range-500", "a range that is none makes the server fail",
			instead(getBlob.and(func(req *http.Request) bool { return strings.Contains(req.Header.Get("Range"), "one") }), failing), require.ErrorsSemantics),
		fault("errors-single", "an error is an object and no list",
			onAnswer(always, shape(`{"error":{"code":"DENIED","message":"no"}}`)), require.ErrorsBodyShape),
		fault("errors-problem", "errors have the form of RFC 9457",
			onAnswer(always, refused(text("application/problem+json", `{"type":"about:blank","title":"Not Found","status":404}`))), require.ErrorsBodyShape),
		fault("errors-strings", "errors are a list of texts",
			onAnswer(is("GET", manifests, blobs), shape(`{"errors":["manifest unknown"]}`)), require.ErrorsBodyShape),
		fault("errors-no-code", "errors have no code",
			onAnswer(always, eachError(func(e map[string]any) { delete(e, "code") })), require.ErrorsBodyShape),
		fault("errors-shape-tags", "the error of a list of tags is a message",
			onAnswer(listTags, shape(`{"message":"repository not found"}`)), require.ErrorsBodyShape).in(require.V1_0),
		fault("errors-empty-list", "errors are a list without any",
			onAnswer(always, shape(`{"errors":[]}`)), require.ErrorsBodyShape),
		fault("errors-empty-list-1.0", "the errors of manifests are a list without any",
			onAnswer(is("GET PUT DELETE", manifests), shape(`{"errors":[]}`)), require.ErrorsBodyShape).in(require.V1_0),
		fault("errors-json-text", "the error of a push is a text in JSON",
			onAnswer(putManifest, shape(`"manifest invalid"`)), require.ErrorsBodyShape),
		fault("errors-json-null", "errors are null in JSON", onAnswer(always, refused(text("application/vnd.example+json", "null"))), require.ErrorsBodyShape),
		fault("errors-shape-range", "the error of a range is an object and no list",
			onAnswer(getBlob, on(416, text("application/json", `{"error":"range"}`))), require.ErrorsBodyShape),
		fault("errors-shape-cancel", "the error of an upload that is given up is an object and no list",
			onAnswer(cancelUpload, shape(`{"error":"no such upload"}`)), require.ErrorsBodyShape),
		fault("errors-shape-single", "the error of a single POST is an object and no list",
			onAnswer(singlePost, shape(`{"error":"digest"}`)), require.ErrorsBodyShape),
		fault("errors-shape-delete-blob", "the error of a delete is an object and no list",
			onAnswer(deleteBlob, shape(`{"error":"no such blob"}`)), require.ErrorsBodyShape).in(require.V1_0),
		fault("errors-code-lower", "error codes are in lower case",
			onAnswer(always, eachError(func(e map[string]any) { e["code"] = strings.ToLower(field(e, "code")) })), require.ErrorsCodeFormat),
		fault("errors-code-number", "error codes are numbers",
			onAnswer(always, func(a *answer) { withCode(a.status)(a) }), require.ErrorsCodeFormat),
		fault("errors-code-words", "the error code of an upload is in words",
			onAnswer(is("GET PATCH PUT", session), withCode("Blob upload unknown")), require.ErrorsCodeFormat),
		fault("errors-code-digits-1.0", "the error codes of manifests have digits",
			onAnswer(is("GET PUT", manifests), withCode("E404")), require.ErrorsCodeFormat).in(require.V1_0),
		fault("errors-code-unknown", "every error has the code UNKNOWN",
			onAnswer(always, withCode("UNKNOWN")), require.ErrorsCodeKnown),
		fault("errors-code-range-invalid", "a chunk out of order has the code RANGE_INVALID",
			onAnswer(patch, withCode("RANGE_INVALID")), require.ErrorsCodeKnown),
		fault("errors-code-method", "what is not supported has the code METHOD_UNKNOWN",
			onAnswer(is("GET", referrers), withCode("METHOD_UNKNOWN")), require.ErrorsCodeKnown),
		fault("errors-code-not-found", "a blob that is not there has the code NOT_FOUND",
			onAnswer(getBlob, on(404, withCode("NOT_FOUND"))), require.ErrorsCodeKnown).in(require.V1_1),
		fault("errors-message-object", "messages are objects",
			onAnswer(always, eachError(func(e map[string]any) { e["message"] = map[string]any{"text": "no"} })), require.ErrorsMessageText),
		fault("errors-message-list", "the messages of manifests are lists",
			onAnswer(getManifest, eachError(func(e map[string]any) { e["message"] = []any{"no"} })), require.ErrorsMessageText),
		fault("errors-message-number-1.0", "messages are numbers",
			onAnswer(always, eachError(func(e map[string]any) { e["message"] = 7 })), require.ErrorsMessageText).in(require.V1_0),

		fault("warning-199", "warnings have the code 199", onAnswer(always, warning(`199 - "be careful"`)), require.ErrorsWarningCode),
		fault("warning-214-tags", "the warning of a list of tags has the code 214", onAnswer(listTags, warning(`214 - "be careful"`)), require.ErrorsWarningCode),
		fault("warning-text", "a warning is text alone", onAnswer(getManifest, warning("this registry will be shut down")), require.ErrorsWarningCode),
		fault("warning-agent", "warnings name the host", onAnswer(always, warning(`299 registry.example.com "be careful"`)), require.ErrorsWarningAgent),
		fault("warning-agent-push", "the warning of a push names a product",
			onAnswer(putManifest, warning(`299 scanner/1.0 "vulnerable"`)), require.ErrorsWarningAgent).in(require.V1_1),
		fault("warning-date", "warnings have a date",
			onAnswer(always, warning(`299 - "be careful" "Wed, 21 Oct 2015 07:28:00 GMT"`)), require.ErrorsWarningDate),
		fault("warning-patch", "the warning of a chunk has the code 199", onAnswer(patch, warning(`199 - "be careful"`)), require.ErrorsWarningCode),
		fault("warning-delete", "the warning of a delete has the code 199", onAnswer(is("DELETE", manifests, blobs), warning(`199 - "be careful"`)), require.ErrorsWarningCode),
		fault("warning-range", "the warning of a part of a blob has a date",
			onAnswer(getBlob, on(206, warning(`299 - "be careful" "Wed, 21 Oct 2015 07:28:00 GMT"`))), require.ErrorsWarningDate),
		fault("warning-upload", "the warning of an upload names the host", onAnswer(putUpload, warning(`299 registry.example.com "be careful"`)), require.ErrorsWarningAgent),
		fault("warning-status", "the warning of an upload's status has the code 110", onAnswer(uploadStatus, warning(`110 - "stale"`)), require.ErrorsWarningCode),
		fault("warning-cancel", "the warning of an upload that is given up is long", onAnswer(cancelUpload, warning(`299 - "`+strings.Repeat("x", 4096)+`"`)), require.ErrorsWarningSize),
		fault("warning-mount", "the warning of a mount names the host", onAnswer(mount, warning(`299 registry.example.com "be careful"`)), require.ErrorsWarningAgent),
		fault("warning-put-digest", "the warning of a push by digest has the code 199",
			onAnswer(putManifest.and(byDigest), warning(`199 - "be careful"`)), require.ErrorsWarningCode).in(require.V1_1),
		fault("warning-filter", "the warning of a list that was filtered has a date",
			onAnswer(listReferrers.and(query("artifactType")), warning(`299 - "be careful" "Wed, 21 Oct 2015 07:28:00 GMT"`)), require.ErrorsWarningDate),
		fault("warning-second", "the second warning of a header has the code 199", onAnswer(always, warning(`299 - "a, \"b\"", 199 - "x"`)), require.ErrorsWarningCode),
		fault("warning-second-agent", "the second warning of a header names the host",
			onAnswer(always, warning(`299 - "a, b",299 registry.example.com "x"`)), require.ErrorsWarningAgent),
		fault("warning-second-text", "the second warning of a header is text alone", onAnswer(getManifest, warning(`299 - "a", be careful`)), require.ErrorsWarningCode).in(require.V1_1),
		fault("warning-long", "a warning is longer than 4096 bytes",
			onAnswer(always, warning(`299 - "`+strings.Repeat("x", 4096)+`"`)), require.ErrorsWarningSize),
		fault("warning-many", "the warnings of one answer are longer than 4096 bytes",
			onAnswer(getManifest, func(a *answer) {
				for range 50 {
					a.header.Add("Warning", `299 - "`+strings.Repeat("x", 100)+`"`)
				}
			}), require.ErrorsWarningSize),
	}
}
