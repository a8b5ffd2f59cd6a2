package push

import (
	"fmt"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
)

// Registries that keep each chunk under its number have put them together in the order
// 1, 10, 11, 2.
var _ = Describe("Pushing a blob in more than ten chunks", func() {
	It("stores the blob", require.PushBlobChunkCloseStatus, func(ctx SpecContext) {
		const many, largest = 12, 16 << 10
		repo := suite.Repo(ctx)
		session := repo.OpenUpload(ctx)
		if size := session.ChunkMinimum(128); size > largest {
			suite.NotApplicable(fmt.Sprintf("twelve chunks of at least %d bytes are too much content", size))
		}
		blob, parts := cut(session, many)
		for _, part := range parts {
			session.Chunk(ctx, part)
		}
		put := session.Put(ctx, blob)
		if !put.OK() {
			needChunks(ctx, repo)
		}
		Expect(put).To(BeAccepted())
		expectStored(ctx, repo, blob, inChunks(ctx, repo))
	})
})
