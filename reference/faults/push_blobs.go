package faults

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
)

func blobFaults() []Fault {
	return slices.Concat(rangeFaults(), startFaults(), wholeBlobFaults(), singlePostFaults(), chunkFaults(), closeFaults(), sessionFaults(), mountFaults(), digestFaults())
}

// nowhere is a Location at which there is nothing.
func nowhere(a *answer) {
	a.header.Set("Location", "/v2/"+placeOf(a.req).repo+"/blobs/"+zeros)
}

func startFaults() []Fault {
	return []Fault{
		fault("upload-start-201", "the start of an upload is answered 201",
			onAnswer(startUpload, ok(status(201))), require.PushBlobPostPutStartStatus),
		fault("upload-start-200", "the start of an upload is answered 200",
			onAnswer(startUpload, ok(status(200))), require.PushBlobPostPutStartStatus),
		fault("upload-start-no-location", "the start of an upload has no Location",
			onAnswer(startUpload, del("Location")), require.PushBlobPostPutStartLocation),
		fault("upload-start-bad-location", "the Location of an upload is no URL",
			onAnswer(startUpload, ok(set("Location", "http://[upload"))), require.PushBlobPostPutStartLocation),
		fault("upload-start-location-in-body", "the Location of an upload is in another header",
			onAnswer(startUpload, ok(func(a *answer) {
				a.header.Set("Docker-Upload-Location", a.header.Get("Location"))
				a.header.Del("Location")
			})), require.PushBlobPostPutStartLocation),
		fault("upload-session-numbered", "uploads are counted, and have no UUID",
			numberedSessions, require.PushBlobSessionUuid),
		fault("upload-session-same", "the UUID of each upload is the same, with a number behind it", sameSessions, require.PushBlobSessionUuid),
		fault("upload-session-short", "the UUID of an upload is cut to eight characters",
			renamedSessions(func(id string) string { return id[:8] }), require.PushBlobSessionUuid),
	}
}

func wholeBlobFaults() []Fault {
	return []Fault{
		fault("post-put-200", "the PUT of a blob is answered 200",
			onAnswer(putUpload, ok(status(200))), require.PushBlobPostPutStatus),
		fault("post-put-204-whole", "the PUT of a whole blob is answered 204",
			onAnswer(wholePut, ok(status(204))), require.PushBlobPostPutStatus),
		fault("post-put-202", "the PUT of a whole blob is answered 202",
			onAnswer(wholePut, ok(status(202))), require.PushBlobPostPutStatus),
		fault("post-put-twice-409", "a blob that is there already is refused with 409",
			handle(wholePut, func(next http.Handler, req *http.Request) *answer {
				d := req.URL.Query().Get("digest")
				there := ask(next, req, http.MethodHead, "/v2/"+placeOf(req).repo+"/blobs/"+d, nil).ok()
				a := pass(next, req)
				if there {
					refuse(409, "BLOB_UPLOAD_INVALID")(a)
				}
				return a
			}), require.PushBlobPostPutStatus),
		fault("post-put-no-location", "the PUT of a blob has no Location",
			onAnswer(putUpload, del("Location")), require.PushBlobPostPutLocation),
		fault("post-put-no-location-whole", "the PUT of a whole blob has no Location",
			onAnswer(wholePut, del("Location")), require.PushBlobPostPutLocation),
		fault("post-put-dead-location", "the Location of a blob leads nowhere",
			onAnswer(wholePut, ok(nowhere)), require.PushBlobPostPutLocationPullable),
		fault("post-put-stale-location", "the Location of a blob is that of its upload",
			onAnswer(putUpload, ok(func(a *answer) { a.header.Set("Location", a.req.URL.RequestURI()) })), require.PushBlobPostPutLocationPullable),
		fault("post-put-lost", "a blob that came in one PUT is not kept",
			forgetting(wholePut), require.PushBlobPostPutStored),
		fault("post-put-lost-1.0", "a blob that came in one PUT is not kept",
			forgetting(wholePut), require.PushBlobPostPutStored).in(require.V1_0),
		fault("post-put-swapped", "a blob that came in one PUT comes back corrupt",
			corrupting(wholePut), require.PushBlobPostPutStored),
		fault("blob-zero-bytes-400", "a blob of no bytes is refused",
			instead(putUpload.and(emptyContent), refuse(400, "SIZE_INVALID")), require.PushBlobZeroBytes),
		fault("blob-zero-bytes-lost", "a blob of no bytes is not kept",
			forgetting(is("PUT POST", session, uploads).and(emptyContent)), require.PushBlobZeroBytes),
		fault("post-put-mismatch-stored", "a blob that came in one PUT is stored under any digest",
			taking(wholePut.and(mismatched)), require.PushBlobPostPutDigestMismatch),
		fault("post-put-mismatch-422", "a digest of something else is answered 422",
			onAnswer(wholePut.and(wellFormed), on(400, refuse(422, "DIGEST_INVALID"))), require.PushBlobPostPutDigestMismatchStatus),
		fault("post-put-mismatch-500", "a digest of something else is answered 500",
			onAnswer(wholePut.and(wellFormed), on(400, refuse(500, "DIGEST_INVALID"))), require.PushBlobPostPutDigestMismatchStatus),
		fault("post-put-mismatch-201", "a digest of something else is answered 201, and nothing is stored",
			onAnswer(wholePut.and(wellFormed), on(400, status(201), text("", ""), nowhere)), require.PushBlobPostPutDigestMismatchStatus),
	}
}

