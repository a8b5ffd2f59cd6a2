package faults

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
)

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
		variant("sha512-refused-422", "SHA-512 is refused with 422",
			instead(is("PUT POST").and(func(req *http.Request) bool {
				q := req.URL.Query()
				return strings.HasPrefix(placeOf(req).name+digestOf(req)+q.Get("mount")+q.Get("digest-algorithm"), "sha512")
			}), refuse(422, "UNSUPPORTED"))).in(require.V1_1),
		variant("sha512-refused-1.1", "SHA-512 is not supported at the end of an upload",
			instead(is("PUT POST").and(func(req *http.Request) bool {
				return strings.HasPrefix(placeOf(req).name+digestOf(req), "sha512:")
			}), refuse(400, "UNSUPPORTED"))).in(require.V1_1),
		variant("cancel-404", "uploads cannot be cancelled, and are not found then", instead(cancelUpload, refuse(404, "BLOB_UPLOAD_UNKNOWN"))),
		variant("cancel-405", "uploads cannot be cancelled", instead(cancelUpload, refuse(405, "UNSUPPORTED"))),
		variant("session-unknown-cancel-400", "the cancelling of an upload that is not there is answered 400",
			onAnswer(cancelUpload, on(404, refuse(400, "BLOB_UPLOAD_INVALID")))),
		variant("manifest-limit", "manifests over 4 MiB are answered 413",
			instead(putManifest.and(longerThan(4<<20)), refuse(413, "SIZE_INVALID"))),
		variant("manifest-missing-blob-named-404", "a manifest whose blobs are missing is answered 404 with MANIFEST_BLOB_UNKNOWN",
			onAnswer(putManifest, missingBlob(404))),
		variant("manifest-missing-blob-named-400", "a manifest whose blobs are missing is answered 400 with MANIFEST_BLOB_UNKNOWN",
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
