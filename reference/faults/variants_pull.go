package faults

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
	"assay/reference"
)

func pullVariants() []Variant {
	return []Variant{
		variant("chunked", "answers to GET have no Content-Length", func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				if req.Method != http.MethodGet {
					next.ServeHTTP(w, req)
					return
				}
				a := pass(next, req)
				a.header.Del("Content-Length")
				for name, values := range a.header {
					w.Header()[name] = values
				}
				w.WriteHeader(a.status)
				if flusher, can := w.(http.Flusher); can && a.status != http.StatusNoContent {
					flusher.Flush()
				}
				_, _ = w.Write(a.body) // the client may be gone
			})
		}),
		variant("range-ignored", "the whole of a blob is given where a part was asked for",
			onRequest(getBlob, func(req *http.Request) { req.Header.Del("Range") })),
		variant("range-ignored-1.1", "the whole of a blob is given where a part was asked for",
			onRequest(getBlob, func(req *http.Request) { req.Header.Del("Range") })).in(require.V1_1),
		variant("range-length-unknown", "Content-Range does not tell the size of the whole",
			onAnswer(getBlob, on(206, setFrom("Content-Range", func(v string) string { return contentRangeSize.ReplaceAllString(v, "/*") })))),
		variant("range-subset", "only the first bytes of a part are given, as Content-Range says",
			ranged(getBlob, func(a *answer, _ []byte) {
				parts := contentRangeStart.FindStringSubmatch(a.header.Get("Content-Range"))
				a.body = a.body[:min(5, len(a.body))]
				first, _ := strconv.Atoi(parts[1]) // digits
				a.header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%s", first, first+len(a.body)-1, parts[2]))
			})),
		variant("range-unit-case", "Content-Range is in bytes, which are written in upper case",
			onAnswer(getBlob, on(206, setFrom("Content-Range", strings.ToUpper)))),
		variant("range-behind-end-200", "the whole of a blob is given where a part behind its end was asked for",
			handle(getBlob, func(next http.Handler, req *http.Request) *answer {
				if a := pass(next, req); a.status != http.StatusRequestedRangeNotSatisfiable {
					return a
				}
				return ask(next, req, http.MethodGet, req.URL.Path, nil)
			})),
		variant("no-digest-header", "no answer to the push of a blob has Docker-Content-Digest",
			onAnswer(is("GET POST PATCH PUT", uploads, session), del(digestHeader))),
		variant("no-digest-header-1.0", "no answer to a push has Docker-Content-Digest",
			onAnswer(is("GET POST PATCH PUT", manifests, uploads, session).and(not(getManifest)), del(digestHeader))).in(require.V1_0),
		variant("no-head-length-1.0", "answers to HEAD have no Content-Length", onAnswer(is("HEAD"), del("Content-Length"))).in(require.V1_0),
		variant("digest-header-sha512", "Docker-Content-Digest is in SHA-512", sha512Headers(is("GET HEAD", manifests, blobs))),
		variant("digest-header-sha512-1.1", "Docker-Content-Digest of blobs is in SHA-512", sha512Headers(pullBlob)).in(require.V1_1),
		variant("blob-type", "blobs have the type of their content",
			onAnswer(pullBlob, ok(set("Content-Type", "application/vnd.oci.image.layer.v1.tar+gzip")))),
		variant("blob-no-type", "blobs have no type", onAnswer(pullBlob, ok(del("Content-Type")))),
		variant("etag", "content can be cached, and asked for on conditions", onAnswer(is("GET HEAD", manifests, blobs), ok(func(a *answer) {
			a.header.Set("ETag", `"`+a.header.Get(digestHeader)+`"`)
			a.header.Set("Cache-Control", "max-age=31536000")
			a.header.Set("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT")
			a.header.Set("Vary", "Accept")
		}))),
		variant("extra-headers", "every answer has headers that nobody knows", onAnswer(always, func(a *answer) {
			a.header.Set("X-Served-By", "cache-1")
			a.header.Add("Set-Cookie", "session=1; Path=/")
			a.header.Set("Strict-Transport-Security", "max-age=1")
		})),
		variant("ping-body", "/v2/ has a body in HTML", onAnswer(is("GET", root), text("application/json", "{}"))),
		variant("manifest-type-case", "media types are written in another case",
			onAnswer(pullManifest, ok(setFrom("Content-Type", strings.ToUpper)))),
		variant("accept-strict", "a manifest whose type is not accepted is answered 404", handle(pullManifest, func(next http.Handler, req *http.Request) *answer {
			a := pass(next, req)
			accept := req.Header.Get("Accept")
			if a.ok() && accept != "" && !strings.Contains(accept, "*/*") && !strings.Contains(accept, a.header.Get("Content-Type")) {
				refuse(404, "MANIFEST_UNKNOWN")(a)
			}
			return a
		})),
		variant("lists-compressed", "lists and errors are compressed for who takes that", onAnswer(is("GET", tags, referrers).and(func(req *http.Request) bool {
			return strings.Contains(req.Header.Get("Accept-Encoding"), "gzip")
		}), compressed)),
		variant("tags-immutable", "a tag stays where it is", handle(putManifest.and(byTag), func(next http.Handler, req *http.Request) *answer {
			there := ask(next, req, http.MethodHead, req.URL.Path, nil)
			if there.ok() && there.header.Get(digestHeader) != digest.FromBytes(read(req)).String() {
				a := newAnswer(req)
				refuse(409, "DENIED")(a)
				return a
			}
			return pass(next, req)
		})),
		variant("warnings", "answers have warnings that are right", onAnswer(always, func(a *answer) {
			a.header.Add("Warning", `299 - "this registry \"assay\" is for tests"`)
			a.header.Add("Warning", `299 - ""`)
		})),
	}
}

