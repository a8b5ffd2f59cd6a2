package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func errorVariants() []Variant {
	return []Variant{
		variant("errors-text", "errors are in words",
			OnErrors(Text("text/plain; charset=utf-8", "not possible\n"))),
		variant("errors-html", "errors are pages for people",
			OnErrors(Text("text/html", "<html><body><h1>Error</h1></body></html>"))),
		variant("errors-empty", "errors have no body",
			OnErrors(Del("Content-Type"), Body(Nothing))),
		variant("errors-empty-1.1", "errors have no body",
			OnErrors(Del("Content-Type"), Body(Nothing))).in(require.V1_1),
		variant("errors-no-message", "errors have codes alone",
			OnErrors(EachError(Drop("message")))),
		variant("errors-detail", "errors have details of any kind",
			OnErrors(EachError(SetField("detail", []any{Object{"name": "a"}, nil, 1})))),
		variant("errors-many", "errors come two at a time",
			OnErrors(EditJSON(Doubled("errors")))),
		variant("errors-legacy", "errors have codes of older days",
			OnAnswer(GetManifest.And(NameLike("^[^:]*$")), On(404, WithCode("TAG_INVALID")))),
		variant("errors-escaped", "error codes are written with escapes",
			OnErrors(Body(ReplacedAll("_", `\u005f`)))),
		variant("errors-charset", "errors have a charset",
			OnErrors(SetFrom("Content-Type", Replacing("application/json", "application/json; charset=utf-8")))),
		variant("errors-number", "errors are a number in words",
			OnErrors(Text("text/plain", "404"))),
		variant("errors-quoted", "errors are in words, with quotes",
			OnErrors(Text("text/plain; charset=utf-8", `"not possible"`))),
		variant("errors-number-1.0", "errors are a number in words",
			OnErrors(Text("text/plain", "404"))).in(require.V1_0),
	}
}

func warningVariants() []Variant {
	return []Variant{
		variant("warnings", "answers have warnings that are right",
			OnAnswer(Always, Add("Warning", `299 - "this registry \"assay\" is for tests"`), Add("Warning", `299 - ""`))),
		variant("warnings-one-line", "several warnings that are right stand in one header",
			OnAnswer(Always, Set("Warning", `299 - "a, b", 299 - "say \"x, 199 - y\"" , ,299 - "\\"`))),
	}
}
