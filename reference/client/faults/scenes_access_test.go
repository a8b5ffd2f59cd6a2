package faults

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"assay/reference"
)

var login = env{"USERNAME": "user", "PASSWORD": "secret"}

// loggedIn is a step with a login.
func loggedIn(s step) step {
	merged := env{}
	for name, value := range s.env {
		merged[name] = value
	}
	for name, value := range login {
		merged[name] = value
	}
	s.env = merged
	return s
}

func accessScenes() []scene {
	basic := reference.Options{Username: "user", Password: "secret"}
	tokens := basic
	tokens.TokenAuth = true
	// Content is put there before the steering asks for a login.
	account := func(name string, opts reference.Options, steer func(*stage) []middleware, steps ...step) scene {
		return scene{name: name, options: opts, steer: steer, seed: func(s *stage) { s.login = true; seedTwo(s) }, steps: steps}
	}
	all := []step{loggedIn(pullTag), loggedIn(pushTwo), loggedIn(copyTag)}
	challenge := func(change func(string) []string) func(*stage) []middleware {
		return func(*stage) []middleware {
			return []middleware{on("GET HEAD PUT POST PATCH", "/v2/", func(_ *http.Request, a *answer) {
				if a.status == http.StatusUnauthorized {
					a.header["Www-Authenticate"] = change(a.header.Get("Www-Authenticate"))
				}
			})}
		}
	}
	elsewhere := func(methods string) func(*stage) []middleware {
		return func(s *stage) []middleware {
			return []middleware{func(next http.Handler) http.Handler {
				moved := s.redirect(methods, blobs+`|/uploads/[^?]`)(next)
				return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
					if req.Header.Get("Authorization") != "" {
						moved.ServeHTTP(w, req)
						return
					}
					next.ServeHTTP(w, req)
				})
			}}
		}
	}
	return []scene{
		account("Basic", basic, nil, all...),
		account("Bearer", tokens, nil, all...),
		account("several challenges in a header", basic, challenge(func(c string) []string { return []string{`Negotiate, ` + c} }), all...),
		account("several headers with challenges", basic, challenge(func(c string) []string { return []string{`Negotiate`, c} }), all...),
		account("access_token", tokens, func(*stage) []middleware {
			return []middleware{on("GET", "/token", func(_ *http.Request, a *answer) {
				var body map[string]any
				if json.Unmarshal(a.body, &body) == nil {
					body["access_token"] = body["token"]
					delete(body, "token")
					a.body, _ = json.Marshal(body)
				}
			})}
		}, all...),
		account("tokens that expire", tokens, func(s *stage) []middleware {
			return []middleware{instead("PUT PATCH", uploads, func(req *http.Request, a *answer) bool {
				if req.Header.Get("Authorization") == "" || s.count("expiry") != 2 {
					return false
				}
				a.status = http.StatusUnauthorized
				a.header.Set("Www-Authenticate", fmt.Sprintf(`Bearer realm="http://%s/token",service="assay",scope="repository:a/b:pull,push"`, s.host))
				return true
			})}
		}, loggedIn(pushTwo)),
		account("wrong password", basic, nil, step{verb: "pull", fails: true, env: env{"USERNAME": "user", "PASSWORD": "wrong"}},
			step{verb: "pull", fails: true}),
		account("content on another host, with a login", basic, elsewhere("GET PUT PATCH"), loggedIn(pullTag).refused()),
		account("HEAD on another host, with a login", basic, elsewhere("HEAD"), loggedIn(pushTwo)),
		account("uploads on another host, with a login", basic, func(s *stage) []middleware {
			return []middleware{on("POST", uploads, func(_ *http.Request, a *answer) {
				if a.status == http.StatusAccepted {
					a.header.Set("Location", "http://"+s.other+a.header.Get("Location"))
				}
			})}
		}, loggedIn(pushTwo).refused().choice()),
		{name: "tags on another host, with a login", options: basic, steps: []step{loggedIn(tagList).refused().choice()}, seed: func(s *stage) {
			s.login = true
			seedImage(s)
			for _, tag := range []string{"v2", "v3"} {
				s.push("a/b", tag, s.content["v1"])
			}
		}, steer: func(s *stage) []middleware {
			return []middleware{pagesOf(func(last string) string {
				return fmt.Sprintf(`<http://%s/v2/a/b/tags/list?last=%s>; rel="next"`, s.other, last)
			})}
		}},
		{name: "warnings", seed: seedTwo, steps: []step{pullTag, pushTwo, tagList}, steer: func(*stage) []middleware {
			return []middleware{on("GET HEAD PUT POST", "/v2/", func(_ *http.Request, a *answer) {
				a.header.Set("Warning", `299 - "this registry is going to be closed"`)
			})}
		}},
		{name: "too many requests", slow: true, seed: seedImage, steps: []step{pullTag.choice()}, steer: func(s *stage) []middleware {
			return []middleware{instead("GET", blobs, func(_ *http.Request, a *answer) bool {
				a.status = http.StatusTooManyRequests
				a.header.Set("Retry-After", "1")
				s.mu.Lock()
				defer s.mu.Unlock()
				if s.asked.IsZero() {
					s.asked = time.Now()
				}
				return time.Since(s.asked) < time.Second
			})}
		}},
		{name: "errors that are pages", options: reference.Options{DisableReferrers: true}, seed: func(s *stage) { seedTwo(s); s.layout("r", referrer(s, "new", sbom)) },
			steps: []step{{verb: "referrers", digestOf: "v1"}, {verb: "push", content: "r", env: env{"REFERENCE": "r"}}, pushTwo}, steer: func(*stage) []middleware {
				return []middleware{on("GET PUT POST", "/v2/", func(_ *http.Request, a *answer) {
					if a.status >= 400 {
						a.body = []byte("<html>" + strings.Repeat("no", 10))
						a.header.Set("Content-Type", "text/html")
					}
				})}
			}},
	}
}
