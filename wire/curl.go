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
	words := []string{"curl", "-sS"}
	switch e.Method {
	case http.MethodHead:
		words = append(words, "-I")
	case http.MethodGet:
		words = append(words, "-i")
	default:
		words = append(words, "-i", "-X", e.Method)
	}
	// Curl reads brackets as patterns and tidies paths, unless told.
	if strings.ContainsAny(e.URL.String(), "[]{}") {
		words = append(words, "-g")
	}
	if strings.Contains(e.URL.Path, "/.") {
		words = append(words, "--path-as-is")
	}
	words = append(words, quote(RedactURL(e.URL)))
	words = append(words, e.curlAuth()...)
	words = append(words, e.curlHeaders()...)
	return strings.Join(append(words, e.curlBody()...), " ")
}

// curlAuth names the variables that hold the credential.
func (e *Exchange) curlAuth() []string {
	switch {
	case strings.EqualFold(e.Request.Auth, "Basic"):
		return []string{"-u", `"$ASSAY_USERNAME:$ASSAY_PASSWORD"`}
	case strings.EqualFold(e.Request.Auth, "Bearer"):
		return []string{"-H", `"Authorization: Bearer $TOKEN"`}
	}
	return nil
}

func (e *Exchange) curlHeaders() []string {
	header := RedactHeader(e.Request.Header)
	header.Del("User-Agent")
	if e.curlAuth() != nil {
		header.Del("Authorization")
	}
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	var words []string
	for _, name := range names {
		for _, value := range header[name] {
			words = append(words, "-H", quote(name+": "+value))
		}
	}
	return words
}

func (e *Exchange) curlBody() []string {
	body := e.Request.Body
	if e.Request.Size == 0 {
		if e.Method == http.MethodGet || e.Method == http.MethodHead || e.Method == http.MethodDelete {
			return nil
		}
		// For the Content-Length of 0 that only a body makes curl send.
		return append(e.curlType(), "-d", "''")
	}
	words := e.curlType()
	if e.Request.Size < 0 {
		words = append(words, "-H", quote("Transfer-Encoding: chunked"))
	}
	switch {
	case e.Request.Length() < 0:
		return append(words, "--data-binary", "@body # as it was streamed")
	case body == nil || len(body) > curlBodyLimit || !utf8.Valid(body) || slices.Contains(body, 0):
		return append(words, "--data-binary", fmt.Sprintf("@body # of %d bytes", e.Request.Length()))
	case strings.HasPrefix(string(body), "@"):
		return append(words, "--data-raw", quote(RedactText(string(body))))
	}
	return append(words, "--data-binary", quote(RedactText(string(body))))
}

// curlType keeps curl from naming a Content-Type that the request had not.
func (e *Exchange) curlType() []string {
	if e.Request.Header.Get("Content-Type") != "" {
		return nil
	}
	return []string{"-H", quote("Content-Type:")}
}

// quote makes one shell word of s.
func quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
