package push

import (
	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// pushInTwo pushes a blob as a chunk of size bytes and one of a single byte,
// which may have any length since it is the last. It returns the first refusal,
// or the end.
func pushInTwo(ctx SpecContext, session *suite.Session, size int) *wire.Exchange {
	blob := fixtures.NewBlob(suite.Nonce(), size+1)
	for _, part := range blob.Chunks(size) {
		if patch := session.Patch(ctx, part); !patch.OK() {
			return patch
		}
	}
	return session.Put(ctx, blob)
}

var _ = Describe("The least size of a chunk", func() {
	// largeChunk is more than anybody's minimum that is known of: object
	// stores ask for 5 MiB.
	const largeChunk = 6 << 20

	It("is announced, if there is one", require.PushBlobChunkMinimum, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		session := repo.OpenUpload(ctx, wire.WithHeader("Content-Length", "0"))
		if session.Start.Header.Get("OCI-Chunk-Min-Length") != "" {
			return
		}
		small := pushInTwo(ctx, session, 1)
		if !small.OK() {
			if large := pushInTwo(ctx, repo.OpenUpload(ctx), largeChunk); !large.OK() {
				suite.Blocked("", large, "a large chunk is not taken either")
			}
		}
		Expect(small).To(Check("a chunk of one byte to be taken, or OCI-Chunk-Min-Length where the upload starts",
			func(ex *wire.Exchange) (string, bool) {
				return "status " + wire.StatusText(ex.Status) + ", and no OCI-Chunk-Min-Length", ex.OK()
			}))
	})
})
