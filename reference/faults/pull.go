package faults

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	require "assay/conformance/requirements"
)

// indented is JSON laid out for readers.
func indented(b []byte) []byte {
	var out bytes.Buffer
	if json.Indent(&out, b, "", "  ") != nil {
		return b
	}
	return out.Bytes()
}

func flipLast(b []byte) []byte {
	if len(b) > 0 {
		b = bytes.Clone(b)
		b[len(b)-1] ^= 1
	}
	return b
}

func nothing([]byte) []byte { return nil }

// addLength changes Content-Length, which only answers to HEAD have of their
// own.
func addLength(n int) change {
	return setFrom("Content-Length", func(value string) string {
		size, _ := strconv.Atoi(value)
		return strconv.Itoa(size + n)
	})
}

const (
	digestHeader = "Docker-Content-Digest"
	emptyIndex   = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}`
	indexType    = "application/vnd.oci.image.index.v1+json"
	imageType    = "application/vnd.oci.image.manifest.v1+json"
)

func pullFaults() []Fault {
	return []Fault{
		fault("ping-404", "/v2/ is answered 404",
			onAnswer(is("GET", root), refuse(404, "UNSUPPORTED")), require.PullSupportStatus),
		fault("ping-204", "/v2/ is answered 204", onAnswer(is("GET", root), status(204)), require.PullSupportStatus),
		fault("ping-500", "/v2/ is answered 500", onAnswer(is("GET", root), refuse(500, "UNKNOWN")), require.PullSupportStatus),

		fault("manifest-get-203", "a manifest is answered 203",
			onAnswer(getManifest, ok(status(203))), require.PullManifestGetStatus),
		fault("manifest-get-206-by-digest", "a manifest asked for by digest is answered 206",
			onAnswer(getManifest.and(byDigest), ok(status(206))), require.PullManifestGetStatus),
		fault("manifest-get-404-by-tag", "a tag cannot be pulled, though HEAD finds it",
			onAnswer(getManifest.and(byTag), refuse(404, "MANIFEST_UNKNOWN")), require.PullManifestGetStatus),
		fault("manifest-get-indented", "a manifest is laid out anew when it is pulled",
			onAnswer(getManifest, ok(body(indented))), require.PullManifestGetBytes),
		fault("manifest-get-newline-by-tag", "a manifest pulled by tag has one more newline",
			onAnswer(getManifest.and(byTag), ok(body(func(b []byte) []byte { return append(b, '\n') }))), require.PullManifestGetBytes),
		fault("manifest-get-empty-by-digest", "a manifest pulled by digest has no body",
			onAnswer(getManifest.and(byDigest), ok(body(nothing))), require.PullManifestGetBytes),
		fault("manifest-get-corrupt", "the last byte of a manifest is another",
			onAnswer(getManifest, ok(body(flipLast))), require.PullManifestGetBytes),
		fault("tag-stale", "a tag gives what it gave when it was first pulled", staleTags, require.PullManifestGetBytes),
		fault("tag-moved-404", "a tag is not there while it is moved", movedTags, require.PullManifestGetBytes),
		fault("manifest-get-no-digest", "a manifest is pulled without Docker-Content-Digest",
			onAnswer(getManifest, del(digestHeader)), require.PullManifestGetDigestHeader),
		fault("manifest-get-no-digest-by-tag", "a manifest is pulled by tag without Docker-Content-Digest",
			onAnswer(getManifest.and(byTag), del(digestHeader)), require.PullManifestGetDigestHeader),
		fault("manifest-get-no-digest-1.1", "a manifest is pulled by digest without Docker-Content-Digest",
			onAnswer(getManifest.and(byDigest), del(digestHeader)), require.PullManifestGetDigestHeader).in(require.V1_1),
		fault("manifest-get-wrong-digest", "Docker-Content-Digest is of nothing when a manifest is pulled",
			onAnswer(getManifest, ok(set(digestHeader, zeros))), require.PullManifestGetDigestValue),
		fault("manifest-get-bad-digest-by-tag", "Docker-Content-Digest is no digest when a tag is pulled",
			onAnswer(getManifest.and(byTag), ok(set(digestHeader, "latest"))), require.PullManifestGetDigestValue),
		fault("manifest-get-unknown-400", "a manifest that is not there is answered 400",
			onAnswer(getManifest, on(404, refuse(400, "MANIFEST_INVALID"))), require.PullManifestGetUnknown),
		fault("manifest-get-unknown-403-by-tag", "a tag that is not there is answered 403",
			onAnswer(getManifest.and(byTag), on(404, refuse(403, "DENIED"))), require.PullManifestGetUnknown),
		fault("manifest-get-unknown-200-by-digest", "a digest that is not there is answered with an empty index",
			onAnswer(getManifest.and(byDigest), on(404, status(200), text(indexType, emptyIndex))), require.PullManifestGetUnknown),
		fault("manifest-get-unknown-500", "a manifest that is not there is answered 500",
			onAnswer(getManifest, on(404, refuse(500, "UNKNOWN"))), require.PullManifestGetUnknown),
		fault("reference-guessed", "a reference that is no reference gives the newest manifest",
			guessing(func(req *http.Request) bool { return strings.Contains(placeOf(req).name, "baddigest") }), require.PullManifestReference),
		fault("reference-hidden", "a reference that begins with a dot gives the newest manifest",
			guessing(func(req *http.Request) bool { return strings.HasPrefix(placeOf(req).name, ".") }), require.PullManifestReference),
		fault("reference-at-sign", "what comes before an at sign is taken for all of a reference",
			guessing(func(req *http.Request) bool { return strings.Contains(placeOf(req).name, "@") }), require.PullManifestReference),
		fault("reference-short", "a digest that is too short gives the manifest that it begins",
			guessing(nameLike(`^sha256:[0-9a-f]{6,63}$`)), require.PullManifestReference),
		fault("content-type-charset", "the Content-Type of a manifest has a charset",
			onAnswer(pullManifest, ok(setFrom("Content-Type", func(v string) string { return v + "; charset=utf-8" }))), require.PullManifestContentTypeParameters),
		fault("content-type-charset-by-tag", "the Content-Type of a manifest has a charset when a tag is pulled",
			onAnswer(getManifest.and(byTag), ok(setFrom("Content-Type", func(v string) string { return v + ";charset=utf-8" }))), require.PullManifestContentTypeParameters),
		fault("content-type-json", "every manifest is application/json",
			onAnswer(getManifest, ok(set("Content-Type", "application/json"))), require.PullManifestContentTypePushed),
		fault("content-type-docker-by-digest", "a manifest pulled by digest is called one of Docker's",
			onAnswer(getManifest.and(byDigest), ok(setFrom("Content-Type", func(v string) string {
				return strings.Replace(v, imageType, "application/vnd.docker.distribution.manifest.v2+json", 1)
			}))), require.PullManifestContentTypePushed),
		fault("content-type-absent", "a manifest has no Content-Type",
			onAnswer(getManifest, ok(del("Content-Type"))), require.PullManifestContentTypePushed),

		fault("manifest-head-405", "HEAD of a manifest is not supported",
			instead(headManifest, status(405)), require.PullManifestHeadStatus),
		fault("manifest-head-204", "HEAD of a manifest is answered 204",
			onAnswer(headManifest, ok(status(204), del("Content-Length"))), require.PullManifestHeadStatus),
		fault("manifest-head-404-by-tag", "HEAD finds no tags",
			onAnswer(headManifest.and(byTag), status(404)), require.PullManifestHeadStatus),
		fault("manifest-head-no-digest", "HEAD of a manifest has no Docker-Content-Digest",
			onAnswer(headManifest, del(digestHeader)), require.PullManifestHeadDigestHeader),
		fault("manifest-head-no-digest-1.0", "HEAD of a manifest has no Docker-Content-Digest",
			onAnswer(headManifest, del(digestHeader)), require.PullManifestHeadDigestHeader).in(require.V1_0),
		fault("manifest-head-wrong-digest", "Docker-Content-Digest is of nothing when HEAD asks for a manifest",
			onAnswer(headManifest, ok(set(digestHeader, zeros))), require.PullManifestHeadDigestValue),
		fault("manifest-head-no-length", "HEAD of a manifest has no Content-Length",
			onAnswer(headManifest, ok(del("Content-Length"))), require.PullManifestHeadLength),
		fault("manifest-head-wrong-length", "HEAD of a manifest tells one byte more than there is",
			onAnswer(headManifest, ok(addLength(1))), require.PullManifestHeadLength),
		fault("manifest-head-zero-length-1.1", "HEAD of a manifest tells of no bytes",
			onAnswer(headManifest, ok(set("Content-Length", "0"))), require.PullManifestHeadLength).in(require.V1_1),
		fault("manifest-head-unknown-200", "HEAD finds every manifest",
			onAnswer(headManifest, on(404, status(200), set(digestHeader, zeros))), require.PullManifestHeadUnknown),
		fault("manifest-head-unknown-400-by-digest", "HEAD of a digest that is not there is answered 400",
			onAnswer(headManifest.and(byDigest), on(404, status(400))), require.PullManifestHeadUnknown),
		fault("manifest-head-unknown-403-by-tag", "HEAD of a tag that is not there is answered 403",
			onAnswer(headManifest.and(byTag), on(404, status(403))), require.PullManifestHeadUnknown),

		fault("blob-get-206", "a blob is answered 206 though nobody asked for a part",
			onAnswer(getBlob.and(not(has("Range"))), ok(status(206))), require.PullBlobGetStatus),
		fault("blob-get-404", "blobs cannot be pulled, though HEAD finds them",
			onAnswer(getBlob, refuse(404, "BLOB_UNKNOWN")), require.PullBlobGetStatus),
		fault("blob-get-corrupt", "the last byte of a blob is another",
			onAnswer(getBlob.and(not(has("Range"))), ok(body(flipLast))), require.PullBlobGetBytes),
		fault("blob-get-truncated", "the last byte of a blob is missing",
			onAnswer(getBlob.and(not(has("Range"))), ok(body(func(b []byte) []byte { return b[:max(0, len(b)-1)] }))), require.PullBlobGetBytes),
		fault("blob-get-empty", "a blob has no body",
			onAnswer(getBlob.and(not(has("Range"))), ok(body(nothing))), require.PullBlobGetBytes),
		fault("blob-get-no-digest", "a blob is pulled without Docker-Content-Digest",
			onAnswer(getBlob, del(digestHeader)), require.PullBlobGetDigestHeader),
		fault("blob-get-no-digest-1.1", "a blob is pulled without Docker-Content-Digest",
			onAnswer(getBlob, del(digestHeader)), require.PullBlobGetDigestHeader).in(require.V1_1),
		fault("blob-get-wrong-digest", "Docker-Content-Digest is of nothing when a blob is pulled",
			onAnswer(getBlob, ok(set(digestHeader, zeros))), require.PullBlobGetDigestValue),
		fault("blob-get-unknown-400", "a blob that is not there is answered 400",
			onAnswer(getBlob, on(404, refuse(400, "DIGEST_INVALID"))), require.PullBlobGetUnknown),
		fault("blob-get-unknown-200", "a blob that is not there is answered as one of no bytes",
			onAnswer(getBlob, on(404, status(200), text("application/octet-stream", ""))), require.PullBlobGetUnknown),
		fault("blob-get-unknown-500", "a blob that is not there is answered 500",
			onAnswer(getBlob, on(404, refuse(500, "UNKNOWN"))), require.PullBlobGetUnknown),
		fault("blob-get-unknown-403", "a blob that is not there is answered 403",
			onAnswer(getBlob, on(404, refuse(403, "DENIED"))), require.PullBlobGetUnknown),
		fault("blob-head-405", "HEAD of a blob is not supported",
			instead(headBlob, status(405)), require.PullBlobHeadStatus),
		fault("blob-head-202", "HEAD of a blob is answered 202",
			onAnswer(headBlob, ok(status(202))), require.PullBlobHeadStatus),
		fault("blob-head-no-digest", "HEAD of a blob has no Docker-Content-Digest",
			onAnswer(headBlob, del(digestHeader)), require.PullBlobHeadDigestHeader),
		fault("blob-head-wrong-digest", "Docker-Content-Digest is of nothing when HEAD asks for a blob",
			onAnswer(headBlob, ok(set(digestHeader, zeros))), require.PullBlobHeadDigestValue),
		fault("blob-head-no-length", "HEAD of a blob has no Content-Length",
			onAnswer(headBlob, ok(del("Content-Length"))), require.PullBlobHeadLength),
		fault("blob-head-wrong-length", "HEAD of a blob tells one byte less than there is",
			onAnswer(headBlob, ok(addLength(-1))), require.PullBlobHeadLength),
		fault("blob-head-unknown-200", "HEAD finds every blob",
			onAnswer(headBlob, on(404, status(200))), require.PullBlobHeadUnknown),
		fault("blob-head-unknown-400", "HEAD of a blob that is not there is answered 400",
			onAnswer(headBlob, on(404, status(400))), require.PullBlobHeadUnknown),

		fault("repository-unknown-manifest-403", "a manifest of a repository that does not exist is answered 403",
			onAnswer(pullManifest.and(missingRepository), on(404, refuse(403, "DENIED"))), require.PullRepositoryUnknownManifest),
		fault("repository-unknown-manifest-400", "a manifest of a repository that does not exist is answered 400",
			onAnswer(pullManifest.and(missingRepository), on(404, refuse(400, "NAME_INVALID"))), require.PullRepositoryUnknownManifest),
		fault("repository-unknown-blob-403", "a blob of a repository that does not exist is answered 403",
			onAnswer(pullBlob.and(missingRepository), on(404, refuse(403, "DENIED"))), require.PullRepositoryUnknownBlob),
		fault("repository-any-manifest", "a manifest is given from whichever repository has it",
			orElsewhere(pullManifest.and(byDigest)), require.PullRepositoryUnknownManifest, require.SecurityIsolationManifest),
		fault("repository-any-blob", "a blob is given from whichever repository has it",
			orElsewhere(pullBlob), require.PullRepositoryUnknownBlob, require.SecurityIsolationBlob),
	}
}

// staleTags is a cache in front of tags that does not see that they move.
func staleTags(next http.Handler) http.Handler {
	var mu sync.Mutex
	seen := map[string]answer{}
	return handle(getManifest.and(byTag), func(next http.Handler, req *http.Request) *answer {
		mu.Lock()
		defer mu.Unlock()
		a := pass(next, req)
		if old, cached := seen[req.URL.Path]; cached && a.ok() {
			old.req, old.header = req, old.header.Clone()
			return &old
		}
		if a.ok() {
			copied := *a
			copied.header = a.header.Clone()
			seen[req.URL.Path] = copied
		}
		return a
	})(next)
}

// movedTags deletes a tag before it makes it anew, and takes its time: until
// somebody asked for the tag, or nobody does.
func movedTags(next http.Handler) http.Handler {
	var mu sync.Mutex
	moving := map[string]chan struct{}{}
	handler := handle(putManifest.and(byTag), func(next http.Handler, req *http.Request) *answer {
		if ask(next, req, http.MethodHead, req.URL.Path, nil).status != http.StatusOK {
			return pass(next, req)
		}
		asked := make(chan struct{}, 1)
		mu.Lock()
		moving[req.URL.Path] = asked
		mu.Unlock()
		timer := time.NewTimer(20 * time.Millisecond)
		defer timer.Stop()
		select {
		case <-asked:
		case <-timer.C:
		}
		mu.Lock()
		delete(moving, req.URL.Path)
		mu.Unlock()
		return pass(next, req)
	})(next)
	return handle(getManifest.and(byTag), func(next http.Handler, req *http.Request) *answer {
		mu.Lock()
		asked := moving[req.URL.Path]
		mu.Unlock()
		if asked == nil {
			return pass(next, req)
		}
		select {
		case asked <- struct{}{}:
		default:
		}
		a := newAnswer(req)
		refuse(404, "MANIFEST_UNKNOWN")(a)
		return a
	})(handler)
}

// guessing answers the references that match, and that are none, with the
// manifest that was pushed last.
func guessing(w when) Middleware {
	return func(next http.Handler) http.Handler {
		var mu sync.Mutex
		newest := map[string]string{} // digests by repository
		handler := handle(putManifest, func(next http.Handler, req *http.Request) *answer {
			a := pass(next, req)
			if d := a.header.Get(digestHeader); a.ok() && d != "" {
				mu.Lock()
				newest[placeOf(req).repo] = d
				mu.Unlock()
			}
			return a
		})(next)
		return handle(pullManifest.and(w), func(next http.Handler, req *http.Request) *answer {
			a, at := pass(next, req), placeOf(req)
			mu.Lock()
			d := newest[at.repo]
			mu.Unlock()
			if a.ok() || d == "" {
				return a
			}
			return ask(next, req, req.Method, "/v2/"+at.repo+"/manifests/"+d, nil)
		})(handler)
	}
}