// digestFaults are about digests that end an upload and are none.
func digestFaults() []Fault {
	malformed := putUpload.and(not(wellFormed), not(unknownAlgorithm))
	return []Fault{
		fault("digest-invalid-404", "an upload that ends with a malformed digest is answered 404",
			onAnswer(malformed, on(400, refuse(404, "DIGEST_INVALID"))), require.PushBlobDigestInvalidStatus),
		fault("digest-invalid-422", "an upload that ends with a malformed digest is answered 422",
			onAnswer(malformed, on(400, refuse(422, "DIGEST_INVALID"))), require.PushBlobDigestInvalidStatus),
		fault("digest-unsupported-415", "an upload that ends with a digest of an unknown algorithm is answered 415",
			onAnswer(putUpload.and(unknownAlgorithm), on(400, refuse(415, "UNSUPPORTED"))), require.PushBlobDigestUnsupportedStatus),
		fault("digest-unsupported-501", "an upload that ends with a digest of an unknown algorithm is answered 501",
			onAnswer(putUpload.and(unknownAlgorithm), on(400, refuse(501, "UNSUPPORTED"))), require.PushBlobDigestUnsupportedStatus),
	}
}

func singlePostFaults() []Fault {
	return []Fault{
		fault("single-post-404", "a single POST is not supported, and answered 404",
			instead(singlePost, refuse(404, "UNSUPPORTED")), require.PushBlobSinglePostUnsupported),
		fault("single-post-405", "a single POST is not supported, and answered 405",
			instead(singlePost, refuse(405, "UNSUPPORTED")), require.PushBlobSinglePostUnsupported),
		fault("single-post-202-no-location", "a single POST is answered 202 without a Location",
			instead(singlePost, status(202)), require.PushBlobSinglePostUnsupported),
		fault("single-post-200", "a single POST is answered 200",
			onAnswer(singlePost, ok(status(200))), require.PushBlobSinglePostStatus),
		fault("single-post-204-1.1", "a single POST is answered 204",
			onAnswer(singlePost, ok(status(204))), require.PushBlobSinglePostStatus).in(require.V1_1),
		fault("single-post-no-location", "a single POST that pushed a blob has no Location",
			onAnswer(singlePost, ok(del("Location"))), require.PushBlobSinglePostLocation),
		fault("single-post-dead-location", "the Location of a single POST leads nowhere",
			onAnswer(singlePost, ok(nowhere)), require.PushBlobSinglePostLocationPullable),
		fault("single-post-lost", "a blob that came in a single POST is not kept",
			forgetting(singlePost), require.PushBlobSinglePostStored),
		fault("single-post-swapped", "a blob that came in a single POST comes back corrupt",
			corrupting(singlePost), require.PushBlobSinglePostStored),
		fault("single-post-mismatch-stored", "a blob that came in a single POST is stored under any digest",
			taking(singlePost.and(mismatched)), require.PushBlobSinglePostDigestMismatch),
		fault("single-post-mismatch-422", "a single POST under the digest of something else is answered 422",
			onAnswer(singlePost.and(wellFormed), on(400, refuse(422, "DIGEST_INVALID"))), require.PushBlobSinglePostDigestMismatchStatus),
		fault("single-post-mismatch-404", "a single POST under the digest of something else is answered 404",
			onAnswer(singlePost.and(wellFormed), on(400, refuse(404, "BLOB_UNKNOWN"))), require.PushBlobSinglePostDigestMismatchStatus),
	}
}

