package faults

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/opencontainers/go-digest"
)

// shelf holds content that the registry itself does not have, by path.
type shelf struct {
	mu      sync.Mutex
	content map[string]kept
}

type kept struct {
	contentType string
	data        []byte
}

func newShelf() *shelf { return &shelf{content: map[string]kept{}} }

func (s *shelf) put(path, contentType string, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.content[path] = kept{contentType, data}
}

func (s *shelf) get(path string) (kept, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, found := s.content[path]
	return k, found
}

func (s *shelf) drop(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.content, path)
}

// serve answers GET, HEAD and DELETE of what is on the shelf and not in the
// registry.
func (s *shelf) serve(next http.Handler, req *http.Request) *answer {
	a := pass(next, req)
	k, found := s.get(req.URL.Path)
	if !found || a.ok() {
		return a
	}
	a = newAnswer(req)
	if req.Method == http.MethodDelete {
		s.drop(req.URL.Path)
		a.status = http.StatusAccepted
		return a
	}
	a.status, a.body = http.StatusOK, k.data
	a.header.Set("Content-Type", k.contentType)
	if name := placeOf(req).name; strings.Contains(name, ":") {
		a.header.Set("Docker-Content-Digest", name)
	} else {
		a.header.Set("Docker-Content-Digest", digest.FromBytes(k.data).String())
	}
	return a
}

// taking accepts the uploads and the manifests that match and that the registry
// refuses, and serves them under whatever name they were given.
func taking(w when) Middleware {
	return func(next http.Handler) http.Handler {
		s := newShelf()
		chunks := newChunks()
		handler := handle(is("PUT POST", manifests, session, uploads).and(w), func(next http.Handler, req *http.Request) *answer {
			data := read(req)
			a := pass(next, req)
			if a.ok() || a.status >= 500 || a.status == http.StatusRequestedRangeNotSatisfiable {
				return a // a chunk out of order is no matter of names
			}
			at := placeOf(req)
			path := req.URL.Path
			if at.kind != manifests {
				name := req.URL.Query().Get("digest")
				if name == "" {
					return a
				}
				path = "/v2/" + at.repo + "/blobs/" + name
				data = append(slices.Clone(chunks.of(req.URL.Path)), data...)
			}
			s.put(path, req.Header.Get("Content-Type"), data)
			a = newAnswer(req)
			a.status = http.StatusCreated
			a.header.Set("Location", path)
			return a
		})(next)
		handler = handle(is("GET HEAD DELETE", manifests, blobs), s.serve)(handler)
		return chunks.watch(handler)
	}
}

// chunks remembers what each upload has received by PATCH.
type chunks struct {
	mu       sync.Mutex
	received map[string][]byte // by path of the session
}

func newChunks() *chunks { return &chunks{received: map[string][]byte{}} }

func (c *chunks) of(path string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.received[path]
}

func (c *chunks) watch(next http.Handler) http.Handler {
	return handle(patch, func(next http.Handler, req *http.Request) *answer {
		data := read(req)
		a := pass(next, req)
		if a.ok() {
			c.mu.Lock()
			c.received[req.URL.Path] = append(c.received[req.URL.Path], data...)
			c.mu.Unlock()
		}
		return a
	})(next)
}

// marks is a set of words that requests share.
type marks struct {
	mu    sync.Mutex
	words map[string]bool
}

func newMarks() *marks { return &marks{words: map[string]bool{}} }

// add says whether the word is new.
func (m *marks) add(word string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	isNew := !m.words[word]
	m.words[word] = true
	return isNew
}

func (m *marks) has(word string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.words[word]
}

func (m *marks) list() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var words []string
	for w := range m.words {
		words = append(words, w)
	}
	slices.Sort(words)
	return words
}

// everywhere gives a middleware the repositories that were written to.
func everywhere(f func(repos *marks) Middleware) Middleware {
	return func(next http.Handler) http.Handler {
		repos := newMarks()
		return handle(is("PUT POST", manifests, uploads), func(next http.Handler, req *http.Request) *answer {
			a := pass(next, req)
			if a.ok() {
				repos.add(placeOf(req).repo)
			}
			return a
		})(f(repos)(next))
	}
}

// orElsewhere looks in every other repository for what a repository does not
// have.
func orElsewhere(w when) Middleware {
	return everywhere(func(repos *marks) Middleware {
		return handle(w, func(next http.Handler, req *http.Request) *answer {
			a := pass(next, req)
			at := placeOf(req)
			for _, repo := range repos.list() {
				if a.status != http.StatusNotFound {
					break
				}
				other := req.Clone(req.Context())
				other.URL.Path = strings.Replace(req.URL.Path, "/v2/"+at.repo+"/", "/v2/"+repo+"/", 1)
				other.URL.RawPath = ""
				a = pass(next, other)
			}
			return a
		})
	})
}
