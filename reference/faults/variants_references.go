package faults

import (
	"net/http"
	"net/url"
	"strings"

	require "assay/conformance/requirements"
	"assay/reference"
)

// referenceVariants are about referrers, and about what stands in errors and
// warnings.
func referenceVariants() []Variant {
	pagesOfTwo := func(o *reference.Options) { o.ReferrersPage = 2 }
	return []Variant{
		variant("referrer-pages-of-two", "a page has two referrers", nil).with(pagesOfTwo),
		variant("referrer-link-token", "the next page of referrers is named by a token, and says nothing of a filter", tokenReferrers).with(pagesOfTwo),
		variant("referrer-goes-with-tag", "a manifest is deleted with its last tag", goesWithTag),
		variant("referrers-data", "the list of referrers has more fields than are asked for", onAnswer(listReferrers, eachReferrer(func(e map[string]any) {
			e["urls"] = []any{"https://registry.example.com/"}
			e["org.example.pushed"] = "now"
		}))),
		variant("referrers-type-omitted", "the list of referrers has no mediaType of its own",
			onAnswer(listReferrers, ok(doc(func(d map[string]any) { delete(d, "mediaType") })))),
		variant("errors-number", "errors are a number in words", onAnswer(always, refused(text("text/plain", "404")))),
		variant("errors-quoted", "errors are in words, with quotes", onAnswer(always, refused(text("text/plain; charset=utf-8", `"not possible"`)))),
		variant("errors-number-1.0", "errors are a number in words", onAnswer(always, refused(text("text/plain", "404")))).in(require.V1_0),
		variant("warnings-one-line", "several warnings that are right stand in one header",
			onAnswer(always, set("Warning", `299 - "a, b", 299 - "say \"x, 199 - y\"" , ,299 - "\\"`))),
	}
}

// tokenReferrers names the next page by what only the registry understands.
func tokenReferrers(next http.Handler) http.Handler {
	return handle(listReferrers, func(next http.Handler, req *http.Request) *answer {
		changed := req.Clone(req.Context())
		token := req.URL.Query().Get("next_page")
		if token != "" {
			changed.URL.RawQuery = string(flipped([]byte(token)))
		}
		a := pass(next, changed)
		if link := a.header.Get("Link"); link != "" {
			_, query, _ := strings.Cut(link[1:strings.Index(link, ">")], "?")
			token := url.Values{"next_page": {string(flipped([]byte(query)))}}
			a.header.Set("Link", "<"+req.URL.Path+"?"+token.Encode()+`>; rel="next"`)
		}
		if token != "" {
			a.header.Del("OCI-Filters-Applied")
		}
		return a
	})(next)
}

// goesWithTag deletes a manifest when a tag of it is deleted.
func goesWithTag(next http.Handler) http.Handler {
	return handle(deleteTag, func(next http.Handler, req *http.Request) *answer {
		pull := ask(next, req, http.MethodHead, req.URL.Path, nil)
		a := pass(next, req)
		if d := pull.header.Get(digestHeader); a.ok() && d != "" {
			manifest := req.Clone(req.Context())
			manifest.URL.Path = "/v2/" + placeOf(req).repo + "/manifests/" + d
			if len(tagsOf(next, manifest)) == 0 {
				ask(next, req, http.MethodDelete, manifest.URL.Path, nil)
			}
		}
		return a
	})(next)
}
