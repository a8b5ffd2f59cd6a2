// Package recorded keeps the answer of a handler in memory.
package recorded

import (
	"bytes"
	"maps"
	"net/http"
	"strconv"
)

// Answer is the answer of a handler: an [http.ResponseWriter] in memory. The zero value
// can be used.
type Answer struct {
	Status int // 0: the handler has not answered
	Body   bytes.Buffer
	header http.Header
}

// Of returns the answer of a handler to a request. The status of an answer without one
// is 200 OK, as in net/http.
func Of(handler http.Handler, req *http.Request) *Answer {
	a := &Answer{}
	handler.ServeHTTP(a, req)
	a.WriteHeader(http.StatusOK)
	return a
}

// Header returns the header fields of the answer, which can be changed.
func (a *Answer) Header() http.Header {
	if a.header == nil {
		a.header = http.Header{}
	}
	return a.header
}

// WriteHeader sets the status, unless there is one.
func (a *Answer) WriteHeader(status int) {
	if a.Status == 0 {
		a.Status = status
	}
}

// roomAtOnce bounds the room, in bytes, that is reserved for a body because of its
// Content-Length.
const roomAtOnce = 8 << 20

// Write adds to the body.
func (a *Answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	if a.Body.Len() == 0 {
		// Large bodies come in small pieces, and their length is known.
		length, _ := strconv.Atoi(a.Header().Get("Content-Length"))
		a.Body.Grow(min(max(length, 0), roomAtOnce))
	}
	return a.Body.Write(p)
}

// OK says whether the answer is a success, 200 to 299.
func (a *Answer) OK() bool { return a.Status >= 200 && a.Status <= 299 }

// Send sends the answer to the client.
func (a *Answer) Send(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.Header())
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body.Bytes()) // the client may be gone
}
