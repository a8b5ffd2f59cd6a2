package suite

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"assay/wire"
)

// trailLength is the number of exchanges that a pass shows.
const trailLength = 12

// trail returns the exchanges of a pass, each in one line. It keeps the last ones if
// there are many: the specs judge at their end.
func trail(exchanges []*wire.Exchange) []string {
	var own []*wire.Exchange
	for _, ex := range exchanges {
		if !unsent(ex) && !slices.Contains(own, ex) { // content of Once may come twice
			own = append(own, ex)
		}
	}
	var lines []string
	for _, ex := range own[max(0, len(own)-trailLength):] {
		lines = append(lines, Line(ex))
	}
	return lines
}

// The headers that requirements are about.
var (
	askingHeaders  = []string{"Range", "Content-Range", "Content-Type"}
	tellingHeaders = []string{
		"Location", "Range", "Content-Range", "Docker-Content-Digest", "Content-Type", "Content-Encoding", "ETag", "Link",
		"OCI-Subject", "OCI-Filters-Applied", "OCI-Chunk-Min-Length", "OCI-Tag", "WWW-Authenticate", "Retry-After", "Warning", "Allow",
	}
)

// Line is an exchange in one line, without secrets and shortened: "PUT
// /v2/a/manifests/v1 (Content-Type: a/b): 201 Created; Location: /v2/a/manifests/v1".
// It has the headers that requirements are about.
func Line(ex *wire.Exchange) string {
	path := wire.RedactURL(ex.URL)
	if ex.URL != nil {
		path = strings.TrimPrefix(path, ex.URL.Scheme+"://"+ex.URL.Host)
	}
	line := ex.Method + " " + path
	if sent := headersOf(ex.Request.Header, askingHeaders); len(sent) > 0 {
		line += " (" + strings.Join(sent, "; ") + ")"
	}
	if ex.Status == 0 && ex.Err != nil {
		return shorten(line + ": " + wire.RedactText(ex.Err.Error()))
	}
	return shorten(strings.Join(append([]string{line + ": " + wire.StatusText(ex.Status)}, headersOf(ex.Header, tellingHeaders)...), "; "))
}

func headersOf(header http.Header, names []string) []string {
	shown := http.Header{}
	for _, name := range names {
		if values := header.Values(name); len(values) > 0 {
			shown[http.CanonicalHeaderKey(name)] = values
		}
	}
	var lines []string
	redacted := wire.RedactHeader(shown)
	for _, name := range names {
		for _, value := range redacted.Values(name) {
			lines = append(lines, name+": "+value)
		}
	}
	return lines
}

// There are thousands of lines in the results. So long digests, UUIDs and the state that
// registries put into the URLs of uploads are shortened.
var (
	longDigest = regexp.MustCompile(`([0-9a-f]{12})[0-9a-f]{20,}`)
	longUUID   = regexp.MustCompile(`([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	longState  = regexp.MustCompile(`([A-Za-z0-9_-]{16})[A-Za-z0-9_%=-]{24,}`)
)

// lineLimit is the length of a line in bytes, for registries with long headers.
const lineLimit = 500

func shorten(line string) string {
	line = longState.ReplaceAllString(longUUID.ReplaceAllString(longDigest.ReplaceAllString(line, "$1…"), "$1…"), "$1…")
	if len(line) <= lineLimit {
		return line
	}
	return strings.ToValidUTF8(line[:lineLimit], "") + "…"
}
