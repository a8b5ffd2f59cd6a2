package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func errorVariants() []Variant {
	return []Variant{
		variant("errors-text", "error bodies are plain text",
			OnErrors(Text("text/plain; charset=utf-8", "not possible\n"))),
		variant("errors-html", "error bodies are HTML pages",
			OnErrors(Text("text/html", "<html><body><h1>Error</h1></body></html>"))),
		variant("errors-empty", "errors have no body",
			OnErrors(Del("Content-Type"), Body(Nothing))),
		variant("errors-empty-1.1", "errors have no body",
			OnErrors(Del("Content-Type"), Body(Nothing))).in(require.V1_1),
		variant("errors-no-message", "errors have a code but no message",
			OnErrors(EachError(Drop("message")))),
		variant("errors-detail", "errors have a detail of any JSON type",
			OnErrors(EachError(SetField("detail", []any{Object{"name": "a"}, nil, 1})))),
		variant("errors-many", "each error body has two errors",
			OnErrors(EditJSON(Doubled("errors")))),
		variant("errors-legacy", "errors have codes of older versions",
			OnAnswer(GetManifest.And(NameLike("^[^:]*$")), On(404, WithCode("TAG_INVALID")))),
		variant("errors-escaped", "error codes are written with JSON escapes",
			OnErrors(Body(ReplacedAll("_", `\u005f`)))),
		variant("errors-charset", "the Content-Type of error bodies has a charset",
			OnErrors(SetFrom("Content-Type", Replacing("application/json", "application/json; charset=utf-8")))),
		variant("errors-number", "error bodies are a number in plain text",
			OnErrors(Text("text/plain", "404"))),
		variant("errors-quoted", "error bodies are plain text in quotes",
			OnErrors(Text("text/plain; charset=utf-8", `"not possible"`))),
		variant("errors-number-1.0", "error bodies are a number in plain text",
			OnErrors(Text("text/plain", "404"))).in(require.V1_0),
	}
}

func warningVariants() []Variant {
	return []Variant{
		variant("warnings", "answers have well-formed warnings",
			OnAnswer(Always, Add("Warning", `299 - "this registry \"assay\" is for tests"`), Add("Warning", `299 - ""`))),
		variant("warnings-one-line", "one Warning header has several well-formed warnings",
			OnAnswer(Always, Set("Warning", `299 - "a, b", 299 - "say \"x, 199 - y\"" , ,299 - "\\"`))),
	}
}
