package played

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"assay/internal/proposal"
	"assay/reference/recorded"
)

// usual are faults of the endpoints that every registry has. They are tried if a
// requirement of the proposal makes such a request.
var usual = []struct {
	name, summary string
	request       string // how such a request begins
	change        func(http.Handler) http.Handler
}{
	{"tags-none", "the list of tags is empty", "GET tags/list", answered(isTags, func(r *recorded.Answer) {
		r.Body.Reset()
		_, _ = r.Body.WriteString(`{"name": "any", "tags": []}`)
	})},
	{"blobs-altered", "the last byte of each blob is another", "GET blobs/", answered(isBlob, func(r *recorded.Answer) {
		if data := r.Body.Bytes(); len(data) > 0 {
			data[len(data)-1] ^= 1
		}
	})},
	{"manifests-wrong-type", "manifests are returned with the Content-Type application/json", "GET manifests/", answered(isManifestPath, func(r *recorded.Answer) {
		r.Header().Set("Content-Type", "application/json")
	})},
	{"tag-spells-digest", "a tag that spells a digest returns the manifest with this digest", "GET manifests/${referrersTag(", func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if at := strings.LastIndex(req.URL.Path, "/manifests/sha256-"); req.Method == http.MethodGet && at >= 0 {
				spelled := *req.URL
				spelled.Path = req.URL.Path[:at] + "/manifests/sha256:" + strings.TrimPrefix(req.URL.Path[at:], "/manifests/sha256-")
				clone := req.Clone(req.Context())
				clone.URL = &spelled
				next.ServeHTTP(w, clone)
				return
			}
			next.ServeHTTP(w, req)
		})
	}},
	{"referrers-tag-made", "a push of a manifest with a subject also makes the referrers tag", "GET manifests/${referrersTag(", func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			name, _, isManifest := ofManifest(req)
			if req.Method != http.MethodPut || !isManifest {
				next.ServeHTTP(w, req)
				return
			}
			body, err := io.ReadAll(io.LimitReader(req.Body, bodyLimit))
			if err != nil {
				refuse(w, http.StatusBadRequest, err)
				return
			}
			req.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(w, req)
			var doc struct {
				Subject struct {
					Digest string `json:"digest"`
				} `json:"subject"`
			}
			if json.Unmarshal(body, &doc) == nil && doc.Subject.Digest != "" {
				tagged := req.Clone(req.Context())
				tagged.URL.Path = "/v2/" + name + "/manifests/" + proposal.ReferrersTag(doc.Subject.Digest)
				tagged.Body = io.NopCloser(bytes.NewReader(body))
				recorded.Of(next, tagged)
			}
		})
	}},
	{"uploads-refused", "an upload with parameters is answered 500", "POST blobs/uploads/", func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.Method == http.MethodPost && req.URL.Query().Has("digest-algorithm") {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			next.ServeHTTP(w, req)
		})
	}},
}

func isTags(path string) bool         { return strings.HasSuffix(path, "/tags/list") }
func isBlob(path string) bool         { return strings.Contains(path, "/blobs/sha256:") }
func isManifestPath(path string) bool { return strings.Contains(path, "/manifests/") }

// answered changes the answers of success to GET requests of a kind.
func answered(is func(path string) bool, change func(*recorded.Answer)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.Method != http.MethodGet || !is(req.URL.Path) {
				next.ServeHTTP(w, req)
				return
			}
			answer := recorded.Of(next, req)
			if answer.Status == http.StatusOK {
				change(answer)
				answer.Header().Del("Content-Length")
			}
			answer.Send(w)
		})
	}
}

// asks says whether a requirement makes a request that begins so.
func asks(p *proposal.Proposal, request string) bool {
	for _, r := range p.Requirements {
		for _, s := range r.Exchanges {
			if strings.HasPrefix(s.Request, request) {
				return true
			}
		}
	}
	return false
}

// deletes says whether a requirement deletes a document.
func deletes(p *proposal.Proposal) bool {
	for _, r := range p.Requirements {
		for _, s := range r.Exchanges {
			if s.Delete != "" {
				return true
			}
		}
	}
	return false
}
