package reference

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"

	"assay/reference/recorded"
)

// postUpload starts an upload. Or it does the whole upload at once: by a mount, or with
// the blob in the body (distribution-spec, "Pushing blobs").
func (r *Registry) postUpload(w http.ResponseWriter, req *http.Request, at route) {
	query := req.URL.Query()
	for _, d := range []string{query.Get("mount"), query.Get("digest")} {
		if d != "" && !canHold(d) {
			refuse(w, http.StatusBadRequest, digestInvalid, "the digest is malformed or its algorithm is not supported")
			return
		}
	}
	switch {
	case r.mount(w, req, at, query.Get("mount"), query.Get("from")):
	case query.Get("digest") != "":
		r.postBlob(w, req, at, query.Get("digest"))
	default:
		r.openUpload(w, req, at, query)
	}
}

// mount mounts a blob, if the source repository has it (distribution-spec, "Mounting a
// blob from another repository"). If not, the engine is not asked, because it would
// open a session that only accepts this blob.
func (r *Registry) mount(w http.ResponseWriter, req *http.Request, at route, d, from string) bool {
	source := r.repository(from)
	source.mu.Lock()
	has := source.blobs[d]
	source.mu.Unlock()
	if !has {
		return false
	}
	repo := r.open(at.repo)
	repo.mu.Lock()
	defer repo.mu.Unlock()
	target := "/v2/" + at.repo + "/blobs/uploads/?" + url.Values{"mount": {d}, "from": {from}}.Encode()
	mounted := r.ask(inward(req, http.MethodPost, target, nil))
	if mounted.Status != http.StatusCreated { // the blob was deleted in between, and the engine opened a session
		inner, _ := url.Parse(mounted.Header().Get("Location"))
		r.ask(inward(req, http.MethodDelete, inner.Path, nil))
		return false
	}
	repo.known, repo.blobs[d] = true, true
	send(w, mounted)
	return true
}

// postBlob stores a blob from the body of the POST (distribution-spec, "Single POST"),
// as POST and PUT do. The engine's own single POST is not used: when it already has a
// blob with this digest, it does not check the body.
func (r *Registry) postBlob(w http.ResponseWriter, req *http.Request, at route, d string) {
	body, err := readBody(req, math.MaxInt64)
	if err != nil {
		refuse(w, http.StatusBadRequest, blobUploadInvalid, "the blob could not be read")
		return
	}
	opened := r.engineSession(req, at.repo, nil)
	if opened.Status != http.StatusAccepted {
		send(w, opened)
		return
	}
	inner, _ := url.Parse(opened.Header().Get("Location")) // the engine's own
	done, ended := r.closeSession(req, at, inner, d, body)
	if !ended {
		r.ask(inward(req, http.MethodDelete, inner.Path, nil))
	}
	send(w, done)
}

// closeSession writes the rest of a blob into the engine's session and ends it. When
// the engine refuses this, the session may go on, unless the content is wrong.
func (r *Registry) closeSession(req *http.Request, at route, inner *url.URL, d string, rest []byte) (done *recorded.Answer, ended bool) {
	query := inner.Query()
	query.Set("digest", d)
	target := inner.Path + "?" + query.Encode()
	repo := r.open(at.repo)
	repo.mu.Lock()
	defer repo.mu.Unlock()
	done = r.ask(inward(req, http.MethodPut, target, bytes.NewReader(rest), "Content-Range"))
	if done.Status == http.StatusCreated {
		repo.known, repo.blobs[d] = true, true
		return done, true
	}
	ended = r.ask(inward(req, http.MethodGet, inner.Path, nil)).Status != http.StatusNoContent
	if ended && done.Status == http.StatusBadRequest {
		done = &recorded.Answer{}
		refuse(done, http.StatusBadRequest, digestInvalid, "the content does not have the digest")
	}
	return done, ended
}

// patchUpload receives a chunk (distribution-spec, "Pushing a blob in chunks").
func (r *Registry) patchUpload(w http.ResponseWriter, req *http.Request, at route) {
	_, u := r.claim(w, req, at)
	if u == nil {
		return
	}
	defer u.writing.Unlock()
	target := u.inner + "?" + req.URL.RawQuery
	sendProgress(w, at, r.ask(inward(req, http.MethodPatch, target, req.Body, "Content-Range")))
}

// finishUpload closes a session. The request may have a last chunk.
func (r *Registry) finishUpload(w http.ResponseWriter, req *http.Request, at route) {
	repo, u := r.claim(w, req, at)
	if u == nil {
		return
	}
	defer u.writing.Unlock()
	d := req.URL.Query().Get("digest")
	if !canHold(d) {
		refuse(w, http.StatusBadRequest, digestInvalid, "the digest is missing, malformed or of an algorithm that is not supported")
		return
	}
	body, err := readBody(req, math.MaxInt64) // before the lock of the repository, as it may take long
	if err != nil {
		refuse(w, http.StatusBadRequest, blobUploadInvalid, "the blob could not be read")
		return
	}
	done, ended := r.closeSession(req, at, &url.URL{Path: u.inner, RawQuery: req.URL.RawQuery}, d, body)
	if ended {
		repo.end(at.name)
	}
	send(w, done)
}

// claim returns a session with writing locked, or answers with the reason why not. A
// chunk that comes while another is being received is out of order: the engine would
// mix their bytes.
func (r *Registry) claim(w http.ResponseWriter, req *http.Request, at route) (*repository, *upload) {
	repo, u := r.session(w, at)
	if u == nil {
		return repo, nil
	}
	if !u.writing.TryLock() {
		refuse(w, http.StatusRequestedRangeNotSatisfiable, blobUploadInvalid, "another chunk is on its way")
		return repo, nil
	}
	if _, still := r.session(w, at); still == nil || !r.checkRange(w, req, u) {
		u.writing.Unlock()
		return repo, nil
	}
	return repo, u
}

// contentRange is the form of a chunk's Content-Range. Both ends are inclusive.
var contentRange = regexp.MustCompile(`^([0-9]+)-([0-9]+)$`)

// checkRange refuses a Content-Range that is malformed, or whose length differs from
// the body. The engine only checks where the range begins. It does so before this
// check: a chunk out of order is answered 416 even if something else is wrong with it.
func (r *Registry) checkRange(w http.ResponseWriter, req *http.Request, u *upload) bool {
	text := req.Header.Get("Content-Range")
	if text == "" {
		return true
	}
	m := contentRange.FindStringSubmatch(text)
	if m == nil {
		refuse(w, http.StatusBadRequest, blobUploadInvalid, "the Content-Range is malformed")
		return false
	}
	first, _ := strconv.ParseInt(m[1], 10, 64) // the largest int64 when the number is larger
	last, _ := strconv.ParseInt(m[2], 10, 64)
	received := r.ask(inward(req, http.MethodGet, u.inner, nil)).Header().Get("Range")
	inOrder := received == fmt.Sprintf("0-%d", first-1)
	if length := req.ContentLength; inOrder && length >= 0 && length != last-first+1 {
		refuse(w, http.StatusBadRequest, sizeInvalid, "the Content-Range is of another length than the content")
		return false
	}
	return true
}
