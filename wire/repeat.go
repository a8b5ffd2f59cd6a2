package wire

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"

	"golang.org/x/net/http2"
)

// A connection breaks for many reasons that are nobody's fault: a proxy that
// restarts, an idle connection that was closed. So a request is sent again,
// once and on a new connection, where that cannot change what it does.

// repeatable says whether the request may be sent again after its connection
// broke. GET, HEAD and PUT of a manifest do the same twice. A second DELETE is
// answered 404 where the first one was done, and an upload's session has moved
// on; they are told as they are.
func repeatable(req *Request, ex *Exchange) bool {
	if brokenConnection(ex.Err) == "" || req.Sink != nil && ex.BodySize > 0 {
		return false
	}
	switch req.Method {
	case http.MethodGet, http.MethodHead:
		return true
	case http.MethodPut:
		return req.Endpoint == EndManifestPut
	}
	return false
}

// brokenConnection says how the connection broke; empty when the error is
// another.
func brokenConnection(err error) string {
	var stream http2.StreamError
	switch {
	case err == nil:
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed"
	case errors.As(err, &stream):
		return "stream reset"
	// Without a type of their own that can be asked for.
	case strings.Contains(err.Error(), "GOAWAY"), strings.Contains(err.Error(), "client connection lost"):
		return "connection closed"
	}
	return ""
}

// Repeated says whether a connection broke before a full answer came, so that
// the request was sent a second time; the first is among the Hops.
func (e *Exchange) Repeated() bool {
	for _, hop := range e.Hops {
		if hop.Err != nil {
			return true
		}
	}
	return false
}
