package sweep

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"assay/conformance/suite"
	"assay/wire"
)

// Entry is an entry of the errors in the body of a refusal; a field that is
// missing is nil.
type Entry struct {
	Code    any `json:"code"`
	Message any `json:"message"`
}

// SaysErrors says whether the specification sets the form of the body: it is that of
// a 4xx response, and JSON, or its Content-Type says that it is. The text of a 404
// may be the number 404 alone, which is JSON only by chance.
func SaysErrors(ex *wire.Exchange) bool {
	if ex.Status < 400 || ex.Status > 499 || len(ex.Body) == 0 || ex.Cut() {
		return false
	}
	mediaType := ex.MediaType()
	return ex.IsJSON() || mediaType == "application/json" || strings.HasSuffix(mediaType, "+json")
}

// ErrorsIn reads the list of errors. ok is false if the body has another form, if
// the list is empty, or if an entry has no code.
func ErrorsIn(ex *wire.Exchange) (list []Entry, ok bool) {
	var body struct {
		Errors *[]json.RawMessage `json:"errors"`
	}
	if ex.JSON(&body) != nil || body.Errors == nil {
		return nil, false
	}
	for _, raw := range *body.Errors {
		var e Entry
		if json.Unmarshal(raw, &e) != nil || e.Code == nil {
			return nil, false
		}
		list = append(list, e)
	}
	return list, len(list) > 0
}

var codeFormat = regexp.MustCompile(`^[A-Z_]+$`)

// FormatOfCode says whether the code is of upper-case letters and underscores.
func FormatOfCode(e Entry) (received string, ok bool) {
	code, ok := e.Code.(string)
	return fmt.Sprintf("code %v", e.Code), ok && codeFormat.MatchString(code)
}

// KnownCode says whether the specification lists the code. One of another format
// breaks another requirement.
func KnownCode(e Entry) (received string, ok bool) {
	code, ok := e.Code.(string)
	if !ok || !codeFormat.MatchString(code) {
		return "", true
	}
	return "code " + code, suite.IsErrorCode(code)
}

// TextMessage says whether the message, if any, is text.
func TextMessage(e Entry) (received string, ok bool) {
	_, ok = e.Message.(string)
	return fmt.Sprintf("message %v", e.Message), ok || e.Message == nil
}
