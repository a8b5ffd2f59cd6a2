package state

import (
	"fmt"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/fixtures"
	"assay/wire"
)

// Refused is the error of a manifest that the registry refuses.
type Refused struct {
	Manifest fixtures.Manifest
	Status   int
	Message  string // the message of the registry, in one line; empty if there is none
}

func (r *Refused) Error() string {
	text := fmt.Sprintf("the manifest %s (%s) is answered %s", brief(r.Manifest.Digest), r.Manifest.MediaType, wire.StatusText(r.Status))
	if r.Message != "" {
		text += ": " + r.Message
	}
	return text
}

// said returns an answer in one line.
func said(ex *wire.Exchange) string {
	text := ex.String()
	if m := message(ex); m != "" {
		text += ": " + m
	}
	return text
}

// messageLimit is the length of a registry's message that is kept, in characters.
const messageLimit = 300

// message returns the codes and messages of an error in the form of the specification,
// or else the body.
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

// brief shortens a digest, so that a reader can still tell it from others.
func brief(d digest.Digest) string {
	if d.Validate() != nil {
		return d.String()
	}
	return string(d.Algorithm()) + ":" + d.Encoded()[:12] + "…"
}