func pageVariants() []Variant {
	// Pages of tags are one long whatever is asked for.
	tagPages := func(next http.Handler) http.Handler {
		return onRequest(listTags.and(not(func(req *http.Request) bool { return req.URL.Query().Get("n") == "0" })), func(req *http.Request) { setQuery(req, "n", "1") })(next)
	}
	onePage := func(o *reference.Options) { o.ReferrersPage = 1 }
	return []Variant{
		variant("tag-pages-of-one", "a page has one tag", tagPages),
		variant("tag-pages-of-one-1.1", "a page has one tag", tagPages).in(require.V1_1),
		variant("tag-links-absolute", "the Links of tags are absolute", onAnswer(listTags, func(a *answer) {
			linkEdited(`^<`, "<http://"+a.req.Host)(a)
		})),
		variant("tag-link-parameters", "the Links of tags have more parameters",
			chain(onAnswer(listTags, linkEdited(`; rel="next"`, `; title="more, and more"; rel="next"; type="application/json"`)), tagPages)),
		variant("tag-link-unquoted", "the rel of a Link has no quotes",
			chain(onAnswer(listTags, linkEdited(`"next"`, `next`)), tagPages)),
		variant("tag-link-case", "the rel of a Link is in upper case, with no spaces",
			chain(onAnswer(listTags, linkEdited(`; rel="next"`, `;REL="NEXT"`)), tagPages)),
		variant("tag-links-many", "there are several Links in one header",
			chain(onAnswer(listTags, linkEdited(`^`, `</v2/>; rel="start", `)), tagPages)),
		variant("tag-links-lines", "there are several Links in several headers", chain(onAnswer(listTags, func(a *answer) {
			if next := a.header.Get("Link"); next != "" {
				a.header["Link"] = []string{`</v2/>; rel="first"`, next}
			}
		}), tagPages)),
		variant("tag-link-token", "the next page is named by a token", tokenPages),
		variant("tag-no-link", "pages of tags have no Link", onAnswer(listTags, del("Link"))),
		variant("tag-order-lexical", "tags come in the order of a dictionary", lexicalTags),
		variant("tag-order-lexical-1.0", "tags come in the order of a dictionary", lexicalTags).in(require.V1_0),
		variant("tags-null", "the tags of a repository without tags are null",
			onAnswer(listTags, ok(body(func(b []byte) []byte { return bytes.Replace(b, []byte(`"tags":[]`), []byte(`"tags":null`), 1) })))),
		variant("tags-charset", "the list of tags has a charset, and more fields",
			onAnswer(listTags, ok(set("Content-Type", "application/json; charset=utf-8"), doc(func(d map[string]any) { d["manifest"] = map[string]any{} })))),
		variant("referrer-pages-of-one", "a page has one referrer", nil).with(onePage),
		variant("referrer-pages-of-one-1.1", "a page has one referrer", nil).with(onePage).in(require.V1_1),
		variant("referrer-links-absolute", "the Links of referrers are absolute and have no quotes", onAnswer(listReferrers, func(a *answer) {
			linkEdited(`^<`, "<http://"+a.req.Host)(a)
			linkEdited(`"next"`, `next`)(a)
		})).with(onePage),
		variant("referrer-pages-empty", "the first page of referrers is empty", emptyFirstPage),
		variant("no-filter", "referrers cannot be filtered",
			onRequest(listReferrers, func(req *http.Request) { delQuery(req, "artifactType") })),
		variant("no-filter-1.1", "referrers cannot be filtered",
			onRequest(listReferrers, func(req *http.Request) { delQuery(req, "artifactType") })).in(require.V1_1),
		variant("referrers-annotated", "the list of referrers has annotations", onAnswer(listReferrers, ok(doc(func(d map[string]any) {
			d["annotations"] = map[string]any{"org.example.generated": "now"}
		})))),
		variant("referrers-charset", "the list of referrers has a charset", onAnswer(listReferrers, ok(set("Content-Type", indexType+"; charset=utf-8")))),
		variant("referrers-reversed", "referrers come newest first", onAnswer(listReferrers, referrerList(func(list []map[string]any) []map[string]any {
			slices.Reverse(list)
			return list
		}))),
	}
}

