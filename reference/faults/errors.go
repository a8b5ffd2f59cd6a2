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
