package faults

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"

	require "assay/conformance/requirements"
)

func rangeFaults() []Fault {
	part := getBlob.and(has("Range"))
	return []Fault{
		fault("range-206-whole", "a part of a blob is answered 206 with the whole",
			ranged(part, func(a *answer, whole []byte) { a.body = whole }), require.PullBlobRange),
		fault("range-200-part", "a part of a blob is answered 200",
			onAnswer(part, on(206, status(200))), require.PullBlobRange),
		fault("range-no-content-range", "a part of a blob has no Content-Range",
			onAnswer(part, on(206, del("Content-Range"))), require.PullBlobRange),
		fault("range-short", "a part of a blob is without its last byte",
			ranged(part, func(a *answer, _ []byte) { a.body = a.body[:max(0, len(a.body)-1)] }), require.PullBlobRange),
		fault("range-shifted", "a part of a blob is one byte off",
			ranged(part, func(a *answer, whole []byte) { a.body = append(a.body[1:], whole[0]) }), require.PullBlobRange),
		fault("range-suffix-from-start", "the last bytes of a blob are taken for the first",
			ranged(part, suffixFromStart), require.PullBlobRange),
		fault("range-open-416", "a range without an end is refused",
			onAnswer(part.and(rangeLike(`^bytes=\d+-$`)), on(206, refuse(416, "UNSUPPORTED"))), require.PullBlobRange),
		fault("range-over-the-end-416", "a range that goes over the end of a blob is refused",
			onAnswer(part.and(rangeLike(`-99999999$`)), on(206, refuse(416, "UNSUPPORTED"))), require.PullBlobRange),
		fault("range-wrong-size", "Content-Range tells the size of the part for that of the blob",
			onAnswer(part, on(206, func(a *answer) {
				a.header.Set("Content-Range", contentRangeSize.ReplaceAllString(a.header.Get("Content-Range"), "/"+strconv.Itoa(len(a.body))))
			})), require.PullBlobRange),
		fault("range-behind-end-206", "a range behind the end of a blob is answered 206 with nothing",
			onAnswer(part, on(416, status(206), del("Content-Range"), text("application/octet-stream", ""))), require.PullBlobRange),
		fault("range-behind-end-404", "a range behind the end of a blob is answered 404",
			onAnswer(part, on(416, refuse(404, "BLOB_UNKNOWN"))), require.PullBlobRange).in(require.V1_1),
	}
}

var contentRangeSize = regexp.MustCompile(`/\d+$`)

func rangeLike(pattern string) when {
	compiled := regexp.MustCompile(pattern)
	return func(req *http.Request) bool { return compiled.MatchString(req.Header.Get("Range")) }
}

// ranged changes the answers 206, and knows the whole blob.
func ranged(w when, change func(a *answer, whole []byte)) Middleware {
	return handle(w, func(next http.Handler, req *http.Request) *answer {
		a := pass(next, req)
		if a.status == http.StatusPartialContent {
			change(a, ask(next, req, http.MethodGet, req.URL.Path, nil).body)
		}
		return a
	})
}

func suffixFromStart(a *answer, whole []byte) {
	if !rangeLike(`^bytes=-\d+$`)(a.req) {
		return
	}
	a.body = whole[:len(a.body)]
	a.header.Set("Content-Range", fmt.Sprintf("bytes 0-%d/%d", len(a.body)-1, len(whole)))
}
