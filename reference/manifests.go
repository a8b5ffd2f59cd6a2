package reference

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/reference/recorded"
)

// manifestLimit is the size in bytes of the largest manifest that is accepted.
const manifestLimit = 8 << 20

// getManifest serves the requested manifest with the media type of its push, whatever
// Accept says (distribution-spec, "Pulling manifests"). The engine would look for
// another manifest, inside of an index.
func (r *Registry) getManifest(w http.ResponseWriter, req *http.Request, at route) {
	repo := r.repository(at.repo)
	repo.mu.Lock()
	d, m, found := repo.find(at.name)
	missing := repo.missing(manifestUnknown)
	repo.mu.Unlock()
	content := &recorded.Answer{}
	if found {
		content = r.ask(inward(req, http.MethodGet, "/v2/"+at.repo+"/blobs/"+d, nil))
	}
	if content.Status != http.StatusOK {
		refuse(w, http.StatusNotFound, missing, "there is no such manifest in this repository")
		return
	}
	w.Header().Set("Content-Type", m.mediaType)
	w.Header().Set("Docker-Content-Digest", d)
	http.ServeContent(w, req, "", time.Time{}, bytes.NewReader(content.Body.Bytes()))
}

// find finds the manifest of a tag or digest.
func (repo *repository) find(reference string) (d string, m manifest, found bool) {
	d = reference
	if tagPattern.MatchString(reference) {
		d = repo.tags[reference]
	}
	m, found = repo.manifests[d]
	return d, m, found
}

// putManifest stores a manifest (distribution-spec, "Pushing Manifests"). The engine
// checks it and keeps it, always under its digest.
func (r *Registry) putManifest(w http.ResponseWriter, req *http.Request, at route) {
	body, err := readBody(req, manifestLimit+1)
	if err != nil {
		refuse(w, http.StatusBadRequest, manifestInvalid, "the manifest could not be read")
		return
	}
	if len(body) > manifestLimit {
		refuse(w, http.StatusRequestEntityTooLarge, sizeInvalid, "the manifest is too large")
		return
	}
	d, tags, parameters := at.name, req.URL.Query()["tag"], true
	if tagPattern.MatchString(at.name) {
		d, tags, parameters = digest.FromBytes(body).String(), []string{at.name}, false
	}
	if !canHold(d) {
		refuse(w, http.StatusBadRequest, digestInvalid, "the reference is neither a tag nor a digest that is supported")
		return
	}
	if slices.ContainsFunc(tags, func(tag string) bool { return !tagPattern.MatchString(tag) }) {
		refuse(w, http.StatusBadRequest, manifestInvalid, "a tag parameter is no tag")
		return
	}
	m, err := parseManifest(req.Header.Get("Content-Type"), body, r.opts.ManifestTypes)
	if err != nil {
		refuse(w, http.StatusBadRequest, manifestInvalid, err.Error())
		return
	}
	repo := r.open(at.repo)
	repo.mu.Lock()
	defer repo.mu.Unlock()
	if !parameters && !repo.holds(req.Header, at.name) {
		refuse(w, http.StatusPreconditionFailed, denied, "the condition of the request does not hold")
		return
	}
	if !repo.describes(m) {
		refuse(w, http.StatusBadRequest, manifestInvalid, "the index gives a wrong size for one of its manifests")
		return
	}
	answer := r.keep(req, at.repo, d, m, body)
	if answer.Status == http.StatusCreated {
		repo.enter(d, m, tags)
		if parameters && len(tags) > 0 {
			answer.Header().Set("OCI-Tag", strings.Join(tags, ", "))
		}
		if m.subject != "" && !r.opts.DisableReferrers {
			answer.Header().Set("OCI-Subject", m.subject)
		}
	}
	send(w, answer)
}

// keep makes the engine check and store a manifest. For the engine, a manifest of a
// foreign type is just bytes.
func (r *Registry) keep(req *http.Request, repo, d string, m manifest, body []byte) *recorded.Answer {
	if !m.foreign {
		put := inward(req, http.MethodPut, "/v2/"+repo+"/manifests/"+d, bytes.NewReader(body))
		put.Header.Set("Content-Type", m.mediaType)
		return r.ask(put)
	}
	target := "/v2/" + repo + "/blobs/uploads/?" + url.Values{"digest": {d}}.Encode()
	kept := r.ask(inward(req, http.MethodPost, target, bytes.NewReader(body)))
	if kept.Status == http.StatusCreated {
		kept.Header().Set("Location", "/v2/"+repo+"/manifests/"+d)
	}
	return kept
}

// describes says whether an index gives the right sizes of those of its manifests that
// the repository has. The engine finds the missing ones.
func (repo *repository) describes(m manifest) bool {
	return !slices.ContainsFunc(m.children, func(child ocispec.Descriptor) bool {
		here, found := repo.manifests[child.Digest.String()]
		return found && here.size != child.Size
	})
}

// enter adds a manifest and its tags to the repository. A manifest that is pushed again
// keeps its place in the order of pushes.
func (repo *repository) enter(d string, m manifest, tags []string) {
	repo.pushes++
	m.push = repo.pushes
	if before, again := repo.manifests[d]; again {
		m.push = before.push
	}
	repo.known = true
	repo.manifests[d] = m
	for _, tag := range tags {
		repo.tags[tag] = d
	}
}

// deleteManifest deletes a tag and leaves the manifest, or deletes a manifest with all
// of its tags (distribution-spec, "Deleting tags" and "Deleting Manifests"). The
// manifests that refer to it, and the content that it refers to, remain.
func (r *Registry) deleteManifest(w http.ResponseWriter, req *http.Request, at route) {
	repo := r.repository(at.repo)
	repo.mu.Lock()
	defer repo.mu.Unlock()
	if _, _, found := repo.find(at.name); !found {
		refuse(w, http.StatusNotFound, repo.missing(manifestUnknown), "there is no such manifest in this repository")
		return
	}
	if tagPattern.MatchString(at.name) {
		delete(repo.tags, at.name)
	} else {
		delete(repo.manifests, at.name)
		for tag, d := range repo.tags {
			if d == at.name {
				delete(repo.tags, tag)
			}
		}
		r.ask(inward(req, http.MethodDelete, "/v2/"+at.repo+"/manifests/"+at.name, nil))
		r.release(req, repo, at.repo, at.name)
	}
	w.WriteHeader(http.StatusAccepted)
}
