package state

import (
	"fmt"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/fixtures"
	"assay/wire"
)

// Refused is the error of a manifest that a registry does not take.
type Refused struct {
	Manifest fixtures.Manifest
	Status   int
	Message  string // the registry's words, on one line; empty when it has none
}

func (r *Refused) Error() string {
	text := fmt.Sprintf("the manifest %s (%s) is answered %s", brief(r.Manifest.Digest), r.Manifest.MediaType, wire.StatusText(r.Status))
	if r.Message != "" {
		text += ": " + r.Message
	}
	return text
}

// said is an answer in one line.
func said(ex *wire.Exchange) string {
	text := ex.String()
	if m := message(ex); m != "" {
		text += ": " + m
	}
	return text
}

// messageLimit bounds the words of a registry, in characters.
const messageLimit = 300

// message is what a registry says in an error: the codes and messages of the
// form that the specification gives it, or else the body.
func message(ex *wire.Exchange) string {
	var body struct {
		Errors []struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"errors"`
	}
	text := string(ex.Body)
	if ex.JSON(&body) == nil && len(body.Errors) > 0 {
		var parts []string
		for _, e := range body.Errors {
			parts = append(parts, strings.Trim(e.Code+": "+e.Message, ": "))
		}
		text = strings.Join(parts, "; ")
	}
	runes := []rune(wire.RedactText(strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "\uFFFD")))
	if len(runes) > messageLimit {
		return string(runes[:messageLimit]) + "…"
	}
	return string(runes)
}

// brief is a digest that a reader can tell from others.
func brief(d digest.Digest) string {
	if d.Validate() != nil {
		return d.String()
	}
	return string(d.Algorithm()) + ":" + d.Encoded()[:12] + "…"
}
