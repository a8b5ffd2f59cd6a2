package behaviour

import (
	"net/http"
	"slices"
	"sync"
)

// Taking accepts matching uploads and manifests that the registry refuses. It serves
// them under the name of their push.
func Taking(w When) Middleware {
	return func(next http.Handler) http.Handler {
		s := new(Shelf)
		chunks := newChunks()
		handler := Handle(Is("PUT POST", Manifests, Session, Uploads).And(w), func(next http.Handler, req *http.Request) *Answer {
			data := BodyOf(req)
			a := Pass(next, req)
			if a.OK() || a.Status >= 500 || a.Status == http.StatusRequestedRangeNotSatisfiable {
				return a // a chunk out of order does not concern names
			}
			at := PlaceOf(req)
			path := req.URL.Path
			if at.Kind != Manifests {
				name := DigestOf(req)
				if name == "" {
					return a
				}
				path = BlobPath(at.Repo, name)
				data = append(slices.Clone(chunks.of(req.URL.Path)), data...)
			}
			s.Put(path, req.Header.Get("Content-Type"), data)
			return NewAnswer(req, Status(http.StatusCreated), Set("Location", path))
		})(next)
		handler = Handle(Is("GET HEAD DELETE", Manifests, Blobs), s.Serve)(handler)
		return chunks.watch(handler)
	}
}

// TakingAfter accepts any digest for uploads that have received content by matching
// requests.
func TakingAfter(w When) Middleware {
	return func(next http.Handler) http.Handler {
		marked := new(Marks)
		handler := Taking(PutUpload.And(WellFormed, marked.atPath))(next)
		return OnAnswer(w, OK(func(a *Answer) { marked.Add(a.Request.URL.Path) }))(handler)
	}
}

// chunks keeps the content that each upload has received by PATCH.
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
	return Handle(PatchUpload, func(next http.Handler, req *http.Request) *Answer {
		data := BodyOf(req)
		a := Pass(next, req)
		if a.OK() {
			c.mu.Lock()
			c.received[req.URL.Path] = append(c.received[req.URL.Path], data...)
			c.mu.Unlock()
		}
		return a
	})(next)
}
