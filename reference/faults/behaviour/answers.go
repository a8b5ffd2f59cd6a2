package behaviour

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"strconv"

	"assay/reference/recorded"
)

// Answer is the registry's answer to a request. Changes edit it.
type Answer struct {
	Request *http.Request
	Header  http.Header
	Status  int
	Body    []byte
}

// NewAnswer makes an answer 200 without a body, and edits it with changes.
func NewAnswer(req *http.Request, changes ...Change) *Answer {
	a := &Answer{Request: req, Header: http.Header{}, Status: http.StatusOK}
	All(changes...)(a)
	return a
}

// OK says whether the answer is a success, 200 to 299.
func (a *Answer) OK() bool { return a.Status >= 200 && a.Status <= 299 }

// send sends the answer to the client. Content-Length is the length of the body. An
// answer to HEAD keeps its own Content-Length.
func (a *Answer) send(w http.ResponseWriter) {
	switch {
	case a.Request.Method == http.MethodHead:
		if len(a.Body) > 0 && a.Header.Get("Content-Length") == "" {
			a.Header.Set("Content-Length", strconv.Itoa(len(a.Body)))
		}
		a.Body = nil
	case a.Status == http.StatusNoContent || a.Status == http.StatusNotModified:
		a.Header.Del("Content-Length")
		a.Body = nil
	default:
		a.Header.Set("Content-Length", strconv.Itoa(len(a.Body)))
	}
	if _, named := a.Header["Content-Type"]; !named {
		a.Header["Content-Type"] = nil // otherwise net/http guesses a type
	}
	maps.Copy(w.Header(), a.Header)
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // the client may be gone
}

// Pass returns the answer of the next handler.
func Pass(next http.Handler, req *http.Request) *Answer {
	a := recorded.Of(next, req)
	return &Answer{Request: req, Header: a.Header(), Status: a.Status, Body: a.Body.Bytes()}
}

// Ask sends a request of our own to the next handler, on behalf of req. header has
// names and values in turn.
func Ask(next http.Handler, req *http.Request, method, target string, body []byte, header ...string) *Answer {
	inner, err := http.NewRequestWithContext(context.WithoutCancel(req.Context()), method, target, bytes.NewReader(body))
	if err != nil {
		panic("behaviour: " + err.Error()) // the target is ours
	}
	inner.Host = req.Host
	if login := req.Header.Get("Authorization"); login != "" {
		inner.Header.Set("Authorization", login)
	}
	for i := 0; i+1 < len(header); i += 2 {
		inner.Header.Set(header[i], header[i+1])
	}
	return Pass(next, inner)
}

// Exists says whether HEAD of a path succeeds.
func Exists(next http.Handler, req *http.Request, path string) bool {
	return Ask(next, req, http.MethodHead, path, nil).OK()
}
