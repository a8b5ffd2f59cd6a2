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

// contentScenes are about content whose descriptor is wrong, or that is not there.
func contentScenes() []scene {
	with := func(name string, change func(doc map[string]any), steps ...step) scene {
		return scene{name: name, seed: func(s *stage) { s.push("a/b", "v1", image("content").Edit(change)) }, steps: steps}
	}
	layer := func(doc map[string]any) map[string]any { return doc["layers"].([]any)[0].(map[string]any) }
	return []scene{
		with("a layer that is longer than its descriptor says", func(doc map[string]any) { layer(doc)["size"] = 299 }, pullTag.refused()),
		with("a layer that is shorter than its descriptor says", func(doc map[string]any) { layer(doc)["size"] = 301 }, pullTag.refused()),
		with("data of other content", func(doc map[string]any) { doc["config"].(map[string]any)["data"] = "e30=" }, pullTag),
		{name: "unknown fields in the config", seed: func(s *stage) {
			config := fixtures.BlobOf([]byte(`{"org.example.unknown":true}`)).As("application/vnd.oci.image.config.v1+json")
			s.push("a/b", "v1", fixtures.NewImage("config", fixtures.WithConfig(config)))
		}, steps: []step{pullTag}},
		steered("no blobs", func(*stage) middleware {
			return instead("GET HEAD", blobs, func(_ *http.Request, a *answer) bool {
				a.status = http.StatusNotFound
				a.body = []byte(`{"errors":[{"code":"BLOB_UNKNOWN"}]}`)
				return true
			})
		}, pullTag.refused()),
		{name: "corrupt manifest with a SHA-512 digest", seed: func(s *stage) { s.push("a/b", "v1", image("long").With(digest.SHA512)) },
			steps: []step{pullDigest.refused()}, steer: func(*stage) []middleware {
				return []middleware{on("GET", manifests, func(_ *http.Request, a *answer) {
					a.body = bytes.Replace(a.body, []byte(`"schemaVersion":2`), []byte(`"schemaVersion": 2`), 1)
				})}
			}},
		{name: "corrupt large layer", seed: func(s *stage) {
			s.push("a/b", "v1", fixtures.NewImage("large", fixtures.WithLayers(fixtures.NewBlob("large", 100_000))))
		}, steps: []step{pullTag.refused()}, steer: func(*stage) []middleware {
			return []middleware{on("GET", blobs, func(req *http.Request, a *answer) {
				first := strings.HasPrefix(a.header.Get("Content-Range"), "bytes 0-") && strings.HasSuffix(a.header.Get("Content-Range"), "/100000")
				if (first || len(a.body) > 90_000) && strings.Contains(req.URL.Path, "sha256") {
					a.body[0] = '!'
				}
			})}
		}},
		{name: "manifests refused", seed: func(s *stage) { s.layout("v2", image("two")) }, steps: []step{pushTwo.refused()}, steer: func(*stage) []middleware {
			return []middleware{instead("PUT", manifests, func(_ *http.Request, a *answer) bool { a.status = http.StatusBadRequest; return true })}
		}},
	}
}

// pageScenes are about lists in unusual pages.
func pageScenes() []scene {
	link := func(last string) string {
		return fmt.Sprintf(`</v2/a/b/tags/list?first=1>; rel="first", </v2/a/b/tags/list?last=%s>; title="more"; rel=next`, last)
	}
	plain := func(last string) string { return fmt.Sprintf(`</v2/a/b/tags/list?last=%s>; rel="next"`, last) }
	tags := func(name string, count int, m middleware, one step) scene {
		return scene{name: name, steps: []step{one}, steer: func(*stage) []middleware { return []middleware{m} }, seed: func(s *stage) {
			for i := range count {
				s.push("a/b", fmt.Sprintf("t%02d", i), image("tagged"))
			}
			s.put("a/b", image("tagged").Digest.String(), image("tagged"))
		}}
	}
	fails := func(pattern string) middleware {
		return instead("GET", pattern, func(_ *http.Request, a *answer) bool { a.status = http.StatusInternalServerError; return true })
	}
	return []scene{
		tags("tags in pages with several Links", 5, pagesOf(link), tagList),
		tags("tags in many pages", 25, pagesOf(plain), tagList),
		tags("no tags", 0, func(next http.Handler) http.Handler { return next }, tagList),
		tags("tags whose second page fails", 5, func(next http.Handler) http.Handler { return fails(`last=`)(pagesOf(plain)(next)) }, tagList.refused()),
		tags("tags whose pages are at another path", 5, func(next http.Handler) http.Handler {
			paths := http.NewServeMux()
			paths.Handle("/", next)
			paths.Handle("/pages/", http.StripPrefix("/pages", next))
			return pagesOf(func(last string) string { return fmt.Sprintf(`</pages/v2/a/b/tags/list?last=%s>; rel="next"`, last) })(paths)
		}, tagList),
		{name: "referrers whose second page fails", options: reference.Options{ReferrersPage: 2}, seed: seedReferrers,
			steps: []step{step{verb: "referrers", digestOf: "v1"}.refused()}, steer: func(*stage) []middleware { return []middleware{fails("/referrers/.*after=")} }},
		{name: "referrers that fail", seed: seedReferrers, steps: []step{step{verb: "referrers", digestOf: "v1"}.refused()},
			steer: func(*stage) []middleware { return []middleware{fails("/referrers/")} }},
	}
}
