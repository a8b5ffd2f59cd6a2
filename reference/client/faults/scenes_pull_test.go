package faults

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/fixtures"
	"assay/reference"
)

const manifests, blobs = `/manifests/`, `/blobs/sha`

// steered is a scene with the one image and one middleware.
func steered(name string, m func(*stage) middleware, steps ...step) scene {
	return scene{name: name, seed: seedImage, steps: steps, steer: func(s *stage) []middleware { return []middleware{m(s)} }}
}

// answers changes answers to GET and HEAD of the image.
func answers(name, pattern string, change func(*http.Request, *answer), steps ...step) scene {
	return steered(name, func(*stage) middleware { return on("GET HEAD", pattern, change) }, steps...)
}

func pullScenes() []scene {
	return []scene{
		{name: "plain", seed: seedImage, steps: []step{pullTag, pullDigest, copyTag, {verb: "tags"}}},
		{name: "an index with a manifest of an unknown type", options: reference.Options{ManifestTypes: []string{unknownManifest}}, seed: func(s *stage) {
			data := []byte(`{"schemaVersion":2,"mediaType":"` + unknownManifest + `"}`)
			s.push("a/b", "v1", fixtures.NewIndex("index", []fixtures.Manifest{image("known"),
				{MediaType: unknownManifest, Data: data, Digest: digest.FromBytes(data)}}))
		}, steps: []step{pullTag}},
		{name: "an index with a wrong size", seed: func(s *stage) {
			s.push("a/b", "v1", fixtures.NewIndex("index", []fixtures.Manifest{image("child")}))
		}, steps: []step{pullTag.refused()}, steer: func(s *stage) []middleware {
			return []middleware{on("GET", manifests+"v1", func(_ *http.Request, a *answer) {
				size := s.content["v1"].Children[0].Descriptor().Size
				a.body = bytes.Replace(a.body, fmt.Appendf(nil, `"size":%d`, size), fmt.Appendf(nil, `"size":%d`, size-1), 1)
				a.header.Del("Docker-Content-Digest")
			})}
		}},
		{name: "a tag with large letters", seed: func(s *stage) { s.push("a/b", "Mixed", image("one")) },
			steps: []step{{verb: "pull", env: env{"REFERENCE": "Mixed"}}}},
		{name: "nested index", seed: func(s *stage) {
			inner := fixtures.NewIndex("inner", []fixtures.Manifest{image("amd64"), image("arm64")})
			s.push("a/b", "v1", fixtures.NewIndex("outer", []fixtures.Manifest{inner, image("plain")}))
		}, steps: []step{pullTag, pullDigest, copyTag}},
		{name: "SHA-512", seed: func(s *stage) {
			m := fixtures.NewImage("long", fixtures.WithConfig(fixtures.NewBlob("c", 90).With(digest.SHA512)), fixtures.WithLayers(fixtures.NewBlob("l", 90).With(digest.SHA512)))
			s.push("a/b", "v1", m.With(digest.SHA512))
			s.layout("v2", m.Edit(func(doc map[string]any) { doc["annotations"] = nil }).With(digest.SHA512))
		}, steps: []step{pullDigest, {verb: "push", content: "v2", env: env{"REFERENCE": "v2", "REPOSITORY": "e/f"}}}},
		steered("no Docker headers", func(*stage) middleware {
			return on("GET HEAD PUT POST", `.`, func(_ *http.Request, a *answer) {
				for name := range a.header {
					if strings.HasPrefix(name, "Docker-") {
						a.header.Del(name)
					}
				}
			})
		}, pullTag, pullDigest, attach, copyTag),
		answers("parameters in Content-Type", manifests, func(_ *http.Request, a *answer) {
			a.header.Set("Content-Type", a.header.Get("Content-Type")+"; charset=utf-8")
		}, pullTag, pullDigest),
		answers("other type in Content-Type", manifests, func(_ *http.Request, a *answer) {
			a.header.Set("Content-Type", "application/vnd.docker.distribution.manifest.v2+json")
		}, pullTag.refused(), pullDigest.refused()),
		answers("wrong Docker-Content-Digest of a manifest", manifests, func(_ *http.Request, a *answer) {
			a.header.Set("Docker-Content-Digest", digest.FromString("other").String())
		}, pullTag.refused().choice(), attach.refused().choice()),
		answers("corrupt manifest", manifests, func(_ *http.Request, a *answer) {
			a.body = bytes.Replace(a.body, []byte(`"schemaVersion":2`), []byte(`"schemaVersion": 2`), 1)
			a.header.Del("Docker-Content-Digest")
		}, pullDigest.refused()),
		{name: "corrupt child of an index", seed: func(s *stage) {
			s.push("a/b", "v1", fixtures.NewIndex("index", []fixtures.Manifest{image("child")}))
		}, steps: []step{pullTag.refused(), copyTag.refused()}, steer: func(s *stage) []middleware {
			child := s.childOf
			return []middleware{on("GET", manifests+"sha", func(req *http.Request, a *answer) {
				if strings.Contains(req.URL.Path, child("v1")) {
					a.body = bytes.Replace(a.body, []byte(fixtures.NonceAnnotation), []byte(strings.ToUpper(fixtures.NonceAnnotation)), 1)
				}
				a.header.Del("Docker-Content-Digest")
			})}
		}},
		edited("no mediaType", func(doc map[string]any) { delete(doc, "mediaType") }),
		edited("unknown fields", func(doc map[string]any) { doc["x-new"] = map[string]any{"a": 1} }),
		edited("unknown types", func(doc map[string]any) {
			doc["layers"].([]any)[0].(map[string]any)["mediaType"] = "application/vnd.example.unheard-of"
		}),
		edited("a second layer of an unknown type", func(doc map[string]any) {
			doc["layers"].([]any)[1].(map[string]any)["mediaType"] = "application/vnd.example.unheard-of"
		}),
		edited("empty config", func(doc map[string]any) {
			empty := fixtures.Empty()
			doc["config"] = map[string]any{"mediaType": empty.MediaType, "digest": empty.Digest, "size": empty.Size()}
		}),
		edited("large manifest", func(doc map[string]any) {
			doc["annotations"] = map[string]any{"org.example.large": strings.Repeat("x", 4_000_000-2000)}
		}).slowly(),
	}
}

