package push

import (
	"strconv"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// pushInTwo pushes a blob as a chunk of size bytes and a last chunk of one byte,
// because the last chunk may have any length. It returns the first refusal, or the
// response to the closing PUT.
func pushInTwo(ctx SpecContext, session *suite.Session, size int) *wire.Exchange {
	blob := fixtures.NewBlob(suite.Nonce(), size+1)
	for _, part := range blob.Chunks(size) {
		if patch := session.Patch(ctx, part); !patch.OK() {
			return patch
		}
	}
	return session.Put(ctx, blob)
}

var _ = Describe("The minimum size of a chunk", func() {
	// largeChunk is larger than every minimum that is known: object stores ask for
	// 5 MiB.
	const largeChunk = 6 << 20

	It("is announced, if there is one", require.PushBlobChunkMinimum, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		session := repo.OpenUpload(ctx, wire.WithHeader("Content-Length", "0"))
		if session.Start.Header.Get("OCI-Chunk-Min-Length") != "" {
			Expect(session.Start).To(Check("a number of bytes in OCI-Chunk-Min-Length", func(ex *wire.Exchange) (string, bool) {
				size := ex.Header.Get("OCI-Chunk-Min-Length")
				_, err := strconv.ParseUint(size, 10, 63)
				return "OCI-Chunk-Min-Length: " + size, err == nil
			}))
			return
		}
		small := pushInTwo(ctx, session, 1)
		if !small.OK() {
			if large := pushInTwo(ctx, repo.OpenUpload(ctx), largeChunk); !large.OK() {
				suite.Blocked("", large, "a chunk of 6 MiB is refused, too")
			}
		}
		Expect(small).To(Check("success with a chunk of one byte, or OCI-Chunk-Min-Length in the response that starts the upload",
			func(ex *wire.Exchange) (string, bool) {
				return ex.StatusAndReason() + ", and no OCI-Chunk-Min-Length", ex.OK()
			}))
	})
})
