package faults

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/fixtures"
	"assay/reference"
)

const sbom, signature = "application/vnd.example.sbom", "application/vnd.example.signature"

// referrer is an artifact of the image under a tag.
func referrer(s *stage, nonce, artifactType string, opts ...fixtures.Option) fixtures.Manifest {
	opts = append(opts, fixtures.WithSubject(s.content["v1"].Descriptor()), fixtures.WithAnnotations(map[string]string{
		"org.opencontainers.image.title": "x", "org.example.other": "y",
	}))
	return fixtures.NewArtifact(nonce, artifactType, opts...)
}

func seedReferrers(s *stage) {
	seedImage(s)
	for i, artifactType := range []string{sbom, signature, sbom, signature, sbom} {
		s.push("a/b", fmt.Sprint("r", i), referrer(s, fmt.Sprint("referrer", i), artifactType))
	}
}

var tagList = step{verb: "tags"}

// pagesOf makes a list of tags come in pages of two.
func pagesOf(link func(last string) string) middleware {
	return on("GET", "/tags/list", func(req *http.Request, a *answer) {
		var body struct {
			Name string   `json:"name"`
			Tags []string `json:"tags"`
		}
		_ = json.Unmarshal(a.body, &body)
		q := req.URL.Query()
		last := q.Get("last") + q.Get("token")
		if i := slices.Index(body.Tags, last); i >= 0 && q.Get("last") == "" {
			body.Tags = body.Tags[i+1:]
		}
		if len(body.Tags) > 2 {
			body.Tags = body.Tags[:2]
			if l := link(body.Tags[1]); l != "" {
				a.header.Set("Link", l)
			}
		}
		a.body, _ = json.Marshal(body)
	})
}

func listScenes() []scene {
	list := step{verb: "referrers", digestOf: "v1"}
	filtered := step{verb: "referrers", digestOf: "v1", env: env{"ARTIFACT_TYPE": sbom}}
	tags := func(name string, m middleware) scene {
		return scene{name: name, seed: seedReferrers, steps: []step{tagList}, steer: func(*stage) []middleware { return []middleware{m} }}
	}
	return []scene{
		tags("tags in pages", pagesOf(func(last string) string { return fmt.Sprintf(`</v2/a/b/tags/list?last=%s>; rel="next"`, last) })),
		tags("tags in pages with a query", pagesOf(func(last string) string { return fmt.Sprintf(`</v2/a/b/tags/list?token=%s>; rel="next"`, last) })),
		tags("tags without Link", on("GET", "/tags/list", func(_ *http.Request, a *answer) { a.header.Del("Link") })),
		{name: "referrers", seed: seedReferrers, steps: []step{list, filtered, {verb: "referrers"}}},
		{name: "referrers in pages", options: reference.Options{ReferrersPage: 2}, seed: seedReferrers, steps: []step{list, filtered}},
		{name: "referrers with empty pages", options: reference.Options{ReferrersPage: 2}, seed: seedReferrers, steps: []step{list}, steer: func(*stage) []middleware {
			return []middleware{instead("GET", "/referrers/.*after=[^&]*$", func(req *http.Request, a *answer) bool {
				a.header.Set("Link", "<"+req.URL.RequestURI()+`&past=1>; rel="next"`)
				a.header.Set("Content-Type", ocispec.MediaTypeImageIndex)
				a.body = []byte(`{"schemaVersion":2,"manifests":[]}`)
				return true
			})}
		}},
		{name: "referrers without filter", seed: seedReferrers, steps: []step{filtered}, steer: func(*stage) []middleware {
			return []middleware{func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
					if strings.Contains(req.URL.Path, "/referrers/") {
						req.URL.RawQuery = ""
						req.RequestURI = req.URL.RequestURI()
					}
					next.ServeHTTP(w, req)
				})
			}}
		}},
		{name: "referrers listed twice", seed: seedReferrers, steps: []step{list}, steer: func(*stage) []middleware {
			return []middleware{on("GET", "/referrers/", func(_ *http.Request, a *answer) {
				var index ocispec.Index
				_ = json.Unmarshal(a.body, &index)
				index.Manifests = append(index.Manifests, index.Manifests...)
				a.body, _ = json.Marshal(index)
			})}
		}},
	}
}

