package reference

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// deleteOne keeps a delete to what was named. With the last tag of a manifest
// the engine lets the manifest go, and with an index the manifests that it
// holds; here they are put back. It lets one change of a repository's manifests
// through at a time, so that none is made on old knowledge.
func deleteOne(next http.Handler, l *ledger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r := routeOf(req)
		if r.kind != kindManifest || req.Method != http.MethodPut && req.Method != http.MethodDelete {
			next.ServeHTTP(w, req)
			return
		}
		l.writing(r.repo, func() {
			if req.Method == http.MethodPut {
				next.ServeHTTP(w, req)
				return
			}
			e := engine{next, req, r.repo}
			others := e.othersThan(r.name)
			next.ServeHTTP(w, req)
			for _, m := range others {
				if l.hasManifest(r.repo, m.digest) && e.get(m.digest) == nil {
					e.put(m)
				}
			}
		})
	})
}

// engine asks questions of its own on behalf of a request.
type engine struct {
	handler http.Handler
	req     *http.Request
	repo    string
}

// stored is a manifest as the engine has it.
type stored struct {
	digest, mediaType string
	body              []byte
}

// othersThan returns the manifests that the engine would delete together with
// the reference.
func (e engine) othersThan(reference string) []*stored {
	m := e.get(reference)
	if m == nil {
		return nil
	}
	var others []*stored
	if !strings.Contains(reference, ":") {
		others = append(others, m)
	}
	var index struct {
		Manifests []struct {
			Digest string `json:"digest"`
		} `json:"manifests"`
	}
	if json.Unmarshal(m.body, &index) != nil {
		return others
	}
	for _, child := range index.Manifests {
		if c := e.get(child.Digest); c != nil {
			others = append(others, c)
		}
	}
	return others
}

// get returns a manifest; nil when there is none.
func (e engine) get(reference string) *stored {
	answer := e.ask(http.MethodGet, reference, "", nil)
	if answer.status != http.StatusOK {
		return nil
	}
	return &stored{answer.header.Get("Docker-Content-Digest"), answer.header.Get("Content-Type"), answer.body.Bytes()}
}

func (e engine) put(m *stored) { e.ask(http.MethodPut, m.digest, m.mediaType, m.body) }

func (e engine) ask(method, reference, mediaType string, body []byte) *recorder {
	req := e.req.Clone(e.req.Context())
	req.Method = method
	req.URL.Path, req.URL.RawPath, req.URL.RawQuery = "/v2/"+e.repo+"/manifests/"+reference, "", ""
	req.Header = http.Header{"Content-Type": {mediaType}}
	req.Body, req.ContentLength = io.NopCloser(strings.NewReader(string(body))), int64(len(body))
	answer := &recorder{header: http.Header{}}
	e.handler.ServeHTTP(answer, req)
	return answer
}
