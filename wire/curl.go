package wire

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// curlBodyLimit is the longest body, in bytes, that a curl command spells out.
const curlBodyLimit = 2048

// Curl is a command that repeats the request, on one line, without secrets:
// where a credential was sent it says which variables to set.
func (e *Exchange) Curl() string {
	words := []string{"curl", "-sS", "-i"}
	switch e.Method {
	case http.MethodHead:
		words = []string{"curl", "-sS", "-I"}
	case http.MethodGet:
	default:
		words = append(words, "-X", e.Method)
	}
	header := RedactHeader(e.Request.Header)
	names := make([]string, 0, len(header))
	for name := range header {
		if name != "User-Agent" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range header[name] {
			words = append(words, "-H", quote(name+": "+value))
		}
	}
	body := e.Request.Body
	switch {
	case len(body) == 0 && (e.Method == http.MethodPost || e.Method == http.MethodPut || e.Method == http.MethodPatch):
		words = append(words, "-d", "''")
	case len(body) == 0:
	case len(body) > curlBodyLimit || !utf8.Valid(body):
		words = append(words, "--data-binary", fmt.Sprintf("@body # of %d bytes", len(body)))
	default:
		words = append(words, "--data-binary", quote(RedactText(string(body))))
	}
	// The address goes before a comment could begin.
	return strings.Join(slices.Insert(words, 3, quote(RedactURL(e.URL))), " ")
}

// quote makes one shell word of s.
func quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