var contentRangeStart = regexp.MustCompile(`^bytes (\d+)-\d+/(\d+)$`)

// sha512Headers names digests in another algorithm.
func sha512Headers(w when) Middleware {
	return handle(w, func(next http.Handler, req *http.Request) *answer {
		a := pass(next, req)
		if a.header.Get(digestHeader) == "" {
			return a
		}
		whole := ask(next, req, http.MethodGet, req.URL.Path, nil)
		a.header.Set(digestHeader, digest.SHA512.FromBytes(whole.body).String())
		return a
	})
}

// lexicalTags sorts tags as a dictionary does, pages and all.
func lexicalTags(next http.Handler) http.Handler {
	fold := func(a, b string) int {
		return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
	}
	return handle(listTags, func(next http.Handler, req *http.Request) *answer {
		q := req.URL.Query()
		changed := req.Clone(req.Context())
		changed.URL.RawQuery = ""
		a := pass(next, changed)
		n, err := strconv.Atoi(q.Get("n"))
		if q.Has("n") && err != nil {
			return pass(next, req)
		}
		tagList(func(tags []string) []string {
			slices.SortFunc(tags, fold)
			if last := q.Get("last"); last != "" {
				tags = slices.DeleteFunc(tags, func(t string) bool { return fold(t, last) <= 0 })
			}
			if q.Has("n") && n < len(tags) {
				tags = tags[:n]
				if n > 0 {
					a.header.Set("Link", "<"+req.URL.Path+"?"+url.Values{"n": {strconv.Itoa(n)}, "last": {tags[n-1]}}.Encode()+`>; rel="next"`)
				}
			}
			return tags
		})(a)
		return a
	})(next)
}

// tokenPages names the next page by what only the registry understands.
func tokenPages(next http.Handler) http.Handler {
	return handle(listTags, func(next http.Handler, req *http.Request) *answer {
		changed := req.Clone(req.Context())
		if token := req.URL.Query().Get("next_page"); token != "" {
			changed.URL.RawQuery = string(flipped([]byte(token)))
		}
		a := pass(next, changed)
		if link := a.header.Get("Link"); link != "" {
			_, query, _ := strings.Cut(link[1:strings.Index(link, ">")], "?")
			token := url.Values{"next_page": {string(flipped([]byte(query)))}}
			a.header.Set("Link", "<"+req.URL.Path+"?"+token.Encode()+`>; rel="next"`)
		}
		return a
	})(next)
}

// flipped is the bytes from last to first.
func flipped(b []byte) []byte {
	slices.Reverse(b)
	return b
}

// emptyFirstPage puts an empty page in front of the lists of referrers that
// have anything in them.
func emptyFirstPage(next http.Handler) http.Handler {
	return handle(listReferrers, func(next http.Handler, req *http.Request) *answer {
		changed := req.Clone(req.Context())
		delQuery(changed, "page")
		a := pass(next, changed)
		if req.URL.Query().Has("page") || !a.ok() || bytes.Contains(a.body, []byte(`"manifests":[]`)) {
			return a
		}
		q := req.URL.Query()
		q.Set("page", "2")
		a.header.Set("Link", "<"+req.URL.Path+"?"+q.Encode()+`>; rel="next"`)
		referrerList(func([]map[string]any) []map[string]any { return nil })(a)
		return a
	})(next)
}

// compressed encodes the body with gzip.
func compressed(a *answer) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(a.body) // a buffer takes all
	_ = w.Close()
	a.body = b.Bytes()
	a.header.Set("Content-Encoding", "gzip")
	a.header.Del("Content-Length")
}
