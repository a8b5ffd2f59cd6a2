package behaviour

import (
	"bytes"
	"io"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// Edit is done to a request before the registry gets it.
type Edit func(*http.Request)

// Edited is a copy of a request with edits.
func Edited(req *http.Request, edits ...Edit) *http.Request {
	changed := req.Clone(req.Context())
	for _, edit := range edits {
		edit(changed)
	}
	return changed
}

// SetPath gives a request another path.
func SetPath(path string) Edit {
	return func(req *http.Request) { req.URL.Path, req.URL.RawPath = path, "" }
}

// SetBody gives a request another body.
func SetBody(data []byte) Edit {
	return func(req *http.Request) {
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
		req.Header.Del("Content-Length")
	}
}

// BodyOf is the body of a request, which stays readable.
func BodyOf(req *http.Request) []byte {
	data, _ := io.ReadAll(req.Body) // what cannot be read is not there
	SetBody(data)(req)
	return data
}

// SetParameter sets a parameter of the URL.
func SetParameter(name, value string) Edit {
	return func(req *http.Request) {
		q := req.URL.Query()
		q.Set(name, value)
		req.URL.RawQuery = q.Encode()
	}
}

// DelParameters removes parameters from the URL.
func DelParameters(names ...string) Edit {
	return func(req *http.Request) {
		q := req.URL.Query()
		for _, name := range names {
			q.Del(name)
		}
		req.URL.RawQuery = q.Encode()
	}
}

// CutParameters keeps the first most values of a parameter.
func CutParameters(name string, most int) Edit {
	return func(req *http.Request) {
		q := req.URL.Query()
		q[name] = q[name][:min(most, len(q[name]))]
		req.URL.RawQuery = q.Encode()
	}
}

// AddToN asks for more tags than the request does, or for fewer.
func AddToN(by int) Edit {
	return func(req *http.Request) {
		if n, err := strconv.Atoi(req.URL.Query().Get("n")); err == nil {
			SetParameter("n", strconv.Itoa(n+by))(req)
		}
	}
}

// DelHeader takes a header from the request.
func DelHeader(name string) Edit { return func(req *http.Request) { req.Header.Del(name) } }

// SetHeader sets a header of the request.
func SetHeader(name, value string) Edit {
	return func(req *http.Request) { req.Header.Set(name, value) }
}

// ReplacePath replaces a pattern in the path.
func ReplacePath(pattern, with string) Edit {
	compiled := regexp.MustCompile(pattern)
	return func(req *http.Request) { req.URL.Path = compiled.ReplaceAllString(req.URL.Path, with) }
}

// LowerPath writes the path in lower case.
func LowerPath(req *http.Request) { req.URL.Path = strings.ToLower(req.URL.Path) }

// LowerName writes the name in lower case that the path ends with.
func LowerName(req *http.Request) {
	at := PlaceOf(req)
	req.URL.Path = strings.TrimSuffix(req.URL.Path, at.Name) + strings.ToLower(at.Name)
}

// SpelledDigest takes a tag such as sha256-0123 for the digest that it spells.
func SpelledDigest(req *http.Request) {
	at := PlaceOf(req)
	req.URL.Path = strings.TrimSuffix(req.URL.Path, at.Name) + strings.Replace(at.Name, "-", ":", 1)
}

// AddAlgorithm puts sha256: in front of the name that the path ends with.
func AddAlgorithm(req *http.Request) {
	at := PlaceOf(req)
	req.URL.Path = strings.TrimSuffix(req.URL.Path, at.Name) + "sha256:" + at.Name
}

// DecodeSlashes takes encoded slashes for slashes.
func DecodeSlashes(req *http.Request) { req.URL.RawPath = "" }

var outsideOfNames = regexp.MustCompile(`[^a-z0-9/]+`)

// EscapeRepository writes a repository's name that is outside of the grammar in
// another way that is within.
func EscapeRepository(req *http.Request) {
	at := PlaceOf(req)
	name := outsideOfNames.ReplaceAllString(strings.ToLower(at.Repo), "x")
	SetPath(strings.Replace(req.URL.Path, at.Repo, name, 1))(req)
}

// CutPath ends the path before a text.
func CutPath(before string) Edit {
	return func(req *http.Request) {
		path, _, _ := strings.Cut(req.URL.Path, before)
		SetPath(path)(req)
	}
}

// CleanPath removes the dot segments from the path.
func CleanPath(req *http.Request) { SetPath(path.Clean(req.URL.Path))(req) }
