package reference

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"strconv"
)

// inward makes a request to the engine on behalf of req. It copies those headers of req
// that carry names. The request goes on when the client disconnects, so that the engine
// does not stop half-way.
func inward(req *http.Request, method, target string, body io.Reader, carry ...string) *http.Request {
	inner, err := http.NewRequestWithContext(context.WithoutCancel(req.Context()), method, target, body)
	if err != nil {
		panic("reference: " + err.Error()) // the target is ours
	}
	for _, name := range carry {
		if value := req.Header.Get(name); value != "" {
			inner.Header.Set(name, value)
		}
	}
	return inner
}

// ask sends a request to the engine.
func (r *Registry) ask(inner *http.Request) *answer {
	a := &answer{header: http.Header{}}
	r.engine.ServeHTTP(a, inner)
	return a
}

// answer records the engine's answer: it is an [http.ResponseWriter].
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	if a.body.Len() == 0 {
		// The engine writes large bodies in small pieces, and knows their length.
		length, _ := strconv.Atoi(a.header.Get("Content-Length"))
		a.body.Grow(min(max(length, 0), roomAtOnce))
	}
	return a.body.Write(p)
}

// send sends the answer to the client. It also sends the Content-Type of an error's
// body: the engine sets this only after it has sent the headers. For an upload that has
// received nothing, the engine gives the Range 0--1. There is no last byte to name, and
// registries give 0-0.
func (a *answer) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	if a.header.Get("Range") == "0--1" {
		w.Header().Set("Range", "0-0")
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()) // the client may be gone
}
