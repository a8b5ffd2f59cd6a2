package faults

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	require "assay/conformance/requirements"
	"assay/reference"
)

// Variants lists every variant.
func Variants() []Variant {
	return slices.Concat(
		locationVariants(), uploadVariants(), pullVariants(), pageVariants(), deleteVariants(),
		absentVariants(), errorVariants(), referenceVariants(), patienceVariants(), loginVariants(),
	)
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
	// every answers one request in so many with c instead.
	every := func(many int64, c ...change) Middleware {
		return func(next http.Handler) http.Handler {
			var count atomic.Int64
			return handle(always, func(next http.Handler, req *http.Request) *answer {
				if count.Add(1)%many != 0 {
					return pass(next, req)
				}
				a := newAnswer(req)
				all(c...)(a)
				return a
			})(next)
		}
	}
	return []Variant{
		variant("too-many-requests", "some requests are answered 429, to be sent again at once", every(10, refuse(429, "TOOMANYREQUESTS"), set("Retry-After", "0"))),
		variant("too-many-requests-date", "some requests are answered 429, to be sent again at a time that has passed",
			every(10, refuse(429, "TOOMANYREQUESTS"), set("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"))),
		variant("unavailable", "some requests are answered 503, to be sent again at once", every(10, status(503), set("Retry-After", "0"))),
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
		variant("too-many-requests-bare", "some requests are answered 429, which does not say how long to wait", every(30, refuse(429, "TOOMANYREQUESTS"))),
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
		variant("other-repositories-401", "a login is wanted for repositories that are not the run's",
			instead(func(req *http.Request) bool {
				repo := placeOf(req).repo
				return repo != "" && repo != "assay/one" && repo != "assay/two" && !strings.HasPrefix(repo, "assay/one-missing-") &&
					!is("GET HEAD")(req)
			}, refuse(401, "UNAUTHORIZED"), set("WWW-Authenticate", `Basic realm="assay"`))),
		variant("read-anonymous", "everybody may read, a login is wanted to write", letIn(is("GET HEAD"))).with(withLogin),
	}
}
