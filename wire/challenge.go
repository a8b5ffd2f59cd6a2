package wire

import (
	"regexp"
	"strings"
)

// A server may offer several ways to log in, in one WWW-Authenticate or in
// several (RFC 9110, section 11.6.1). oras-go looks at the beginning of the
// first one only, so that the first way that it knows is put there.

const challengeHeader = "Www-Authenticate" // in the form that http.Header keeps

// scheme begins a challenge: a word that no "=" follows.
var scheme = regexp.MustCompile("^[ \t]*([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?:[ \t]+[^ \t=]|[ \t]*$)")

// usable returns the first challenge for Basic or Bearer and what follows it;
// the values as they are when there is none.
func usable(values []string) []string {
	for i, value := range values {
		for at, part := range challengeParts(value) {
			m := scheme.FindStringSubmatch(part)
			if m == nil || !strings.EqualFold(m[1], "basic") && !strings.EqualFold(m[1], "bearer") {
				continue
			}
			if at == 0 && i == 0 {
				return values
			}
			return append([]string{strings.TrimLeft(value[at:], " \t")}, values[i+1:]...)
		}
	}
	return values
}

// challengeParts cuts a value at the commas that stand outside of quotes, and
// returns the parts by their offset, in order.
func challengeParts(value string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		start, quoted := 0, false
		for i := 0; i < len(value); i++ {
			switch {
			case quoted && value[i] == '\\':
				i++
			case value[i] == '"':
				quoted = !quoted
			case value[i] == ',' && !quoted:
				if !yield(start, value[start:i]) {
					return
				}
				start = i + 1
			}
		}
		yield(start, value[start:])
	}
}
