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

// Edit changes a request before the registry receives it.
type Edit func(*http.Request)

// Edited copies a request and edits the copy.
func Edited(req *http.Request, edits ...Edit) *http.Request {
	changed := req.Clone(req.Context())
	for _, edit := range edits {
		edit(changed)
	}
	return changed
}

// SetPath replaces the path of a request.
func SetPath(path string) Edit {
	return func(req *http.Request) { req.URL.Path, req.URL.RawPath = path, "" }
}

// SetBody replaces the body of a request.
func SetBody(data []byte) Edit {
	return func(req *http.Request) {
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
		req.Header.Del("Content-Length")
	}
}

// BodyOf reads the body of a request. The body can be read again afterwards.
func BodyOf(req *http.Request) []byte {
	data, _ := io.ReadAll(req.Body) // an unreadable body counts as empty
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

// CutParameters keeps only the first values of a parameter, at most most.
func CutParameters(name string, most int) Edit {
	return func(req *http.Request) {
		q := req.URL.Query()
		q[name] = q[name][:min(most, len(q[name]))]
		req.URL.RawQuery = q.Encode()
	}
}

// AddToN adds to the parameter n, so that more or fewer tags are listed.
func AddToN(by int) Edit {
	return func(req *http.Request) {
		if n, err := strconv.Atoi(req.URL.Query().Get("n")); err == nil {
			SetParameter("n", strconv.Itoa(n+by))(req)
		}
	}
}

// DelHeader removes a header from the request.
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

// LowerName writes the name at the end of the path in lower case.
func LowerName(req *http.Request) {
	at := PlaceOf(req)
	req.URL.Path = strings.TrimSuffix(req.URL.Path, at.Name) + strings.ToLower(at.Name)
}

// SpelledDigest replaces a tag such as sha256-0123 by the digest that it spells.
func SpelledDigest(req *http.Request) {
	at := PlaceOf(req)
	req.URL.Path = strings.TrimSuffix(req.URL.Path, at.Name) + strings.Replace(at.Name, "-", ":", 1)
}

// AddAlgorithm puts sha256: in front of the name at the end of the path.
func AddAlgorithm(req *http.Request) {
	at := PlaceOf(req)
	req.URL.Path = strings.TrimSuffix(req.URL.Path, at.Name) + "sha256:" + at.Name
}

// DecodeSlashes decodes encoded slashes.
func DecodeSlashes(req *http.Request) { req.URL.RawPath = "" }

var outsideOfNames = regexp.MustCompile(`[^a-z0-9/]+`)

// EscapeRepository rewrites a repository name that breaks the grammar into one that
// keeps it.
func EscapeRepository(req *http.Request) {
	at := PlaceOf(req)
	name := outsideOfNames.ReplaceAllString(strings.ToLower(at.Repo), "x")
	SetPath(strings.Replace(req.URL.Path, at.Repo, name, 1))(req)
}

// CutPath cuts the path off before a text.
func CutPath(before string) Edit {
	return func(req *http.Request) {
		path, _, _ := strings.Cut(req.URL.Path, before)
		SetPath(path)(req)
	}
}

// CleanPath removes the dot segments from the path.
func CleanPath(req *http.Request) { SetPath(path.Clean(req.URL.Path))(req) }
