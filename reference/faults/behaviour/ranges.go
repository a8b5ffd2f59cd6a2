package behaviour

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

var contentRangeSize = regexp.MustCompile(`/\d+$`)

// OnPart changes the answers 206. The change is also given the whole blob.
func OnPart(w When, change func(a *Answer, whole []byte)) Middleware {
	return Handle(w, func(next http.Handler, req *http.Request) *Answer {
		a := Pass(next, req)
		if a.Status == http.StatusPartialContent {
			change(a, Ask(next, req, http.MethodGet, req.URL.Path, nil).Body)
		}
		return a
	})
}

// SuffixFromStart sends the first bytes when the last bytes were requested.
func SuffixFromStart(a *Answer, whole []byte) {
	if !HeaderLike("Range", `^bytes=-\d+$`)(a.Request) {
		return
	}
	a.Body = whole[:len(a.Body)]
	a.Header.Set("Content-Range", fmt.Sprintf("bytes 0-%d/%d", len(a.Body)-1, len(whole)))
}

var contentRangeStart = regexp.MustCompile(`^bytes (\d+)-\d+/(\d+)$`)

// OneMore moves the end of a range, such as 0-127, by one.
func OneMore(value string) string {
	first, last, _ := strings.Cut(value, "-")
	end, err := strconv.Atoi(last)
	if err != nil {
		return value
	}
	return fmt.Sprintf("%s-%d", first, end+1)
}

// SizeInRange replaces the size of the blob in a Content-Range.
func SizeInRange(size string) func(string) string {
	return func(v string) string { return contentRangeSize.ReplaceAllString(v, "/"+size) }
}

// SizeOfPart replaces the size of the blob in a Content-Range by the size of the range.
func SizeOfPart(a *Answer) {
	SetFrom("Content-Range", SizeInRange(strconv.Itoa(len(a.Body))))(a)
}

// FirstFive sends only the first five bytes of a range, and says so in Content-Range.
func FirstFive(a *Answer, _ []byte) {
	parts := contentRangeStart.FindStringSubmatch(a.Header.Get("Content-Range"))
	if parts == nil {
		return // several ranges
	}
	a.Body = a.Body[:min(5, len(a.Body))]
	first, _ := strconv.Atoi(parts[1]) // these are digits
	a.Header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%s", first, first+len(a.Body)-1, parts[2]))
}

// WholeForPart sends the whole blob instead of the range.
func WholeForPart(a *Answer, whole []byte) { a.Body = whole }

// PartCut removes the last byte of the range.
func PartCut(a *Answer, _ []byte) { a.Body = CutLast(a.Body) }

// PartOfOneBuffer sends at most 1000 bytes of the range.
func PartOfOneBuffer(a *Answer, _ []byte) { a.Body = a.Body[:min(1000, len(a.Body))] }

// PartShifted shifts the range by one byte.
func PartShifted(a *Answer, whole []byte) { a.Body = append(a.Body[1:], whole[0]) }

// WholeBehindEnd sends the whole blob when the range begins after its end.
func WholeBehindEnd(next http.Handler) http.Handler {
	return Handle(GetBlob, func(next http.Handler, req *http.Request) *Answer {
		if a := Pass(next, req); a.Status != http.StatusRequestedRangeNotSatisfiable {
			return a
		}
		return Ask(next, req, http.MethodGet, req.URL.Path, nil)
	})(next)
}

// RangeOfFirst sets the Range of an upload as if this chunk were its first.
func RangeOfFirst(a *Answer) {
	if length := a.Request.ContentLength; length > 0 {
		a.Header.Set("Range", fmt.Sprintf("0-%d", length-1))
	}
}

// Glued joins the ranges, with the Content-Range of the first.
func Glued(a *Answer, whole []byte) {
	if !SeveralRanges(a.Request) {
		return
	}
	a.Body = append(append([]byte{}, whole[:10]...), whole[20:30]...)
	a.Header.Set("Content-Type", "application/octet-stream")
	a.Header.Set("Content-Range", fmt.Sprintf("bytes 0-9/%d", len(whole)))
}
