package trial_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/fixtures/mechanisms"
	"assay/reference"
)

// pusher sends requests to a registry from within.
type pusher struct {
	next http.Handler
	repo string // /v2/NAME/
}

func (p pusher) send(method, path, contentType string, body []byte) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, p.repo+path, bytes.NewReader(body))
	req.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	p.next.ServeHTTP(w, req)
	return w
}

// onPut is a registry that does something after a manifest was pushed; subject
// is that of the manifest, or empty.
func onPut(do func(p pusher, reference string, subject digest.Digest)) reference.Options {
	return reference.Options{Middleware: []func(http.Handler) http.Handler{func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			repo, reference, found := strings.Cut(req.URL.Path, "manifests/")
			if req.Method != http.MethodPut || !found {
				next.ServeHTTP(w, req)
				return
			}
			body, _ := io.ReadAll(req.Body)
			req.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(w, req)
			var doc ocispec.Manifest
			_ = json.Unmarshal(body, &doc)
			var subject digest.Digest
			if doc.Subject != nil {
				subject = doc.Subject.Digest
			}
			do(pusher{next, repo}, reference, subject)
		})
	}}}
}

// onSubject is onPut for manifests with a subject.
func onSubject(do func(p pusher, subject digest.Digest)) reference.Options {
	return onPut(func(p pusher, _ string, subject digest.Digest) {
		if subject != "" {
			do(p, subject)
		}
	})
}

// answering is a registry that answers some requests itself.
func answering(match func(*http.Request) bool, status int) reference.Options {
	return reference.Options{Middleware: []func(http.Handler) http.Handler{func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if match(req) {
				w.WriteHeader(status)
				return
			}
			next.ServeHTTP(w, req)
		})
	}}}
}

// listing makes a registry whose lists have only some of the tags.
func listing(keep func(tag string) bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if !strings.HasSuffix(req.URL.Path, "/tags/list") {
				next.ServeHTTP(w, req)
				return
			}
			inner := httptest.NewRecorder()
			next.ServeHTTP(inner, req)
			var list struct {
				Name string   `json:"name"`
				Tags []string `json:"tags"`
			}
			_ = json.Unmarshal(inner.Body.Bytes(), &list)
			kept := []string{}
			for _, tag := range list.Tags {
				if keep(tag) {
					kept = append(kept, tag)
				}
			}
			list.Tags = kept
			_ = json.NewEncoder(w).Encode(list)
		})
	}
}

// onDelete is a registry that does something before a manifest is deleted by
// its digest, and may answer otherwise.
func onDelete(do func(p pusher, d string) (goOn bool), otherwise int) reference.Options {
	return reference.Options{Middleware: []func(http.Handler) http.Handler{func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			repo, d, found := strings.Cut(req.URL.Path, "manifests/sha256:")
			if req.Method == http.MethodDelete && found && !do(pusher{next, repo}, "sha256:"+d) {
				w.WriteHeader(otherwise)
				return
			}
			next.ServeHTTP(w, req)
		})
	}}}
}

// greedy deletes the layers with what has a subject.
func greedy() reference.Options {
	return onDelete(func(p pusher, d string) bool {
		var doc ocispec.Manifest
		_ = json.Unmarshal(p.send("GET", "manifests/"+d, "", nil).Body.Bytes(), &doc)
		for _, l := range doc.Layers {
			if doc.Subject != nil {
				p.send("DELETE", "blobs/"+l.Digest.String(), "", nil)
			}
		}
		return true
	}, 0)
}

// sweeping deletes v2 with an image that has referrers.
func sweeping() reference.Options {
	return onDelete(func(p pusher, d string) bool {
		var list ocispec.Index
		_ = json.Unmarshal(p.send("GET", "referrers/"+d, "", nil).Body.Bytes(), &list)
		if len(list.Manifests) > 0 {
			p.send("DELETE", "manifests/v2", "", nil)
		}
		return true
	}, 0)
}

// guarding deletes nothing that v1 lists.
func guarding() reference.Options {
	return onDelete(func(p pusher, d string) bool {
		return !strings.Contains(p.send("GET", "manifests/v1", "", nil).Body.String(), `"digest":"`+d+`","size":`) ||
			!strings.Contains(p.send("GET", "manifests/v1", "", nil).Body.String(), `"manifests"`)
	}, http.StatusConflict)
}

// forgetful deletes what is attached to an image whose tag is pushed again.
func forgetful() reference.Options {
	return onPut(func(p pusher, reference string, _ digest.Digest) {
		if reference != mechanisms.MainTag {
			return
		}
		subject := digest.FromBytes(p.send("GET", "manifests/v1", "", nil).Body.Bytes())
		var list ocispec.Index
		_ = json.Unmarshal(p.send("GET", "referrers/"+subject.String(), "", nil).Body.Bytes(), &list)
		for _, d := range list.Manifests {
			p.send("DELETE", "manifests/"+d.Digest.String(), "", nil)
		}
	})
}

// choosy gives an image with referrers to none that takes images alone.
func choosy() reference.Options {
	return reference.Options{Middleware: []func(http.Handler) http.Handler{func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			repo, reference, found := strings.Cut(req.URL.Path, "manifests/")
			if req.Method == http.MethodGet && found && req.Header.Get("Accept") == ocispec.MediaTypeImageManifest {
				p := pusher{next, repo}
				d := digest.FromBytes(p.send("GET", "manifests/"+reference, "", nil).Body.Bytes())
				if strings.Contains(p.send("GET", "referrers/"+d.String(), "", nil).Body.String(), `"digest"`) {
					w.WriteHeader(http.StatusNotFound)
					return
				}
			}
			next.ServeHTTP(w, req)
		})
	}}}
}