func fallbackScenes() []scene {
	old := reference.Options{DisableReferrers: true}
	list := step{verb: "referrers", digestOf: "v1"}
	filtered := step{verb: "referrers", digestOf: "v1", env: env{"ARTIFACT_TYPE": sbom}}
	artifact := step{verb: "push", content: "r", env: env{"REFERENCE": "r"}}
	tagged := func(s *stage, m fixtures.Manifest) {
		s.push("a/b", "sha256-"+s.content["v1"].Digest.Encoded(), m)
	}
	return []scene{
		{name: "no referrers API", options: old, seed: func(s *stage) { seedReferrers(s); s.layout("r", referrer(s, "new", sbom)) },
			steps: []step{list, filtered, artifact, artifact, attach, list}},
		{name: "no referrers API, no list", options: old, seed: func(s *stage) { seedImage(s); s.layout("r", referrer(s, "new", sbom)) },
			steps: []step{list, attach, artifact, list}},
		{name: "no referrers API, list of other things", options: old, seed: func(s *stage) {
			seedImage(s)
			s.layout("r", referrer(s, "no type", "", fixtures.WithArtifactType("")))
			other := fixtures.NewIndex("other", nil, fixtures.WithSubject(s.content["v1"].Descriptor()))
			s.push("a/b", "index", other)
			s.push("a/b", "own", referrer(s, "own", sbom))
		}, steps: []step{list, artifact, attach, artifact, list, {verb: "delete", digestOf: "own"}, list}},
		{name: "no referrers API, the tag is an image", options: old, seed: func(s *stage) {
			seedImage(s)
			s.layout("r", referrer(s, "new", sbom))
			tagged(s, image("in the way"))
		}, steps: []step{list, artifact.refused(), attach.refused()}},
		{name: "no referrers API, SHA-512", options: old, seed: func(s *stage) {
			s.push("a/b", "v1", image("long").With(digest.SHA512))
		}, steps: []step{{verb: "attach", digestOf: "v1"}, list}},
		{name: "another writer", options: old, seed: func(s *stage) { seedReferrers(s); s.layout("r", referrer(s, "new", sbom)) },
			steps: []step{artifact, list}, steer: func(s *stage) []middleware {
				return []middleware{on("PUT", manifests+"sha256-", func(_ *http.Request, _ *answer) {
					if s.count("write") == 1 {
						tagged(s, fixtures.NewIndex("another writer", nil))
					}
				})}
			}},
		{name: "delete", options: old, seed: seedReferrers, steps: []step{
			{verb: "delete", digestOf: "r0"}, list, {verb: "delete", env: env{"REFERENCE": "r1"}}, list,
		}},
		{name: "delete of a referrer that is listed twice", options: old, seed: func(s *stage) {
			seedReferrers(s)
			one := s.content["r0"]
			tagged(s, fixtures.NewIndex("list", []fixtures.Manifest{one, one}))
		}, steps: []step{{verb: "delete", digestOf: "r0"}, list}},
		{name: "delete of the only referrer", options: old, seed: func(s *stage) { seedImage(s); s.push("a/b", "r0", referrer(s, "only", sbom)) },
			steps: []step{{verb: "delete", digestOf: "r0"}, list}},
		{name: "delete with the referrers API", seed: seedReferrers, steps: []step{{verb: "delete", digestOf: "r0"}, list}},
		{name: "delete refused", options: reference.Options{DisableDelete: true}, seed: seedReferrers, steps: []step{
			{verb: "delete", digestOf: "r0", fails: true, ends: true}, {verb: "delete", env: env{"REFERENCE": "r1"}, fails: true, ends: true},
		}},
		{name: "conditions", options: old, seed: func(s *stage) { seedReferrers(s); s.layout("r", referrer(s, "new", sbom)) },
			steps: []step{artifact, attach}, steer: func(*stage) []middleware {
				return []middleware{on("GET", manifests+"sha256-", func(_ *http.Request, a *answer) {
					a.header.Set("ETag", `"`+digest.FromBytes(a.body).String()+`"`)
				})}
			}},
	}
}