const unknownManifest = "application/vnd.example.unheard-of.manifest+json"

// slowly says that the scene takes long.
func (sc scene) slowly() scene { sc.slow = true; return sc }

// childOf is the digest of the only child of an index.
func (s *stage) childOf(tag string) string { return s.content[tag].Children[0].Digest.String() }

// edited is a scene with an image whose manifest was changed. It is pulled, copied and
// pushed.
func edited(name string, change func(doc map[string]any)) scene {
	return scene{name: name, seed: func(s *stage) {
		m := image("edited " + name)
		m.Blobs = append(m.Blobs, fixtures.Empty())
		s.push("a/b", "empty", image("with the empty blob", fixtures.WithConfig(fixtures.Empty())))
		s.push("a/b", "v1", m.Edit(change))
		s.layout("v2", m.Edit(change).Edit(func(doc map[string]any) { doc["artifactType"] = "application/vnd.example.second" }))
	}, steps: []step{pullTag, copyTag, pushTwo}}
}

func blobScenes() []scene {
	config := func(s *stage) string { return s.content["v1"].Blobs[0].Digest.Encoded() }
	layer := func(s *stage) string { return s.content["v1"].Blobs[1].Digest.Encoded() }
	blob := func(name string, which func(*stage) string, change func(*answer), steps ...step) scene {
		return steered(name, func(s *stage) middleware {
			return on("GET", blobs, func(req *http.Request, a *answer) {
				if strings.HasSuffix(req.URL.Path, which(s)) {
					change(a)
				}
			})
		}, steps...)
	}
	corrupt := func(a *answer) {
		a.body = append(bytes.Clone(a.body[:len(a.body)-1]), '!')
		a.header.Del("Docker-Content-Digest")
	}
	other := digest.FromString("other").String()
	return []scene{
		blob("corrupt config", config, corrupt, pullTag.refused()),
		blob("corrupt layer", layer, corrupt, pullTag.refused()),
		blob("corrupt layer with its digest", layer, func(a *answer) { a.body[0] = '!' }, pullTag.refused()),
		blob("corrupt layer with another digest", layer, func(a *answer) {
			a.body[0] = '!'
			a.header.Set("Docker-Content-Digest", other)
		}, pullTag.refused()),
		{name: "corrupt layer of an unknown type", seed: func(s *stage) {
			layer := fixtures.NewBlob("layer", 100).As("application/vnd.example.unheard-of")
			s.push("a/b", "v1", image("one", fixtures.WithLayers(layer)))
		}, steps: []step{pullTag.refused()}, steer: func(s *stage) []middleware {
			return []middleware{on("GET", blobs, func(req *http.Request, a *answer) {
				if strings.HasSuffix(req.URL.Path, layer(s)) {
					corrupt(a)
				}
			})}
		}},
		blob("short config", config, func(a *answer) { a.body = a.body[:len(a.body)/2] }, pullTag.refused()),
		blob("short layer", layer, func(a *answer) { a.body = a.body[:len(a.body)/2] }, pullTag.refused()),
		blob("long layer", layer, func(a *answer) { a.body = append(bytes.Clone(a.body), "more"...) }, pullTag.refused()),
		blob("layer sent twice", func(s *stage) string { return s.content["v1"].Blobs[2].Digest.Encoded() },
			func(a *answer) { a.body = append(bytes.Clone(a.body), a.body...) }, pullTag.refused()),
		blob("endless layer", layer, func(a *answer) { a.more = true }, step{verb: "pull", fails: true, ends: true}),
		steered("connection reset", func(s *stage) middleware {
			return on("GET", blobs, func(req *http.Request, a *answer) {
				if s.count("get "+req.URL.Path)%2 == 1 && len(a.body) > 50 {
					a.reset = len(a.body) / 3
				}
			})
		}, pullTag),
		steered("connection reset, no ranges", func(s *stage) middleware {
			return func(next http.Handler) http.Handler {
				return on("GET", blobs, func(req *http.Request, a *answer) {
					if s.count("get "+req.URL.Path)%2 == 1 && len(a.body) > 50 {
						a.reset = len(a.body) / 3
					}
				})(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
					req.Header.Del("Range")
					next.ServeHTTP(w, req)
				}))
			}
		}, pullTag),
		steered("blobs on another host", func(s *stage) middleware { return s.redirect("GET HEAD", blobs) }, pullTag, copyTag),
		steered("everything on another host", func(s *stage) middleware {
			return s.redirect("GET HEAD", manifests+"|/referrers/|/tags/")
		}, pullTag, pullDigest, copyTag),
		{name: "corrupt blob after a redirect", seed: seedImage, steps: []step{pullTag.refused()}, steer: func(s *stage) []middleware {
			return []middleware{instead("GET", blobs, func(_ *http.Request, a *answer) bool {
				a.status = http.StatusTemporaryRedirect
				a.header.Set("Location", fmt.Sprintf("http://%s/v2/a/b/tags/list", s.other))
				return true
			})}
		}},
	}
}

// redirect sends requests to the other host.
func (s *stage) redirect(method, pattern string) middleware {
	return instead(method, pattern, func(req *http.Request, a *answer) bool {
		a.status = http.StatusTemporaryRedirect
		a.header.Set("Location", "http://"+s.other+req.URL.RequestURI())
		return true
	})
}
