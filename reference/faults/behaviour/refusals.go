package behaviour

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
)

// Refuse is a refusal in the form of the specification, with an error code such
// as MANIFEST_UNKNOWN.
func Refuse(code int, name string) Change {
	return func(a *Answer) {
		a.Status = code
		a.Header = http.Header{"Content-Type": {"application/json"}}
		a.Body, _ = json.Marshal(Object{"errors": []any{Object{"code": name, "message": "no"}}})
	}
}

// Invalid refuses a manifest as invalid.
func Invalid() Change { return Refuse(400, "MANIFEST_INVALID") }

// Failing is the failure of a server.
func Failing() Change { return Refuse(500, "UNKNOWN") }

// OnErrors changes every refusal.
func OnErrors(changes ...Change) Middleware { return OnAnswer(Always, Refused(changes...)) }

// ErrorBody gives refusals another body of JSON.
func ErrorBody(content string) Change { return Refused(Text("application/json", content)) }

// EachError edits the entries of an error's list.
func EachError(edit func(Object)) Change {
	return Refused(EditJSON(func(d Object) {
		for _, e := range Entries(d, "errors") {
			edit(e)
		}
	}))
}

// WithCode gives errors another code, which may be no text.
func WithCode(code any) Change { return EachError(func(e Object) { e["code"] = code }) }

// MissingInDetail refuses a manifest as invalid, and puts what is missing into
// the detail of the error.
func MissingInDetail(a *Answer) {
	Invalid()(a)
	EachError(func(e Object) { e["detail"] = "MANIFEST_BLOB_UNKNOWN" })(a)
}

// MissingBlob answers a manifest whose blobs are missing with another status,
// and the right code.
func MissingBlob(code int) Change { return If(lacksBlob, Refuse(code, "MANIFEST_BLOB_UNKNOWN")) }

func lacksBlob(a *Answer) bool {
	return a.Status >= 400 && bytes.Contains(a.Body, []byte("MANIFEST_BLOB_UNKNOWN"))
}

// LowerCode writes the code of an error in lower case.
func LowerCode(e Object) { e["code"] = strings.ToLower(Field(e, "code")) }

// StatusAsCode gives errors the status for their code.
func StatusAsCode(a *Answer) { WithCode(a.Status)(a) }
