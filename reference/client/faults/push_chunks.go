package faults

import (
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
	"assay/reference/client"
	. "assay/reference/client/faults/behaviour"
)

// chunked makes a client push blobs in three chunks.
func chunked(change Change) Change {
	return Chain(With(func(h *client.Habits) { h.Chunks = 3 }), change)
}

// ordered makes a client send chunks in another order.
func ordered(order func([]client.Span) []client.Span) Change {
	return chunked(Break(func(r *client.Rules) { r.Order = order }))
}

func chunkFaults() []Fault {
	return []Fault{
		fault("chunk-start-no-length", "the POST that begins an upload in chunks has no Content-Length",
			chunked(OnRequest(StartUpload, WithoutLength)), require.ClientPushChunkedStartLength),
		fault("chunk-start-content", "the POST that begins an upload in chunks has content",
			chunked(OnRequest(StartUpload, Body([]byte("{}")))), require.ClientPushChunkedStartLength),
		fault("chunk-algorithm-upper-case", "an upload in chunks for a digest of SHA-512 begins with digest-algorithm=SHA512",
			chunked(OnRequest(StartUpload.And(WithQuery("digest-algorithm")), SetParameter("digest-algorithm", strings.ToUpper))), require.ClientPushChunkedDigestAlgorithm),
		fault("chunk-no-algorithm", "an upload in chunks for a digest of SHA-512 begins without digest-algorithm",
			chunked(OnRequest(StartUpload, DelParameter("digest-algorithm"))), require.ClientPushChunkedDigestAlgorithm),
		fault("chunk-range-exclusive", "the Content-Range of a chunk ends behind its last byte",
			chunked(OnRequest(Chunk, HeaderFrom("Content-Range", EndLater))), require.ClientPushChunkedRangeInclusive),
		fault("chunk-range-exclusive-later", "the Content-Range of each chunk but the first ends behind its last byte",
			chunked(OnRequest(Chunk.And(HeaderLike("Content-Range", "^[1-9]")), HeaderFrom("Content-Range", EndLater))), require.ClientPushChunkedRangeInclusive),
		fault("chunk-range-from-one", "the ranges of chunks count from 1",
			chunked(OnRequest(Chunk, HeaderFrom("Content-Range", func(v string) string { return OneLater(EndLater(v)) }))), require.ClientPushChunkedRangeFirst),
		fault("chunk-range-unit", "the Content-Range of a chunk begins with bytes",
			chunked(OnRequest(Chunk, HeaderFrom("Content-Range", func(v string) string { return "bytes " + v }))), require.ClientPushChunkedRangeFormat),
		fault("chunk-range-equals", "the Content-Range of a chunk begins with bytes=",
			chunked(OnRequest(Chunk, HeaderFrom("Content-Range", func(v string) string { return "bytes=" + v }))), require.ClientPushChunkedRangeFormat),
		fault("chunk-range-total", "the Content-Range of a chunk ends with the size of the blob",
			chunked(OnRequest(Chunk, HeaderFrom("Content-Range", func(v string) string { return v + "/*" }))), require.ClientPushChunkedRangeFormat),
		fault("chunk-range-unit-last", "the Content-Range of the last chunk, in the PUT, begins with bytes",
			Chain(With(func(h *client.Habits) { h.Chunks, h.LastInPut = 3, true }),
				OnRequest(CloseUpload.And(WithHeader("Content-Range")), HeaderFrom("Content-Range", func(v string) string { return "bytes " + v }))),
			require.ClientPushChunkedRangeFormat),
		fault("chunk-range-missing", "chunks have no Content-Range",
			chunked(OnRequest(Chunk, DelHeader("Content-Range"))), require.ClientPushChunkedRange),
		fault("chunk-minimum-ignored", "chunks are shorter than OCI-Chunk-Min-Length",
			chunked(OnAnswer(StartUpload, NoHeader("OCI-Chunk-Min-Length"))), require.ClientPushChunkedMinLength),
		fault("chunk-first-location", "each chunk goes to the Location that the upload began with",
			chunked(FirstLocation(Chunk)), require.ClientPushChunkedLocation),
		fault("chunk-previous-location", "a chunk goes to the Location of the answer before the last one",
			chunked(StaleLocation(Chunk.And(HeaderLike("Content-Range", "^0-")), Chunk)), require.ClientPushChunkedLocation),
		fault("chunk-swapped", "the first two chunks are sent in the wrong order",
			ordered(func(s []client.Span) []client.Span {
				if len(s) > 1 {
					s[0], s[1] = s[1], s[0]
				}
				return s
			}), require.ClientPushChunkedOrder, require.ClientPushChunkedRangeFirst),
		fault("chunk-last-two-swapped", "the last two chunks are sent in the wrong order",
			ordered(func(s []client.Span) []client.Span {
				if n := len(s); n > 2 {
					s[n-1], s[n-2] = s[n-2], s[n-1]
				}
				return s
			}), require.ClientPushChunkedOrder),
		fault("chunk-gap", "the second chunk is left out",
			ordered(func(s []client.Span) []client.Span {
				if len(s) > 2 {
					return append(s[:1:1], s[2:]...)
				}
				return s
			}), require.ClientPushChunkedOrder),
		fault("chunk-twice", "the second chunk is sent twice",
			ordered(func(s []client.Span) []client.Span {
				if len(s) > 1 {
					return append([]client.Span{s[0], s[1]}, s[1:]...)
				}
				return s
			}), require.ClientPushChunkedOrder),
		fault("chunk-never-closed", "an upload in chunks is not closed",
			chunked(Skip(CloseUpload, 201)), require.ClientPushChunkedClose),
		fault("chunk-closed-by-post", "an upload in chunks is closed by POST",
			chunked(OnRequest(CloseUpload, Method(http.MethodPost))), require.ClientPushChunkedClose),
		fault("chunk-digest-of-last", "the PUT that closes an upload in chunks has the digest of the last chunk",
			Chain(With(func(h *client.Habits) { h.Chunks, h.LastInPut = 3, true }), DigestOfBody), require.ClientPushChunkedDigest),
		fault("chunk-digest-missing", "the PUT that closes an upload in chunks has no digest",
			chunked(OnRequest(CloseUpload, DelParameter("digest"))), require.ClientPushChunkedDigest),
		fault("chunk-digest-of-nothing", "the PUT that closes an upload in chunks has the digest of its own empty body",
			chunked(OnRequest(CloseUpload, SetParameter("digest", func(string) string { return digest.FromBytes(nil).String() }))), require.ClientPushChunkedDigest),
	}
}

