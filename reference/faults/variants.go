package faults

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
	"assay/reference"
)

// Variants lists every variant.
func Variants() []Variant {
	return slices.Concat(
		locationVariants(), uploadVariants(), pullVariants(), pageVariants(), deleteVariants(),
		absentVariants(), errorVariants(), patienceVariants(), loginVariants(),
	)
}

// locationVariants answer from elsewhere, or send clients there.
func locationVariants() []Variant {
	redirected := func(code int, w when) func(string) Middleware {
		return func(address string) Middleware {
			return handle(w, func(_ http.Handler, req *http.Request) *answer {
				a := newAnswer(req)
				a.status = code
				a.header.Set("Location", "http://"+address+req.URL.RequestURI())
				return a
			})
		}
	}
	moved := func(w when) func(string) Middleware {
		return func(address string) Middleware {
			return onAnswer(w, setFrom("Location", func(v string) string { return "http://" + address + v }))
		}
	}
	return []Variant{
		elsewhere("redirect-307", "every GET and HEAD is redirected to another host with 307", redirected(307, is("GET HEAD", manifests, blobs, tags, referrers))),
		elsewhere("redirect-308", "every GET and HEAD is redirected to another host with 308", redirected(308, is("GET HEAD", manifests, blobs, tags, referrers))),
		elsewhere("redirect-302", "every GET is redirected to another host with 302", redirected(302, is("GET", manifests, blobs, tags, referrers))),
		elsewhere("redirect-301-1.0", "every GET of a blob is redirected to another host with 301", redirected(301, getBlob)).in(require.V1_0),
		elsewhere("redirect-303-blob", "every GET of a blob is redirected to another host with 303", redirected(303, getBlob)),
		elsewhere("redirect-ping", "/v2/ is redirected to another host", redirected(307, is("GET", root))),
		elsewhere("redirect-pushes", "every request but the start of an upload is redirected with 307", redirected(307, is("PUT PATCH DELETE", manifests, blobs, session))),
		elsewhere("location-other-host", "uploads go on at another host", moved(is("POST", uploads))),
		elsewhere("location-pull-other-host", "what was pushed is to be pulled from another host", moved(is("PUT", manifests, session))),
		variant("location-absolute", "every Location is absolute", absoluteLocations),
		variant("location-absolute-1.1", "every Location is absolute", absoluteLocations).in(require.V1_1),
		variant("location-relative", "the Location of an upload is relative to its path", relativeLocations),
		variant("location-query", "the Location of an upload has parameters that must be sent back", demandedQuery),
		variant("location-state", "the Location of an upload changes with each answer, and the last one counts", changingLocations),
		variant("location-fragment", "the Location of a manifest has a fragment",
			onAnswer(putManifest, ok(setFrom("Location", func(v string) string { return v + "#pushed" })))),
		variant("manifest-location-digest", "the Location of a tag is that of its digest",
			onAnswer(putManifest.and(byTag), ok(func(a *answer) {
				a.header.Set("Location", "/v2/"+placeOf(a.req).repo+"/manifests/"+a.header.Get(digestHeader))
			}))),
		variant("session-upper", "the UUID of an upload is in upper case",
			renamedSessions(strings.ToUpper)),
		variant("session-plain", "the UUID of an upload has no hyphens",
			renamedSessions(func(id string) string { return strings.ReplaceAll(id, "-", "") })),
		variant("session-prefix", "the UUID of an upload is part of a name",
			renamedSessions(func(id string) string { return "upload." + id + ".1" })),
		variant("session-query", "the UUID of an upload is a parameter", sessionInQuery),
	}
}