func chunkFaults() []Fault {
	return []Fault{
		fault("chunk-minimum-silent", "chunks below 100 bytes are refused, which nobody was told",
			chain(onAnswer(startUpload, del("OCI-Chunk-Min-Length")), chunkMinimum(100, 416)), require.PushBlobChunkMinimum),
		fault("chunk-minimum-silent-400", "chunks below 64 bytes are refused with 400, which nobody was told",
			chain(onAnswer(startUpload, del("OCI-Chunk-Min-Length")), chunkMinimum(64, 400)), require.PushBlobChunkMinimum).in(require.V1_1),
		fault("chunk-201", "a chunk is answered 201",
			onAnswer(patch, ok(status(201))), require.PushBlobChunkStatus),
		fault("chunk-204", "a chunk with a Content-Range is answered 204",
			onAnswer(patch.and(has("Content-Range")), ok(status(204))), require.PushBlobChunkStatus),
		fault("chunk-200-1.0", "a chunk is answered 200",
			onAnswer(patch, ok(status(200))), require.PushBlobChunkStatus).in(require.V1_0),
		fault("chunk-405", "chunks are not supported",
			instead(patch, refuse(405, "UNSUPPORTED")), require.PushBlobChunkStatus),
		fault("chunk-no-location", "a chunk has no Location",
			onAnswer(patch, del("Location")), require.PushBlobChunkLocation),
		fault("chunk-no-range", "a chunk has no Range",
			onAnswer(patch, ok(del("Range"))), require.PushBlobChunkRange),
		fault("chunk-range-unit", "the Range of a chunk has a unit",
			onAnswer(patch, ok(setFrom("Range", func(v string) string { return "bytes=" + v }))), require.PushBlobChunkRange),
		fault("chunk-range-exclusive", "the Range of a chunk ends behind its last byte",
			onAnswer(patch, ok(setFrom("Range", func(v string) string { return moveEnd(v, 1) }))), require.PushBlobChunkRange),
		fault("chunk-range-of-chunk", "the Range of a chunk is that of the chunk alone",
			onAnswer(patch.and(has("Content-Range")), ok(func(a *answer) { a.header.Set("Range", a.req.Header.Get("Content-Range")) })), require.PushBlobChunkRange),
		fault("chunk-range-first", "the Range stays that of the first chunk",
			onAnswer(patch.and(has("Content-Range")), ok(func(a *answer) {
				if length := a.req.ContentLength; length > 0 {
					a.header.Set("Range", fmt.Sprintf("0-%d", length-1))
				}
			})), require.PushBlobChunkRange).in(require.V1_1),
		fault("chunk-gap-accepted", "a chunk after a gap is accepted",
			onRequest(patch.and(contentRange(`^[1-9]`)), func(req *http.Request) { req.Header.Del("Content-Range") }), require.PushBlobChunkOutOfOrder),
		fault("chunk-again-accepted", "a chunk that was sent already is accepted again",
			onRequest(patch.and(contentRange(`^0-`)), func(req *http.Request) { req.Header.Del("Content-Range") }), require.PushBlobChunkOutOfOrder),
		fault("chunk-out-of-order-400", "a chunk out of order is answered 400",
			onAnswer(patch, on(416, refuse(400, "BLOB_UPLOAD_INVALID"))), require.PushBlobChunkOutOfOrder),
		fault("chunk-out-of-order-202", "a chunk out of order is answered 202, and dropped",
			onAnswer(patch, on(416, func(a *answer) {
				a.status, a.body, a.header = 202, nil, http.Header{"Location": {a.req.URL.RequestURI()}, "Range": {"0-0"}}
			})), require.PushBlobChunkOutOfOrder),
		fault("chunk-out-of-order-500-1.0", "a chunk out of order is answered 500",
			onAnswer(patch, on(416, refuse(500, "UNKNOWN"))), require.PushBlobChunkOutOfOrder).in(require.V1_0),
		fault("chunk-out-of-order-ends", "a chunk out of order ends the upload",
			handle(patch, func(next http.Handler, req *http.Request) *answer {
				a := pass(next, req)
				if a.status == http.StatusRequestedRangeNotSatisfiable {
					ask(next, req, http.MethodDelete, req.URL.Path, nil)
				}
				return a
			}), require.PushBlobChunkOutOfOrderResume),
		fault("chunk-out-of-order-resets", "after a chunk out of order the upload begins anew",
			resetting, require.PushBlobChunkOutOfOrderResume),
		fault("stream-411", "a stream without a length is refused",
			instead(patch.and(streamed), refuse(411, "SIZE_INVALID")), require.PushBlobStreamAccepted),
		fault("stream-400", "a PATCH without a Content-Range is refused",
			instead(patch.and(not(has("Content-Range"))), refuse(400, "BLOB_UPLOAD_INVALID")), require.PushBlobStreamAccepted),
		fault("stream-lost", "of a stream nothing is kept",
			handle(patch.and(streamed), func(next http.Handler, req *http.Request) *answer {
				changed := req.Clone(req.Context())
				write(changed, nil)
				return pass(next, changed)
			}), require.PushBlobStreamAccepted),
		fault("stream-mismatch-stored", "a stream is stored under any digest",
			takingAfter(patch.and(streamed)), require.PushBlobStreamDigestMismatch),
	}
}