func sessionFaults() []Fault {
	trusting := OnAnswer(Or(CloseUpload, PutManifest), Trusting)
	return []Fault{
		fault("status-location-ignored", "after the state of an upload was asked for, the next chunk goes where the question went",
			chunked(StaleLocation(UploadStatus, Or(Chunk, CloseUpload))), require.ClientPushChunkedStatusLocation),
		fault("chunk-416-ignored", "after a 416, the next chunk is sent as if nothing was wrong",
			chunked(Chain(OnAnswer(Chunk, On(416, Status(202))), trusting)), require.ClientPushChunkedResume),
		fault("chunk-416-taken", "a 416 is taken for the end of the upload",
			chunked(Chain(OnAnswer(Chunk, On(416, Status(202))), Skip(CloseUpload, 201), OnAnswer(PutManifest, Trusting))), require.ClientPushChunkedResume, require.ClientPushChunkedClose),
		fault("chunk-refused-ignored", "a refused chunk is taken for received",
			chunked(Chain(OnAnswer(Chunk, Trusting), trusting)), require.ClientPushChunkedRefused),
		fault("cancel-missing", "an upload in chunks that is given up is not cancelled",
			chunked(Skip(CancelUpload, 204)), require.ClientPushCancelSent),
		fault("cancel-missing-whole", "an upload that is given up is not cancelled",
			Skip(CancelUpload, 204), require.ClientPushCancelSent),
		fault("cancel-at-registry", "an upload in chunks that is given up is cancelled without the query of its Location",
			chunked(OnRequest(CancelUpload, OnlyParameters())), require.ClientPushCancelSent),
		fault("cancel-failure-fatal", "a push fails if an upload cannot be cancelled",
			chunked(FailsOn(CancelUpload, Refused)), require.ClientPushCancelFailure),
		fault("cancel-405-fatal", "a push fails if the registry does not know how to cancel",
			chunked(FailsOn(CancelUpload, WithStatus(404, 405))), require.ClientPushCancelFailure),
	}
}
