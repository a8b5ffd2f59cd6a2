package push

import (
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
)

var _ = Describe("Closing a streamed upload under the digest of something else", func() {
	It("does not store it", require.PushBlobStreamDigestMismatch, func(ctx SpecContext) {
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		blob.Digest = fixtures.NewBlob(suite.Nonce(), 64).Digest
		session := repo.OpenUpload(ctx)
		if !session.Stream(ctx, blob.Data).OK() {
			suite.Nothing("the registry takes no streamed PATCH, and need not")
		}
		session.Put(ctx, blob)
		if repo.GetBlob(ctx, blob.Digest.String()).OK() {
			needChunksVerified(ctx, repo)
		}
		expectNotStored(ctx, repo, blob)
	})
})

// needChunksVerified ends the spec when a chunk with a Content-Range is stored
// under any digest, too: then the stream is not to blame.
func needChunksVerified(ctx SpecContext, repo *suite.Repository) {
	session := repo.OpenUpload(ctx)
	blob, parts := chunks(session)
	for _, part := range parts {
		if !session.Patch(ctx, part).OK() {
			return
		}
	}
	blob.Digest = fixtures.NewBlob(suite.Nonce(), 64).Digest
	session.Put(ctx, blob)
	if pull := repo.GetBlob(ctx, blob.Digest.String()); pull.OK() {
		suite.Blocked(require.PushBlobChunkDigestMismatch, pull, "chunks are stored under any digest, too")
	}
}
