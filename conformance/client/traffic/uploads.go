package traffic

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"assay/reference/faults/behaviour"
)

// Upload is the requests of one upload, in their order: the POST, and what followed.
type Upload struct {
	Start *Exchange
	Parts []*Exchange
	id    string // of the session; it is a part of every URL of the upload
}

// Uploads finds the uploads among the exchanges: those whose POST was answered with a
// Location.
func Uploads(all []*Exchange) []*Upload {
	var found []*Upload
	for _, ex := range all {
		if ex.Is("POST", behaviour.Uploads) && ex.Status == 202 {
			if id := sessionIn(ex.Header.Get("Location")); id != "" {
				found = append(found, &Upload{Start: ex, id: id})
			}
			continue
		}
		if ex.Method == "HEAD" || ex.Method == "POST" {
			continue
		}
		i := slices.IndexFunc(found, func(u *Upload) bool { return strings.Contains(ex.URL.RequestURI(), u.id) })
		if i >= 0 {
			found[i].Parts = append(found[i].Parts, ex)
		}
	}
	return found
}

// sessionPattern finds the id of a session of the embedded registry in a Location.
var sessionPattern = regexp.MustCompile(`[A-Za-z0-9_-]{16,}`)

func sessionIn(location string) string {
	u, err := url.Parse(location)
	if err != nil {
		return ""
	}
	if i := strings.LastIndex(u.Path, "/"); i >= 0 {
		return sessionPattern.FindString(u.Path[i:])
	}
	return sessionPattern.FindString(u.Path)
}

// Chunks are the requests that carry content: each PATCH, and a PUT with a body.
func (u *Upload) Chunks() []*Exchange {
	return slices.DeleteFunc(slices.Clone(u.Parts), func(ex *Exchange) bool {
		return ex.Method != "PATCH" && (ex.Method != "PUT" || ex.Request.Size == 0)
	})
}

// IsChunked says whether content came in a PATCH.
func (u *Upload) IsChunked() bool {
	return slices.ContainsFunc(u.Parts, func(ex *Exchange) bool { return ex.Method == "PATCH" })
}

// Close is the last PUT; nil if there is none.
func (u *Upload) Close() *Exchange {
	for _, ex := range slices.Backward(u.Parts) {
		if ex.Method == "PUT" {
			return ex
		}
	}
	return nil
}

// Content is what the registry accepted, in the order in which it came; known is false
// if a part of it was not kept.
func (u *Upload) Content() (content []byte, known bool) {
	for _, ex := range u.Chunks() {
		if !ex.Accepted() && ex != u.Close() {
			continue
		}
		if ex.SentDigest == "" {
			return nil, false
		}
		content = append(content, ex.Sent...)
	}
	return content, true
}

// Before is the last answer with a Location before the request, which is one of the
// parts.
func (u *Upload) Before(ex *Exchange) *Exchange {
	last := u.Start
	for _, part := range u.Parts {
		if part == ex {
			break
		}
		if part.Header.Get("Location") != "" && (part.Accepted() || part.Status == 416) {
			last = part
		}
	}
	return last
}

// GoesTo says whether the request was sent to the Location of the answer. The query may
// have digest in addition.
func GoesTo(ex, answer *Exchange) (path, query bool) {
	location, err := answer.URL.Parse(answer.Header.Get("Location"))
	if err != nil {
		return true, true // the registry is wrong, not the client
	}
	want, got := location.Query(), ex.URL.Query()
	if !want.Has("digest") {
		got.Del("digest")
	}
	return location.Host == ex.URL.Host && location.EscapedPath() == ex.URL.EscapedPath(), want.Encode() == got.Encode()
}

// contentRange is the form of a Content-Range (distribution-spec, "Pushing a blob in
// chunks").
var contentRange = regexp.MustCompile(`^([0-9]+)-([0-9]+)$`)

// rangeOf reads the Content-Range of a chunk. Given is false if it has none, ok if it has
// another form.
func rangeOf(ex *Exchange) (start, end int64, given, ok bool) {
	value := ex.Request.Header.Get("Content-Range")
	parts := contentRange.FindStringSubmatch(value)
	if parts == nil {
		return 0, 0, value != "", false
	}
	start, err1 := strconv.ParseInt(parts[1], 10, 64)
	end, err2 := strconv.ParseInt(parts[2], 10, 64)
	return start, end, true, err1 == nil && err2 == nil
}

// received is the number of bytes that the registry says it has; -1 if it does not say.
func received(ex *Exchange) int64 {
	_, end, ok := strings.Cut(ex.Header.Get("Range"), "-")
	n, err := strconv.ParseInt(end, 10, 64)
	if !ok || err != nil {
		return -1
	}
	if n == 0 {
		return -1 // nothing, or one byte: registries do not tell these apart
	}
	return n + 1
}
