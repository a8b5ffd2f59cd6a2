package behaviour

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
)

// Refuse makes an answer a refusal in the form of the specification, with an error code
// such as MANIFEST_UNKNOWN.
func Refuse(code int, name string) Change {
	return func(a *Answer) {
		a.Status = code
		a.Header = http.Header{"Content-Type": {"application/json"}}
		a.Body, _ = json.Marshal(Object{"errors": []any{Object{"code": name, "message": "no"}}})
	}
}

// Invalid refuses a manifest as invalid.
func Invalid() Change { return Refuse(400, "MANIFEST_INVALID") }

// Failing answers as a server that fails.
func Failing() Change { return Refuse(500, "UNKNOWN") }

// OnErrors makes the changes to every refusal.
func OnErrors(changes ...Change) Middleware { return OnAnswer(Always, Refused(changes...)) }

// ErrorBody replaces the body of refusals by this JSON.
func ErrorBody(content string) Change { return Refused(Text("application/json", content)) }

// EachError edits each entry of an error body.
func EachError(edit func(Object)) Change {
	return Refused(EditJSON(func(d Object) {
		for _, e := range Entries(d, "errors") {
			edit(e)
		}
	}))
}

// WithCode replaces the code of errors. The new code need not be a text.
func WithCode(code any) Change { return EachError(func(e Object) { e["code"] = code }) }

// MissingInDetail refuses a manifest as invalid, and names the missing content in the
// detail of the error.
func MissingInDetail(a *Answer) {
	Invalid()(a)
	EachError(func(e Object) { e["detail"] = "MANIFEST_BLOB_UNKNOWN" })(a)
}

// MissingBlob changes the status of the refusal of a manifest whose blobs are missing.
// The error code is right.
func MissingBlob(code int) Change { return If(lacksBlob, Refuse(code, "MANIFEST_BLOB_UNKNOWN")) }

// MissingBlobWithoutBody takes the body from the refusal of a manifest whose blobs are
// missing.
func MissingBlobWithoutBody() Change { return If(lacksBlob, Text("", "")) }

func lacksBlob(a *Answer) bool {
	return a.Status >= 400 && bytes.Contains(a.Body, []byte("MANIFEST_BLOB_UNKNOWN"))
}

// LowerCode writes the code of an error in lower case.
func LowerCode(e Object) { e["code"] = strings.ToLower(Field(e, "code")) }

// StatusAsCode replaces the code of errors by the status.
func StatusAsCode(a *Answer) { WithCode(a.Status)(a) }
