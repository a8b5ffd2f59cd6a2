package faults

import (
	"slices"
	"strings"

	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func warningFaults() []Fault {
	return []Fault{
		fault("warning-199", "warnings have the code 199",
			OnAnswer(Always, Warning(`199 - "be careful"`)), require.ErrorsWarningCode),
		fault("warning-214-tags", "the warning of a list of tags has the code 214",
			OnAnswer(ListTags, Warning(`214 - "be careful"`)), require.ErrorsWarningCode),
		fault("warning-text", "a warning is plain text, without code and agent",
			OnAnswer(GetManifest, Warning("this registry will be shut down")), require.ErrorsWarningCode),
		fault("warning-agent", "warnings name the host",
			OnAnswer(Always, Warning(`299 registry.example.com "be careful"`)), require.ErrorsWarningAgent),
		fault("warning-agent-push", "the warning of a push names a product",
			OnAnswer(PutManifest, Warning(`299 scanner/1.0 "vulnerable"`)), require.ErrorsWarningAgent).in(require.V1_1),
		fault("warning-date", "warnings have a date",
			OnAnswer(Always, Warning(`299 - "be careful" "Wed, 21 Oct 2015 07:28:00 GMT"`)), require.ErrorsWarningDate),
		fault("warning-patch", "the warning of a chunk has the code 199",
			OnAnswer(PatchUpload, Warning(`199 - "be careful"`)), require.ErrorsWarningCode),
		fault("warning-delete", "the warning of a delete has the code 199",
			OnAnswer(Is("DELETE", Manifests, Blobs), Warning(`199 - "be careful"`)), require.ErrorsWarningCode),
		fault("warning-range", "the warning of a range of a blob has a date",
			OnAnswer(GetBlob, On(206, Warning(`299 - "be careful" "Wed, 21 Oct 2015 07:28:00 GMT"`))), require.ErrorsWarningDate),
		fault("warning-upload", "the warning of an upload names the host",
			OnAnswer(PutUpload, Warning(`299 registry.example.com "be careful"`)), require.ErrorsWarningAgent),
		fault("warning-status", "the warning of an upload's status has the code 110",
			OnAnswer(GetUpload, Warning(`110 - "stale"`)), require.ErrorsWarningCode),
		fault("warning-cancel", "the warning of a cancelled upload is longer than 4096 bytes",
			OnAnswer(CancelUpload, Warning(`299 - "`+strings.Repeat("x", 4096)+`"`)), require.ErrorsWarningSize),
		fault("warning-mount", "the warning of a mount names the host",
			OnAnswer(Mount, Warning(`299 registry.example.com "be careful"`)), require.ErrorsWarningAgent),
		fault("warning-put-digest", "the warning of a push by digest has the code 199",
			OnAnswer(PutManifest.And(ByDigest), Warning(`199 - "be careful"`)), require.ErrorsWarningCode).in(require.V1_1),
		fault("warning-filter", "the warning of a filtered list has a date",
			OnAnswer(ListFiltered, Warning(`299 - "be careful" "Wed, 21 Oct 2015 07:28:00 GMT"`)), require.ErrorsWarningDate),
		fault("warning-second", "the second warning of a header has the code 199",
			OnAnswer(Always, Warning(`299 - "a, \"b\"", 199 - "x"`)), require.ErrorsWarningCode),
		fault("warning-second-agent", "the second warning of a header names the host",
			OnAnswer(Always, Warning(`299 - "a, b",299 registry.example.com "x"`)), require.ErrorsWarningAgent),
		fault("warning-second-text", "the second warning of a header is plain text, without code and agent",
			OnAnswer(GetManifest, Warning(`299 - "a", be careful`)), require.ErrorsWarningCode).in(require.V1_1),
		fault("warning-long", "a warning is longer than 4096 bytes",
			OnAnswer(Always, Warning(`299 - "`+strings.Repeat("x", 4096)+`"`)), require.ErrorsWarningSize),
		fault("warning-many", "the warnings of one answer together are longer than 4096 bytes",
			OnAnswer(GetManifest, slices.Repeat([]Change{Add("Warning", `299 - "`+strings.Repeat("x", 100)+`"`)}, 50)...), require.ErrorsWarningSize),
	}
}
