package reference

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
)

// inward makes a request of our own to the engine on behalf of req, with those
// of its headers that carry names. It goes on when the client goes away, so
// that the engine does not stop half-way.
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

// ask puts a request to the engine.
func (r *Registry) ask(inner *http.Request) *answer {
	a := &answer{header: http.Header{}}
	r.engine.ServeHTTP(a, inner)
	return a
}

// answer takes in what the engine answers: an [http.ResponseWriter].
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
	return a.body.Write(p)
}

// send passes the answer on, and with it the type of an error's body, which the
// engine names only after it has sent the headers. Of an upload that has
// received nothing it says the Range 0--1; there is no last byte to name, and
// 0-0 is what registries say.
func (a *answer) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	if a.header.Get("Range") == "0--1" {
		w.Header().Set("Range", "0-0")
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()) // the client may be gone
}
