// Package secrets takes the secrets that Assay holds out of texts. A registry may send a
// password or a token back in any header or body, and in another encoding; no pattern
// for secrets in general finds them all.
package secrets

import (
	"slices"
	"strings"
	"sync"
)

// Redacted is the text that replaces a secret.
const Redacted = "REDACTED"

// Set is a set of secrets. Its methods may be called at the same time.
type Set struct {
	mu    sync.RWMutex
	known map[string]bool
	forms []form
}

// Of returns the set of these secrets.
func Of(secrets ...string) *Set {
	s := new(Set)
	s.Add(secrets...)
	return s
}

// Add adds secrets; empty ones are ignored.
func (s *Set) Add(secrets ...string) {
	for _, secret := range secrets {
		if secret != "" {
			s.add(secret, formsOf)
		}
	}
}

// AddLogin adds the password, and the login as Basic authentication sends it (RFC 7617).
// The name of the user alone is no secret.
func (s *Set) AddLogin(username, password string) {
	if password != "" {
		s.add(password, formsOf)
		s.add(username+":"+password, codedForms)
	}
}

func (s *Set) add(secret string, forms func(string) []form) {
	s.mu.RLock()
	old := s.known[secret]
	s.mu.RUnlock()
	if old {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = map[string]bool{}
	}
	if !s.known[secret] {
		s.known[secret] = true
		s.forms = append(s.forms, forms(secret)...)
	}
}

// Scrub replaces every secret in the text, in each of these forms: as it is, in base64
// and in hexadecimal; with or without percent-encoding and the escapes of JSON and HTML,
// also where these are mixed or applied twice. A text that ends within a secret, because
// it was cut, loses that end, too.
func (s *Set) Scrub(text string) string {
	s.mu.RLock()
	forms := s.forms
	s.mu.RUnlock()
	if len(forms) == 0 || text == "" {
		return text
	}
	var found []span
	view := plain(text)
	for range decodings + 1 {
		for _, f := range forms {
			found = append(found, f.in(view)...)
		}
		next, changed := view.decoded()
		if !changed {
			break
		}
		view = next
	}
	return replace(text, found)
}

// decodings is how many encodings upon one another are undone.
const decodings = 2

// span is a part of a text, in bytes.
type span struct{ from, to int }

func replace(text string, spans []span) string {
	if len(spans) == 0 {
		return text
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var out strings.Builder
	at := 0
	for i := 0; i < len(spans); {
		one := spans[i]
		for i++; i < len(spans) && spans[i].from <= one.to; i++ {
			one.to = max(one.to, spans[i].to)
		}
		out.WriteString(text[at:one.from])
		out.WriteString(Redacted)
		at = one.to
	}
	out.WriteString(text[at:])
	return out.String()
}
