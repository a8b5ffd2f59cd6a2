package faults

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/fixtures"
	"assay/reference"
)

const uploads = `/blobs/uploads/`

// seedTwo has an image in the registry and another one to push.
func seedTwo(s *stage) { seedImage(s); s.layout("v2", image("two")) }

// pushing is a scene in which an image is pushed to a registry with one middleware.
func pushing(name string, m func(*stage) middleware, steps ...step) scene {
	return scene{name: name, seed: seedTwo, steps: steps, steer: func(s *stage) []middleware { return []middleware{m(s)} }}
}

// locations changes the Location of uploads, and reads it again in the next request.
func locations(name string, change func(s *stage, location string) string, undo func(req *http.Request) bool) scene {
	return pushing(name, func(s *stage) middleware {
		return func(next http.Handler) http.Handler {
			return on("POST PATCH", uploads, func(_ *http.Request, a *answer) {
				if location := a.header.Get("Location"); a.status == http.StatusAccepted {
					a.header.Set("Location", change(s, location))
				}
			})(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				if req.Method != http.MethodPost && strings.Contains(req.URL.Path, uploads) && !undo(req) {
					w.WriteHeader(http.StatusNotFound)
					return
				}
				next.ServeHTTP(w, req)
			}))
		}
	}, pushTwo)
}

func with(query string) func(*stage, string) string {
	return func(_ *stage, location string) string {
		if strings.Contains(location, "?") {
			return location + "&" + query
		}
		return location + "?" + query
	}
}

func uploadScenes() []scene {
	ok := func(*http.Request) bool { return true }
	return []scene{
		{name: "push", seed: seedTwo, steps: []step{pushTwo, pushTwo, {verb: "push", content: "v2"}, {verb: "pull", env: env{"REFERENCE": "v2"}}}},
		{name: "push of an index", seed: func(s *stage) {
			s.layout("v2", fixtures.NewIndex("pushed", []fixtures.Manifest{image("a"), fixtures.NewIndex("inner", []fixtures.Manifest{image("b")})}))
		}, steps: []step{pushTwo, {verb: "pull", env: env{"REFERENCE": "v2"}}}},
		{name: "push by SHA-512", seed: func(s *stage) {
			s.layout("v2", fixtures.NewImage("long", fixtures.WithLayers(fixtures.NewBlob("layer", 90).With(digest.SHA512))).With(digest.SHA512))
		}, steps: []step{pushTwo}},
		locations("Location with a query", with("_state=a%2Fb%20c&x=1"), func(req *http.Request) bool {
			return strings.Contains(req.URL.RawQuery, "_state=a%2Fb%20c&x=1")
		}),
		locations("Location with an empty query", func(_ *stage, l string) string {
			if strings.Contains(l, "?") {
				return l
			}
			return l + "?"
		}, ok),
		locations("absolute Location", func(s *stage, l string) string { return "http://" + s.host + l }, ok),
		locations("Location on another host", func(s *stage, l string) string { return "http://" + s.other + l }, ok),
		locations("Location on another path", func(_ *stage, l string) string {
			return "/elsewhere/v2/a/b/blobs/uploads/in/" + strings.TrimPrefix(l, "/v2/a/b/blobs/uploads/")
		}, func(req *http.Request) bool {
			before, session, found := strings.Cut(req.URL.Path, "/in/")
			req.URL.Path = strings.TrimPrefix(before, "/elsewhere") + "/" + session
			req.RequestURI = req.URL.RequestURI()
			return found
		}),
		pushing("single POST refused", func(*stage) middleware {
			return func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
					if q := req.URL.Query(); req.Method == http.MethodPost && q.Has("digest") {
						req.URL.RawQuery = ""
						req.RequestURI = req.URL.RequestURI()
						req.Body = http.NoBody
						req.ContentLength = 0
					}
					next.ServeHTTP(w, req)
				})
			}
		}, pushTwo),
		pushing("uploads redirected", func(s *stage) middleware { return s.redirect("POST PUT PATCH GET", uploads) }, pushTwo),
		pushing("upload refused", func(*stage) middleware {
			return instead("PUT", uploads, func(_ *http.Request, a *answer) bool { a.status = http.StatusForbidden; return true })
		}, pushTwo.refused().choice()),
		pushing("upload refused at the start", func(*stage) middleware {
			return instead("POST", uploads, func(_ *http.Request, a *answer) bool { a.status = http.StatusForbidden; return true })
		}, pushTwo.refused()),
		pushing("upload broken once", func(s *stage) middleware {
			return instead("PUT", uploads, func(_ *http.Request, a *answer) bool {
				a.status = http.StatusServiceUnavailable
				return s.count("put") == 1
			})
		}, pushTwo),
		pushing("upload forgotten once", func(s *stage) middleware {
			return instead("PUT PATCH", uploads, func(_ *http.Request, a *answer) bool {
				a.status = http.StatusNotFound
				return s.count("put") == 1
			})
		}, pushTwo),
		pushing("mount answered with 202", func(*stage) middleware {
			return func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
					if req.URL.Query().Has("mount") {
						req.URL.RawQuery = ""
						req.RequestURI = req.URL.RequestURI()
					}
					next.ServeHTTP(w, req)
				})
			}
		}, copyTag, step{verb: "pull", env: env{"REPOSITORY": "c/d"}}),
		pushing("mount refused", func(*stage) middleware {
			return instead("POST", "mount=", func(_ *http.Request, a *answer) bool {
				a.status = http.StatusUnauthorized
				return true
			})
		}, copyTag),
		pushing("mount with a wrong digest", func(*stage) middleware {
			return on("POST", "mount=", func(_ *http.Request, a *answer) {
				a.header.Set("Docker-Content-Digest", digest.FromString("other").String())
			})
		}, copyTag.refused()),
		pushing("push with a wrong digest", func(*stage) middleware {
			return on("PUT", manifests, func(_ *http.Request, a *answer) {
				a.header.Set("Docker-Content-Digest", digest.FromString("other").String())
				a.header.Del("OCI-Subject")
			})
		}, pushTwo.refused(), attach.refused()),
		{name: "an index", seed: func(s *stage) {
			s.layout("v2", fixtures.NewIndex("index", []fixtures.Manifest{image("one"), image("two")}))
		}, steps: []step{pushTwo}},
		{name: "copy to another registry", seed: seedImage, steps: []step{{verb: "copy", env: env{"TARGET": "{other}/c/d:v1"}}}},
	}
}

