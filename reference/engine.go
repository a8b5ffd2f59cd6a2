package reference

import (
	"context"
	"io"
	"net/http"

	"assay/reference/recorded"
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
func (r *Registry) ask(inner *http.Request) *recorded.Answer {
	return recorded.Of(r.engine, inner)
}

// send sends the engine's answer to the client, also the Content-Type of an error, which
// the engine sets after the status. For an upload that has received nothing,
// the engine gives the Range 0--1. There is no last byte to name, and registries give
// 0-0.
func send(w http.ResponseWriter, a *recorded.Answer) {
	if a.Header().Get("Range") == "0--1" {
		a.Header().Set("Range", "0-0")
	}
	a.Send(w)
}