func closeFaults() []Fault {
	return []Fault{
		fault("chunk-close-200", "the PUT that ends chunks is answered 200",
			onAnswer(closingPut, ok(status(200))), require.PushBlobChunkCloseStatus),
		fault("chunk-close-204-with-last", "the PUT with the last chunk is answered 204",
			onAnswer(putUpload.and(has("Content-Range")), ok(status(204))), require.PushBlobChunkCloseStatus),
		fault("chunk-close-no-location", "the PUT that ends chunks has no Location",
			onAnswer(closingPut, del("Location")), require.PushBlobChunkCloseLocation),
		fault("chunk-close-dead-location", "the Location of a blob in chunks leads nowhere",
			onAnswer(closingPut, ok(nowhere)), require.PushBlobChunkCloseLocationPullable),
		fault("chunk-close-out-of-order-400", "a last chunk out of order is answered 400",
			onAnswer(putUpload, on(416, refuse(400, "BLOB_UPLOAD_INVALID"))), require.PushBlobChunkCloseOutOfOrder),
		fault("chunk-close-out-of-order-201", "a last chunk after a gap is accepted",
			onAnswer(putUpload, on(416, status(201), text("", ""), nowhere)), require.PushBlobChunkCloseOutOfOrder),
		fault("chunk-close-range-ignored", "the Content-Range of a last chunk is not looked at",
			onRequest(putUpload, func(req *http.Request) { req.Header.Del("Content-Range") }), require.PushBlobChunkCloseOutOfOrder),
		fault("chunk-lost", "a blob that came in chunks is not kept",
			forgetting(closingPut), require.PushBlobChunkStored),
		fault("chunk-last-lost", "a last chunk in the PUT is not kept",
			corrupting(putUpload.and(has("Content-Range"))), require.PushBlobChunkStored),
		fault("chunk-last-refused", "a last chunk in the PUT is refused",
			instead(putUpload.and(has("Content-Range")), refuse(400, "BLOB_UPLOAD_INVALID")), require.PushBlobChunkCloseStatus),
		fault("chunk-mismatch-stored", "a blob that came in chunks is stored under any digest",
			takingAfter(patch.and(has("Content-Range"))), require.PushBlobChunkDigestMismatch),
		fault("chunk-mismatch-422", "chunks under the digest of something else are answered 422",
			onAnswer(closingPut.and(wellFormed), on(400, refuse(422, "DIGEST_INVALID"))), require.PushBlobChunkDigestMismatchStatus),
		fault("chunk-mismatch-500", "chunks under the digest of something else are answered 500",
			onAnswer(closingPut.and(wellFormed), on(400, refuse(500, "UNKNOWN"))), require.PushBlobChunkDigestMismatchStatus),
	}
}