func chunkScenes() []scene {
	return []scene{
		pushing("least chunk", func(*stage) middleware {
			return on("POST", uploads, func(_ *http.Request, a *answer) { a.header.Set("OCI-Chunk-Min-Length", "9000") })
		}, pushTwo),
		pushing("Location that changes", func(s *stage) middleware {
			return func(next http.Handler) http.Handler {
				return on("POST PATCH GET", uploads, func(_ *http.Request, a *answer) {
					if l := a.header.Get("Location"); l != "" && a.status < 300 {
						a.header.Set("Location", fmt.Sprintf("%s%cturn=%d", l, "?&"[boolIndex(strings.Contains(l, "?"))], s.count("turn")))
					}
				})(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
					s.mu.Lock()
					newest := fmt.Sprint(s.counts["turn"])
					s.mu.Unlock()
					if turn := req.URL.Query().Get("turn"); turn != "" && turn != newest {
						w.WriteHeader(http.StatusNotFound)
						return
					}
					next.ServeHTTP(w, req)
				}))
			}
		}, pushTwo),
		pushing("chunk lost", func(s *stage) middleware {
			return instead("PATCH", uploads, func(_ *http.Request, a *answer) bool {
				a.status = http.StatusRequestedRangeNotSatisfiable
				return s.count("patch") == 2
			})
		}, pushTwo),
		pushing("chunk lost, Location changes", func(s *stage) middleware {
			return func(next http.Handler) http.Handler {
				return instead("PATCH", uploads, func(_ *http.Request, a *answer) bool {
					a.status = http.StatusRequestedRangeNotSatisfiable
					return s.count("patch") == 2
				})(on("GET", uploads, func(_ *http.Request, a *answer) {
					a.header.Set("Location", a.header.Get("Location")+"?resumed=1")
				})(next))
			}
		}, pushTwo),
		pushing("chunks out of order for ever", func(*stage) middleware {
			return instead("PATCH", uploads, func(_ *http.Request, a *answer) bool {
				a.status = http.StatusRequestedRangeNotSatisfiable
				return true
			})
		}, step{verb: "push", content: "v2", env: env{"REFERENCE": "v2"}}),
		pushing("chunks refused", func(*stage) middleware {
			return instead("PATCH", uploads, func(_ *http.Request, a *answer) bool { a.status = http.StatusMethodNotAllowed; return true })
		}, pushTwo),
		{name: "chunks refused, cancel refused", options: reference.Options{}, seed: seedTwo, steps: []step{pushTwo}, steer: func(*stage) []middleware {
			return []middleware{instead("PATCH DELETE", uploads, func(_ *http.Request, a *answer) bool { a.status = http.StatusMethodNotAllowed; return true })}
		}},
	}
}

func boolIndex(b bool) int {
	if b {
		return 1
	}
	return 0
}
