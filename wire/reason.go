package wire

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// reasonLimit is how much of a refusal's own words is shown, in bytes.
const reasonLimit = 200

// Reason is what a refusal (status 400 or more) says of itself, redacted and cut:
// the code and the message of the first error in its body, or the first line of a
// plain text. It is empty where the body says nothing, such as after HEAD.
func (e *Exchange) Reason() string {
	if e.Status < 400 || len(e.Body) == 0 {
		return ""
	}
	var body struct {
		Errors []struct {
			Code    any `json:"code"`
			Message any `json:"message"`
		} `json:"errors"`
	}
	if e.JSON(&body) == nil && len(body.Errors) > 0 {
		first, parts := body.Errors[0], []string{}
		for _, part := range []any{first.Code, first.Message} {
			if part != nil && part != "" {
				parts = append(parts, fmt.Sprint(part))
			}
		}
		return cutText(RedactText(strings.Join(parts, ": ")))
	}
	if e.MediaType() != "text/plain" {
		return ""
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(e.Body)), "\n")
	return cutText(RedactText(strings.TrimSpace(line)))
}

// StatusAndReason is the status with the reason, if there is one: "status 403
// Forbidden (DENIED: the quota is used up)".
func (e *Exchange) StatusAndReason() string {
	text := "status " + StatusText(e.Status)
	if reason := e.Reason(); reason != "" {
		text += " (" + reason + ")"
	}
	return text
}

// cutText cuts the text at the limit, not through a character.
func cutText(text string) string {
	if len(text) <= reasonLimit {
		return text
	}
	n := reasonLimit
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n] + "…"
}
