package behaviour

import (
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"
)

// Shelf holds content that the registry itself does not have, by path. The zero value
// is empty.
type Shelf struct{ content Memory[kept] }

type kept struct {
	contentType string
	data        []byte
}

// Put stores content at a path.
func (s *Shelf) Put(path, contentType string, data []byte) {
	s.content.Put(path, kept{contentType, data})
}

// Serve answers GET, HEAD and DELETE of content that is on the shelf but not in the
// registry.
func (s *Shelf) Serve(next http.Handler, req *http.Request) *Answer {
	a := Pass(next, req)
	if a.OK() {
		return a
	}
	return s.serve(req, a)
}

// ServeFirst is Serve, but what is on the shelf counts more than what is in the registry.
func (s *Shelf) ServeFirst(next http.Handler, req *http.Request) *Answer {
	return s.serve(req, Pass(next, req))
}

// Drop takes the content of a path off the shelf.
func (s *Shelf) Drop(path string) { s.content.Drop(path) }

// serve answers with what is on the shelf, or with the answer of the registry.
func (s *Shelf) serve(req *http.Request, a *Answer) *Answer {
	k, found := s.content.Get(req.URL.Path)
	if !found {
		return a
	}
	if req.Method == http.MethodDelete {
		s.content.Drop(req.URL.Path)
		return NewAnswer(req, Status(http.StatusAccepted))
	}
	name := PlaceOf(req).Name
	if !strings.Contains(name, ":") {
		name = digest.FromBytes(k.data).String()
	}
	return NewAnswer(req, Text(k.contentType, string(k.data)), Set(DigestHeader, name))
}