func uploadVariants() []Variant {
	return []Variant{
		variant("length-required", "an upload without a length is answered 411",
			instead(is("PUT PATCH POST").and(func(req *http.Request) bool { return req.ContentLength < 0 }), refuse(411, "SIZE_INVALID"))),
		variant("chunk-minimum", "chunks have at least 1 KiB, as the start of an upload says", chunkMinimum(1<<10, 416)),
		variant("chunk-minimum-400", "chunks have at least 64 KiB, as the start of an upload says", chunkMinimum(64<<10, 400)).in(require.V1_1),
		variant("single-post-202", "a single POST starts an upload", onRequest(singlePost, func(req *http.Request) {
			delQuery(req, "digest")
			write(req, nil)
		})),
		variant("mount-202", "a mount starts an upload", onRequest(mount, func(req *http.Request) { delQuery(req, "mount", "from") })),
		variant("mount-202-1.0", "a mount starts an upload", onRequest(mount, func(req *http.Request) { delQuery(req, "mount", "from") })).in(require.V1_0),
		variant("mount-without-from", "a mount that does not say from where finds the blob by itself", mountAnywhere),
		variant("sha512-refused", "SHA-512 is not supported",
			instead(func(req *http.Request) bool {
				q := req.URL.Query()
				return strings.HasPrefix(placeOf(req).name+q.Get("digest")+q.Get("mount")+q.Get("digest-algorithm"), "sha512") && !is("GET HEAD DELETE")(req)
			}, refuse(400, "DIGEST_INVALID"))),
		variant("sha512-refused-1.1", "SHA-512 is not supported at the end of an upload",
			instead(is("PUT POST").and(func(req *http.Request) bool {
				return strings.HasPrefix(placeOf(req).name+digestOf(req), "sha512:")
			}), refuse(400, "UNSUPPORTED"))).in(require.V1_1),
		variant("cancel-405", "uploads cannot be cancelled", instead(cancelUpload, refuse(405, "UNSUPPORTED"))),
		variant("session-unknown-cancel-400", "the cancelling of an upload that is not there is answered 400",
			onAnswer(cancelUpload, on(404, refuse(400, "BLOB_UPLOAD_INVALID")))),
		variant("manifest-limit", "manifests over 4 MiB are answered 413",
			instead(putManifest.and(longerThan(4<<20)), refuse(413, "SIZE_INVALID"))),
		variant("manifest-missing-blob-404", "a manifest whose blobs are missing is answered 404 with MANIFEST_BLOB_UNKNOWN",
			onAnswer(putManifest, missingBlob(404))),
		variant("manifest-missing-blob-400", "a manifest whose blobs are missing is answered 400 with MANIFEST_BLOB_UNKNOWN",
			onAnswer(putManifest, missingBlob(400))).in(require.V1_1),
		variant("manifest-sparse", "images and indexes are accepted without what they refer to", sparse),
		variant("manifest-put-no-digest", "the push of a manifest has no Docker-Content-Digest",
			onAnswer(putManifest, del(digestHeader))).in(require.V1_0),
		variant("upload-headers", "the answers to uploads have headers of older days", onAnswer(is("POST PATCH PUT GET", uploads, session), ok(func(a *answer) {
			a.header.Set("Docker-Upload-UUID", "00000000-0000-4000-8000-000000000000")
			a.header.Set("Docker-Distribution-Api-Version", "registry/2.0")
		}))),
		variant("tag-parameters-none", "tag parameters are ignored", onRequest(putManifest, func(req *http.Request) { delQuery(req, "tag") })),
		variant("tag-header-lines", "the tags that parameters made are named in one header each", onAnswer(putManifest, func(a *answer) {
			named := a.header.Get("OCI-Tag")
			a.header.Del("OCI-Tag")
			for _, tag := range strings.Split(named, ", ") {
				if tag != "" {
					a.header.Add("OCI-Tag", tag)
				}
			}
		})),
		variant("docker-refused", "Docker's types are refused by name with 415", handle(putManifest.and(dockerPush), func(_ http.Handler, req *http.Request) *answer {
			a := newAnswer(req)
			a.status = 415
			text("application/json", fmt.Sprintf(`{"errors":[{"code":"MANIFEST_INVALID","message":"%s is not supported"}]}`, req.Header.Get("Content-Type")))(a)
			return a
		})),
		variant("existing-blob-early", "an upload is told of what it may leave out",
			onAnswer(startUpload, ok(set("Range", "0-0"), set("Content-Length", "0")))),
	}
}

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

