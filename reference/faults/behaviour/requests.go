package behaviour

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// When matches requests.
type When func(*http.Request) bool

// Is matches requests by method and kind of path. methods are written as "GET HEAD"; no
// kind stands for all kinds.
func Is(methods string, of ...Kind) When {
	return func(req *http.Request) bool {
		return slices.Contains(strings.Fields(methods), req.Method) &&
			(len(of) == 0 || slices.Contains(of, PlaceOf(req).Kind))
	}
}

// And matches the requests that w and all others match.
func (w When) And(more ...When) When {
	return func(req *http.Request) bool {
		return w(req) && !slices.ContainsFunc(more, func(m When) bool { return !m(req) })
	}
}

// Not matches the requests that w does not match.
func Not(w When) When { return func(req *http.Request) bool { return !w(req) } }

// Always matches every request.
func Always(*http.Request) bool { return true }

// ByDigest matches requests that name content by digest: no tag has a colon.
func ByDigest(req *http.Request) bool { return strings.Contains(PlaceOf(req).Name, ":") }

// ByTag matches requests that name content by anything but a digest.
func ByTag(req *http.Request) bool { return !ByDigest(req) }

// BySHA512 matches requests that name content by a SHA-512 digest.
func BySHA512(req *http.Request) bool { return IsSHA512(PlaceOf(req).Name) }

// NameLike matches requests whose name matches the pattern. The name is a tag, a digest
// or the name of an upload.
func NameLike(pattern string) When {
	compiled := regexp.MustCompile(pattern)
	return func(req *http.Request) bool { return compiled.MatchString(PlaceOf(req).Name) }
}

// RepositoryLike matches requests whose repository name matches the pattern.
func RepositoryLike(pattern string) When {
	compiled := regexp.MustCompile(pattern)
	return func(req *http.Request) bool { return compiled.MatchString(PlaceOf(req).Repo) }
}

// MissingRepository matches requests for repositories that do not exist. The suite
// marks them by their name.
func MissingRepository(req *http.Request) bool {
	return strings.Contains(PlaceOf(req).Repo, "-missing-")
}

// InRepository matches requests for repositories that may exist.
func InRepository(req *http.Request) bool { return !MissingRepository(req) }

// WithParameter matches requests with a parameter in the URL.
func WithParameter(name string) When {
	return func(req *http.Request) bool { return req.URL.Query().Has(name) }
}

// WithValue matches requests with this value for a parameter in the URL.
func WithValue(name, value string) When {
	return func(req *http.Request) bool { return req.URL.Query().Get(name) == value }
}

// WithHeader matches requests with a header.
func WithHeader(name string) When {
	return func(req *http.Request) bool { return req.Header.Get(name) != "" }
}

// HeaderLike matches requests with a header whose value matches the pattern.
func HeaderLike(name, pattern string) When {
	compiled := regexp.MustCompile(pattern)
	return func(req *http.Request) bool { return compiled.MatchString(req.Header.Get(name)) }
}

// WithBody matches requests with a body. Its length may be unknown.
func WithBody(req *http.Request) bool { return req.ContentLength != 0 }

// LongerThan matches requests with a body of more than size bytes.
func LongerThan(size int64) When {
	return func(req *http.Request) bool { return req.ContentLength > size }
}

// WithoutLength matches requests with a body of unknown length.
func WithoutLength(req *http.Request) bool { return req.ContentLength < 0 }

// EncodedSlash matches requests with an encoded slash in the path.
func EncodedSlash(req *http.Request) bool { return strings.Contains(req.URL.RawPath, "%2F") }

// Accepted matches pushes whose Accept includes the pushed type, or any type.
func Accepted(req *http.Request) bool {
	accept := req.Header.Get("Accept")
	return accept == "" || accepts(req, req.Header.Get("Content-Type"))
}

// AcceptsAny matches requests whose Accept includes any type.
func AcceptsAny(req *http.Request) bool { return req.Header.Get("Accept") == "*/*" }

func accepts(req *http.Request, mediaType string) bool {
	accept := strings.Join(req.Header.Values("Accept"), ", ")
	return strings.Contains(accept, "*/*") || strings.Contains(accept, mediaType)
}

// ParameterLike matches requests with a parameter whose value matches the pattern.
func ParameterLike(name, pattern string) When {
	compiled := regexp.MustCompile(pattern)
	return func(req *http.Request) bool { return compiled.MatchString(req.URL.Query().Get(name)) }
}

// ParametersOver matches requests with more than most values for a parameter.
func ParametersOver(name string, most int) When {
	return func(req *http.Request) bool { return len(req.URL.Query()[name]) > most }
}

// NIsNumber matches requests whose parameter n is a number.
func NIsNumber(req *http.Request) bool {
	_, err := strconv.Atoi(req.URL.Query().Get("n"))
	return err == nil
}

// Of matches requests by kind of path.
func Of(kinds ...Kind) When {
	return func(req *http.Request) bool { return slices.Contains(kinds, PlaceOf(req).Kind) }
}

// PathLike matches requests whose path matches the pattern.
func PathLike(pattern string) When {
	compiled := regexp.MustCompile(pattern)
	return func(req *http.Request) bool { return compiled.MatchString(req.URL.Path) }
}

// OwnMethod is the method of a request.
func OwnMethod(req *http.Request) string { return req.Method }

// OwnURL is the path of a request, with its parameters.
func OwnURL(req *http.Request) string { return req.URL.RequestURI() }

// OwnHeader is a header of a request.
func OwnHeader(name string) func(*http.Request) string {
	return func(req *http.Request) string { return req.Header.Get(name) }
}

// OwnParameter is a parameter of a request.
func OwnParameter(name string) func(*http.Request) string {
	return func(req *http.Request) string { return req.URL.Query().Get(name) }
}

// AcceptsGzip matches requests that accept gzip.
var AcceptsGzip = HeaderLike("Accept-Encoding", "gzip")

// ManyAccepts matches requests with several Accept headers.
func ManyAccepts(req *http.Request) bool { return len(req.Header.Values("Accept")) > 1 }

// LastByte matches chunks of one byte that are not the first.
var LastByte = HeaderLike("Content-Range", "^[1-9]").And(func(req *http.Request) bool { return req.ContentLength == 1 })

// SeveralRanges matches requests with several ranges.
var SeveralRanges = HeaderLike("Range", ",")
