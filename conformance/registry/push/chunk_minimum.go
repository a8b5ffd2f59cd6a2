package push

import (
	"context"
	"strconv"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// pushInTwo pushes a blob as a chunk of size bytes and a last chunk of one byte,
// because the last chunk may have any length. It returns the response to the first
// chunk, and then the first refusal, or the response to the closing PUT.
func pushInTwo(ctx context.Context, session *suite.Session, size int) (first, last *wire.Exchange) {
	blob := fixtures.NewBlob(suite.Nonce(), size+1)
	for _, part := range blob.Chunks(size) {
		patch := session.Patch(ctx, part)
		if first == nil {
			first = patch
		}
		if !patch.OK() {
			return first, patch
		}
	}
	return first, session.Put(ctx, blob)
}

// oneByte is an upload with a first chunk of one byte, if its start announced no
// minimum.
type oneByte struct {
	session     *suite.Session
	first, last *wire.Exchange // nil if there is a minimum
}

var pushOneByte = suite.Once(func(ctx context.Context) oneByte {
	session := suite.Repo(ctx).OpenUpload(ctx, wire.WithHeader("Content-Length", "0"))
	got := oneByte{session: session}
	if session.Start.Header.Get("OCI-Chunk-Min-Length") == "" {
		got.first, got.last = pushInTwo(ctx, session, 1)
	}
	return got
})

var _ = Describe("The minimum size of a chunk", func() {
	// largeChunk is larger than every minimum that is known: object stores ask for
	// 5 MiB.
	const largeChunk = 6 << 20

	It("is announced, if there is one", require.PushBlobChunkMinimum, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		got := pushOneByte(ctx)
		if session := got.session; session.Start.Header.Get("OCI-Chunk-Min-Length") != "" {
			Expect(session.Start).To(Check("a number of bytes in OCI-Chunk-Min-Length", func(ex *wire.Exchange) (string, bool) {
				size := ex.Header.Get("OCI-Chunk-Min-Length")
				_, err := strconv.ParseUint(size, 10, 63)
				return "OCI-Chunk-Min-Length: " + size, err == nil
			}))
			return
		}
		small := got.last
		if !small.OK() {
			if _, large := pushInTwo(ctx, repo.OpenUpload(ctx), largeChunk); !large.OK() {
				suite.Blocked("", large, "a chunk of 6 MiB is refused, too")
			}
		}
		Expect(small).To(Check("success with a chunk of one byte, or OCI-Chunk-Min-Length in the response that starts the upload",
			func(ex *wire.Exchange) (string, bool) {
				return ex.StatusAndReason() + ", and no OCI-Chunk-Min-Length", ex.OK()
			}))
	})
})

var _ = Describe("A first chunk of one byte", func() {
	It("is answered with the Range 0-0", require.PushBlobChunkRange, func(ctx SpecContext) {
		patch := pushOneByte(ctx).first
		if patch == nil || !patch.OK() {
			suite.NotApplicable("the registry accepts no chunk of one byte; another spec judges that")
		}
		if patch.Header.Get("Range") != "0-0" {
			session := suite.Repo(ctx).OpenUpload(ctx)
			_, parts := chunks(session)
			if long := session.Chunk(ctx, parts[0]); long.Header.Get("Range") != parts[0].Received() {
				suite.Blocked(require.PushBlobChunkRange, long, "the Range of a longer chunk is wrong, too")
			}
		}
		Expect(patch).To(HaveHeader("Range", "0-0"))
	})
})