func deleteVariants() []Variant {
	disabled := func(w when) Middleware { return instead(w, refuse(400, "UNSUPPORTED")) }
	return []Variant{
		variant("delete-405", "nothing can be deleted", nil).with(func(o *reference.Options) { o.DisableDelete = true }),
		variant("delete-405-1.0", "nothing can be deleted", nil).with(func(o *reference.Options) { o.DisableDelete = true }).in(require.V1_0),
		variant("delete-400", "nothing can be deleted, as 400 says", disabled(is("DELETE", manifests, blobs))),
		variant("delete-400-1.1", "nothing can be deleted, as 400 says", disabled(is("DELETE", manifests, blobs))).in(require.V1_1),
		variant("tag-delete-405", "tags cannot be deleted", nil).with(func(o *reference.Options) { o.DisableTagDelete = true }),
		variant("tag-delete-400", "tags cannot be deleted, as 400 says", disabled(deleteTag)),
		variant("manifest-delete-405", "manifests cannot be deleted", nil).with(func(o *reference.Options) { o.DisableManifestDelete = true }),
		variant("manifest-delete-400", "manifests cannot be deleted, as 400 says", disabled(deleteManifest)),
		variant("blob-delete-405", "blobs cannot be deleted", nil).with(func(o *reference.Options) { o.DisableBlobDelete = true }),
		variant("blob-delete-400", "blobs cannot be deleted, as 400 says", disabled(deleteBlob)),
	}
}

// absentVariants lack what is optional.
func absentVariants() []Variant {
	noReferrers := func(o *reference.Options) { o.DisableReferrers = true }
	return []Variant{
		variant("no-referrers", "there is no referrers API", nil).with(noReferrers),
		variant("no-referrers-1.1", "there is no referrers API", nil).with(noReferrers).in(require.V1_1),
		variant("no-referrers-1.0", "there is no referrers API", nil).with(noReferrers).in(require.V1_0),
		variant("no-referrers-text", "there is no referrers API, and a 404 in words says so",
			onAnswer(listReferrers, refused(text("text/plain; charset=utf-8", "404 page not found\n")))).with(noReferrers),
	}
}

func errorVariants() []Variant {
	errors := func(c ...change) Middleware { return onAnswer(always, refused(c...)) }
	return []Variant{
		variant("errors-text", "errors are in words", onAnswer(always, refused(text("text/plain; charset=utf-8", "not possible\n")))),
		variant("errors-html", "errors are pages for people", onAnswer(always, refused(text("text/html", "<html><body><h1>Error</h1></body></html>")))),
		variant("errors-empty", "errors have no body", onAnswer(always, refused(del("Content-Type"), body(nothing)))),
		variant("errors-empty-1.1", "errors have no body", onAnswer(always, refused(del("Content-Type"), body(nothing)))).in(require.V1_1),
		variant("errors-no-message", "errors have codes alone", errors(eachError(func(e map[string]any) { delete(e, "message") }))),
		variant("errors-detail", "errors have details of any kind", errors(eachError(func(e map[string]any) {
			e["detail"] = []any{map[string]any{"name": "a"}, nil, 1}
		}))),
		variant("errors-many", "errors come two at a time", errors(doc(func(d map[string]any) {
			list, _ := d["errors"].([]any)
			d["errors"] = append(list, list...)
		}))),
		variant("errors-legacy", "errors have codes of older days",
			onAnswer(getManifest.and(nameLike("^[^:]*$")), on(404, withCode("TAG_INVALID")))),
		variant("errors-charset", "errors have a charset", errors(set("Content-Type", "application/json; charset=utf-8"))),
		variant("n-ignored-when-bad", "n that is no number is ignored", onRequest(listTags.and(func(req *http.Request) bool {
			_, err := strconv.Atoi(req.URL.Query().Get("n"))
			return err != nil
		}), func(req *http.Request) { delQuery(req, "n") })),
	}
}

// patienceVariants make clients wait.
func patienceVariants() []Variant {
	// everyTenth answers one request in ten with c instead.
	everyTenth := func(c ...change) Middleware {
		return func(next http.Handler) http.Handler {
			var count atomic.Int64
			return handle(always, func(next http.Handler, req *http.Request) *answer {
				if count.Add(1)%10 != 0 {
					return pass(next, req)
				}
				a := newAnswer(req)
				all(c...)(a)
				return a
			})(next)
		}
	}
	return []Variant{
		variant("too-many-requests", "some requests are answered 429, to be sent again at once", everyTenth(refuse(429, "TOOMANYREQUESTS"), set("Retry-After", "0"))),
		variant("too-many-requests-date", "some requests are answered 429, to be sent again at a time that has passed",
			everyTenth(refuse(429, "TOOMANYREQUESTS"), set("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"))),
		variant("unavailable", "some requests are answered 503, to be sent again at once", everyTenth(status(503), set("Retry-After", "0"))),
		variant("slow", "answers come after 5 milliseconds", func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				timer := time.NewTimer(5 * time.Millisecond)
				defer timer.Stop()
				select {
				case <-timer.C:
				case <-req.Context().Done():
				}
				next.ServeHTTP(w, req)
			})
		}),
		variant("too-many-requests-bare", "some requests are answered 429, which does not say how long to wait", everyTenth(refuse(429, "TOOMANYREQUESTS"))),
		variant("connection-close", "every answer ends its connection", onAnswer(always, set("Connection", "close"))),
	}
}