// Conditions on uploads.

func digestOf(req *http.Request) string { return req.URL.Query().Get("digest") }

// wellFormed matches uploads that end with a digest, be it the right one.
func wellFormed(req *http.Request) bool {
	_, err := digest.Parse(digestOf(req))
	return err == nil
}

func unknownAlgorithm(req *http.Request) bool {
	return strings.HasPrefix(digestOf(req), "nosuchalgorithm:") || strings.HasPrefix(placeOf(req).name, "nosuchalgorithm:")
}

// mismatched matches uploads with a digest of something else.
func mismatched(req *http.Request) bool {
	d, err := digest.Parse(digestOf(req))
	return err == nil && d.Algorithm().FromBytes(read(req)) != d
}

func emptyContent(req *http.Request) bool {
	return digestOf(req) == digest.FromString("").String()
}

func streamed(req *http.Request) bool {
	return req.ContentLength < 0 && req.Header.Get("Content-Range") == ""
}

func contentRange(pattern string) when {
	compiled := regexp.MustCompile(pattern)
	return func(req *http.Request) bool { return compiled.MatchString(req.Header.Get("Content-Range")) }
}

// moveEnd moves the end of a range, written as 0-127.
func moveEnd(value string, by int) string {
	first, last, _ := strings.Cut(value, "-")
	end, err := strconv.Atoi(last)
	if err != nil {
		return value
	}
	return fmt.Sprintf("%s-%d", first, end+by)
}

// Behaviour that is more than a change.

// forgetting answers pushes with success and deletes the blob at once.
func forgetting(w when) Middleware {
	return handle(w, func(next http.Handler, req *http.Request) *answer {
		a := pass(next, req)
		if a.status == http.StatusCreated {
			q := req.URL.Query()
			ask(next, req, http.MethodDelete, "/v2/"+placeOf(req).repo+"/blobs/"+q.Get("digest")+q.Get("mount"), nil)
		}
		return a
	})
}

// corrupting gives the blobs back with another last byte that were pushed by
// requests that match.
func corrupting(w when) Middleware {
	return func(next http.Handler) http.Handler {
		corrupt := newMarks()
		handler := handle(w, func(next http.Handler, req *http.Request) *answer {
			a := pass(next, req)
			if a.ok() {
				corrupt.add("/v2/" + placeOf(req).repo + "/blobs/" + digestOf(req))
			}
			return a
		})(next)
		return onAnswer(getBlob.and(func(req *http.Request) bool { return corrupt.has(req.URL.Path) }), ok(body(flipLast)))(handler)
	}
}

// takingAfter accepts any digest for uploads that have received content by
// requests that match.
func takingAfter(w when) Middleware {
	return func(next http.Handler) http.Handler {
		marked := newMarks()
		handler := taking(putUpload.and(wellFormed, func(req *http.Request) bool { return marked.has(req.URL.Path) }))(next)
		return http.HandlerFunc(func(out http.ResponseWriter, req *http.Request) {
			if w(req) {
				marked.add(req.URL.Path)
			}
			handler.ServeHTTP(out, req)
		})
	}
}
