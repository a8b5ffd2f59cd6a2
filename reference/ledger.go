package reference

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// Inventory is how much there is of everything.
type Inventory struct {
	Tags, Manifests, Blobs, Uploads int
}

// ledger knows what is in the registry from the requests that succeeded. The
// engine can tell some of it, but neither its sessions nor which manifests
// there are.
type ledger struct {
	mu    sync.Mutex
	repos map[string]*shelf
}

// shelf is one repository.
type shelf struct {
	write     sync.Mutex // one change of manifests at a time, so that none is lost
	tags      map[string]string
	manifests map[string]bool
	blobs     map[string]bool
	sessions  map[string]string     // our name to the engine's
	referrers map[string][]referrer // by subject, in the order in which they came
}

func newLedger() *ledger { return &ledger{repos: map[string]*shelf{}} }

// shelf returns the repository's entry; the caller holds mu.
func (l *ledger) shelf(repo string) *shelf {
	s := l.repos[repo]
	if s == nil {
		s = &shelf{
			tags: map[string]string{}, manifests: map[string]bool{}, blobs: map[string]bool{},
			sessions: map[string]string{}, referrers: map[string][]referrer{},
		}
		l.repos[repo] = s
	}
	return s
}

// with calls f with the repository's entry.
func (l *ledger) with(repo string, f func(*shelf)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(l.shelf(repo))
}

// writing calls f while no other change of the repository's manifests goes on.
func (l *ledger) writing(repo string, f func()) {
	l.mu.Lock()
	s := l.shelf(repo)
	l.mu.Unlock()
	s.write.Lock()
	defer s.write.Unlock()
	f()
}

func (l *ledger) openSession(repo, id, inner string) {
	l.with(repo, func(s *shelf) { s.sessions[id] = inner })
}

func (l *ledger) closeSession(repo, id string) {
	l.with(repo, func(s *shelf) { delete(s.sessions, id) })
}

func (l *ledger) session(repo, id string) (inner string, ok bool) {
	l.with(repo, func(s *shelf) { inner, ok = s.sessions[id] })
	return inner, ok
}

func (l *ledger) hasManifest(repo, digest string) (has bool) {
	l.with(repo, func(s *shelf) { has = s.manifests[digest] })
	return has
}

func (l *ledger) count() Inventory {
	l.mu.Lock()
	defer l.mu.Unlock()
	var i Inventory
	for _, s := range l.repos {
		i.Tags += len(s.tags)
		i.Manifests += len(s.manifests)
		i.Blobs += len(s.blobs)
		i.Uploads += len(s.sessions)
	}
	return i
}

// keep stands right before the engine and enters what it did.
func (l *ledger) keep(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r := routeOf(req)
		var body []byte
		if r.kind == kindManifest && req.Method == http.MethodPut {
			body, _ = io.ReadAll(req.Body) // measured by checkManifests
			req.Body = io.NopCloser(bytes.NewReader(body))
		}
		watched := &watcher{ResponseWriter: w}
		next.ServeHTTP(watched, req)
		if watched.status == http.StatusCreated || watched.status == http.StatusAccepted {
			l.with(r.repo, func(s *shelf) { s.enter(r, req, watched.Header(), watched.status, body) })
		}
	})
}

// enter notes a request that succeeded.
func (s *shelf) enter(r route, req *http.Request, answer http.Header, status int, body []byte) {
	digest := answer.Get("Docker-Content-Digest")
	switch {
	case r.kind == kindManifest && req.Method == http.MethodPut:
		s.manifests[digest] = true
		for _, tag := range append(req.URL.Query()["tag"], r.name) {
			if tagPattern.MatchString(tag) {
				s.tags[tag] = digest
			}
		}
		s.attach(digest, req.Header.Get("Content-Type"), body)
	case r.kind == kindManifest && req.Method == http.MethodDelete && !strings.Contains(r.name, ":"):
		delete(s.tags, r.name)
	case r.kind == kindManifest && req.Method == http.MethodDelete:
		delete(s.manifests, r.name)
		s.detach(r.name)
		for tag, d := range s.tags {
			if d == r.name {
				delete(s.tags, tag)
			}
		}
	case (r.kind == kindUploads || r.kind == kindUpload) && status == http.StatusCreated:
		s.blobs[pushedBlob(req.URL.Query(), digest)] = true
	case r.kind == kindBlob && req.Method == http.MethodDelete:
		delete(s.blobs, r.name)
	}
}

func pushedBlob(query url.Values, digest string) string {
	for _, d := range []string{query.Get("digest"), query.Get("mount"), digest} {
		if d != "" {
			return d
		}
	}
	return ""
}