func loginVariants() []Variant {
	challenge := func(value string) Middleware { return onAnswer(always, on(401, set("WWW-Authenticate", value))) }
	return []Variant{
		variant("basic", "a login is wanted", nil).with(withLogin),
		variant("basic-odd", "a login is wanted, with a challenge that is written oddly",
			challenge(`basic  realm = "a \"registry\", of sorts" , charset=UTF-8`)).with(withLogin),
		variant("basic-after-others", "a login is wanted, by the last of several challenges",
			onAnswer(always, on(401, func(a *answer) {
				a.header["Www-Authenticate"] = []string{`Negotiate`, `Digest realm="x", nonce="y", qop="auth"`, `Basic realm="assay"`}
			}))).with(withLogin),
		variant("bearer", "tokens are wanted", nil).with(withTokens),
		variant("bearer-1.1", "tokens are wanted", nil).with(withTokens).in(require.V1_1),
		variant("bearer-odd", "tokens are wanted, with a challenge that is written oddly",
			onAnswer(always, on(401, setFrom("WWW-Authenticate", func(v string) string {
				return strings.ReplaceAll(strings.Replace(v, "Bearer ", "bearer ", 1), ",", " , ")
			})))).with(withTokens),
		variant("bearer-access-token", "tokens are called access tokens",
			onAnswer(func(req *http.Request) bool { return req.URL.Path == "/token" }, ok(doc(func(d map[string]any) {
				d["access_token"] = d["token"]
				delete(d, "token")
				delete(d, "expires_in")
				delete(d, "issued_at")
			})))).with(withTokens),
		variant("read-anonymous", "everybody may read, a login is wanted to write", letIn(is("GET HEAD"))).with(withLogin),
	}
}

// Behaviour that is more than a change.

func absoluteLocations(next http.Handler) http.Handler {
	return onAnswer(always, func(a *answer) {
		if location := a.header.Get("Location"); strings.HasPrefix(location, "/") {
			a.header.Set("Location", "http://"+a.req.Host+location)
		}
	})(next)
}

// relativeLocations names uploads without their path: what the client asked
// ends with a slash, or with the name itself.
func relativeLocations(next http.Handler) http.Handler {
	return onAnswer(is("POST PATCH GET", uploads, session), ok(setFrom("Location", func(v string) string {
		location, err := url.Parse(v)
		if err != nil || !strings.Contains(location.Path, "/uploads/") {
			return v
		}
		location.Path = location.Path[strings.LastIndex(location.Path, "/")+1:]
		return location.String()
	})))(next)
}

// addQuery adds a parameter to the Locations of uploads.
func addQuery(a *answer, name, value string) {
	location, err := url.Parse(a.header.Get("Location"))
	if err != nil || placeOf(&http.Request{URL: location}).kind != session {
		return
	}
	q := location.Query()
	q.Set(name, value)
	location.RawQuery = q.Encode()
	a.header.Set("Location", location.String())
}

// demandedQuery refuses requests for an upload without the parameters that its
// Location has.
func demandedQuery(next http.Handler) http.Handler {
	const signature = "a+b/c=="
	return handle(is("POST PATCH PUT GET DELETE", uploads, session), func(next http.Handler, req *http.Request) *answer {
		if placeOf(req).kind == session && req.URL.Query().Get("signature") != signature {
			a := newAnswer(req)
			refuse(403, "DENIED")(a)
			return a
		}
		changed := req.Clone(req.Context())
		delQuery(changed, "signature")
		a := pass(next, changed)
		addQuery(a, "signature", signature)
		return a
	})(next)
}

