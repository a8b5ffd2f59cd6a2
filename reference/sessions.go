package reference

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"assay/reference/recorded"
)

// upload is an open upload session of one repository. Clients know it by a UUID, as the
// distribution-spec, section "POST then PUT", asks. The engine's own id is not a UUID.
type upload struct {
	writing sync.Mutex // one chunk at a time
	inner   string     // the engine's path of the session
	used    time.Time
}

// sessionLife is how long an unused upload is kept (distribution-spec, "Cancel a blob
// upload").
const sessionLife = time.Hour

// openUpload opens a session and names it in the Location. It also ends the sessions
// that were abandoned.
func (r *Registry) openUpload(w http.ResponseWriter, req *http.Request, at route, query url.Values) {
	opened := r.engineSession(req, at.repo, query)
	if opened.Status != http.StatusAccepted {
		send(w, opened)
		return
	}
	inner, _ := url.Parse(opened.Header().Get("Location")) // the engine's own
	id := newUUID()
	repo := r.open(at.repo)
	repo.mu.Lock()
	for id, u := range repo.uploads {
		if time.Since(u.used) > sessionLife {
			delete(repo.uploads, id)
			r.ask(inward(req, http.MethodDelete, u.inner, nil))
		}
	}
	repo.uploads[id] = &upload{inner: inner.Path, used: time.Now()}
	repo.mu.Unlock()
	opened.Header().Set("Location", sessionLocation(at.repo, id, inner.RawQuery))
	send(w, opened)
}

// engineSession opens a session in the engine. If query names a digest algorithm, the
// session uses it.
func (r *Registry) engineSession(req *http.Request, repo string, query url.Values) *recorded.Answer {
	target := "/v2/" + repo + "/blobs/uploads/"
	if algorithm := query.Get("digest-algorithm"); algorithm != "" {
		target += "?" + url.Values{"digest-algorithm": {algorithm}}.Encode()
	}
	return r.ask(inward(req, http.MethodPost, target, nil))
}

func sessionLocation(repo, id, query string) string {
	return (&url.URL{Path: "/v2/" + repo + "/blobs/uploads/" + id, RawQuery: query}).String()
}

// session returns a session of this repository. If the session is unknown, has ended or
// belongs to another repository, it answers 404. The engine would answer 400.
func (r *Registry) session(w http.ResponseWriter, at route) (*repository, *upload) {
	repo := r.repository(at.repo)
	repo.mu.Lock()
	defer repo.mu.Unlock()
	u := repo.uploads[at.name]
	if u == nil {
		refuse(w, http.StatusNotFound, blobUploadUnknown, "there is no such upload in this repository")
		return repo, nil
	}
	u.used = time.Now()
	return repo, u
}

// uploadStatus tells how far an upload is (distribution-spec, "Pushing a blob
// in chunks").
func (r *Registry) uploadStatus(w http.ResponseWriter, req *http.Request, at route) {
	if _, u := r.session(w, at); u != nil {
		sendProgress(w, at, r.ask(inward(req, http.MethodGet, u.inner, nil)))
	}
}

// cancelUpload ends a session (distribution-spec, "Cancel a blob upload").
func (r *Registry) cancelUpload(w http.ResponseWriter, req *http.Request, at route) {
	repo, u := r.session(w, at)
	if u == nil {
		return
	}
	repo.end(at.name)
	send(w, r.ask(inward(req, http.MethodDelete, u.inner, nil)))
}

func (repo *repository) end(id string) {
	repo.mu.Lock()
	defer repo.mu.Unlock()
	delete(repo.uploads, id)
}

// sendProgress sends the engine's answer about an unfinished session.
func sendProgress(w http.ResponseWriter, at route, a *recorded.Answer) {
	if inner, err := url.Parse(a.Header().Get("Location")); err == nil && inner.Path != "" {
		a.Header().Set("Location", sessionLocation(at.repo, at.name, inner.RawQuery))
	}
	send(w, a)
}

// newUUID makes a random UUID (RFC 9562, version 4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