// changingLocations refuses chunks and ends that are sent to a Location that
// was replaced by a later one.
func changingLocations(next http.Handler) http.Handler {
	var count atomic.Int64
	newest := newShelf() // by path of the session
	return handle(is("POST PATCH PUT GET DELETE", uploads, session), func(next http.Handler, req *http.Request) *answer {
		if k, found := newest.get(req.URL.Path); found && is("PATCH PUT")(req) && req.URL.Query().Get("turn") != k.contentType {
			a := newAnswer(req)
			refuse(404, "BLOB_UPLOAD_UNKNOWN")(a)
			return a
		}
		changed := req.Clone(req.Context())
		delQuery(changed, "turn")
		a := pass(next, changed)
		turn := strconv.FormatInt(count.Add(1), 10)
		addQuery(a, "turn", turn)
		if location, err := url.Parse(a.header.Get("Location")); err == nil && a.ok() && is("POST PATCH GET")(req) {
			newest.put(location.Path, turn, nil)
		}
		return a
	})(next)
}

// sessionInQuery names an upload by a parameter, under one path for all.
func sessionInQuery(next http.Handler) http.Handler {
	return handle(is("POST PATCH PUT GET DELETE", uploads, session), func(next http.Handler, req *http.Request) *answer {
		changed := req.Clone(req.Context())
		if id := req.URL.Query().Get("upload"); id != "" {
			changed.URL.Path = "/v2/" + placeOf(req).repo + "/blobs/uploads/" + id
			delQuery(changed, "upload")
		}
		a := pass(next, changed)
		location, err := url.Parse(a.header.Get("Location"))
		if err != nil {
			return a
		}
		if at := placeOf(&http.Request{URL: location}); at.kind == session {
			q := location.Query()
			q.Set("upload", at.name)
			location.Path, location.RawQuery = "/v2/"+at.repo+"/blobs/uploads/session", q.Encode()
			a.header.Set("Location", location.String())
		}
		return a
	})(next)
}

// chunkMinimum refuses chunks that are shorter than size once another one
// comes: only the last may be. It is known for the last by the PUT.
func chunkMinimum(size int, code int) Middleware {
	return func(next http.Handler) http.Handler {
		short := newMarks()
		handler := onAnswer(startUpload, ok(set("OCI-Chunk-Min-Length", strconv.Itoa(size))))(next)
		return handle(patch.and(has("Content-Range")), func(next http.Handler, req *http.Request) *answer {
			if short.has(req.URL.Path) {
				a := newAnswer(req)
				refuse(code, "SIZE_INVALID")(a)
				return a
			}
			a := pass(next, req)
			if a.ok() && req.ContentLength < int64(size) {
				short.add(req.URL.Path)
			}
			return a
		})(handler)
	}
}

// mountAnywhere finds by itself where a blob is.
func mountAnywhere(next http.Handler) http.Handler {
	return everywhere(func(repos *marks) Middleware {
		return handle(mount.and(not(query("from"))), func(next http.Handler, req *http.Request) *answer {
			for _, repo := range repos.list() {
				if !ask(next, req, http.MethodHead, "/v2/"+repo+"/blobs/"+req.URL.Query().Get("mount"), nil).ok() {
					continue
				}
				changed := req.Clone(req.Context())
				setQuery(changed, "from", repo)
				return pass(next, changed)
			}
			return pass(next, req)
		})
	})(next)
}

// missingBlob answers what is missing with another status, and the right code.
func missingBlob(code int) change {
	return refused(func(a *answer) {
		if bytes.Contains(a.body, []byte("MANIFEST_BLOB_UNKNOWN")) {
			refuse(code, "MANIFEST_BLOB_UNKNOWN")(a)
		}
	})
}

// sparse accepts manifests without what they refer to.
func sparse(next http.Handler) http.Handler {
	lacking := func(a *answer) bool { return bytes.Contains(a.body, []byte("MANIFEST_BLOB_UNKNOWN")) }
	s := newShelf()
	handler := handle(putManifest, func(next http.Handler, req *http.Request) *answer {
		data := read(req)
		a := pass(next, req)
		if a.ok() || !lacking(a) {
			return a
		}
		d := digest.FromBytes(data).String()
		base := "/v2/" + placeOf(req).repo + "/manifests/"
		for _, name := range []string{d, placeOf(req).name} {
			s.put(base+name, req.Header.Get("Content-Type"), data)
		}
		a = newAnswer(req)
		a.status = http.StatusCreated
		a.header.Set("Location", req.URL.Path)
		a.header.Set(digestHeader, d)
		if subject := subjectOf(req); subject != "" {
			a.header.Set("OCI-Subject", subject)
		}
		return a
	})(next)
	return handle(is("GET HEAD DELETE", manifests), s.serve)(handler)
}

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
