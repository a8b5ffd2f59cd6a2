package push

import (
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
)

var _ = Describe("Closing a streamed upload under the digest of other content", func() {
	It("does not store the blob", require.PushBlobStreamDigestMismatch, func(ctx SpecContext) {
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		blob.Digest = fixtures.NewBlob(suite.Nonce(), 64).Digest
		session := repo.OpenUpload(ctx)
		if !session.Stream(ctx, blob.Data).OK() {
			suite.Nothing("the registry does not accept a streamed PATCH, and does not have to")
		}
		session.Put(ctx, blob)
		if repo.GetBlob(ctx, blob.Digest.String()).OK() {
			needChunksVerified(ctx, repo)
		}
		expectNotStored(ctx, repo, blob)
	})
})

// needChunksVerified ends the spec if an upload with Content-Range is stored under
// the digest of other content, too: then the stream is not the cause.
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
		suite.Blocked(require.PushBlobChunkDigestMismatch, pull, "a blob pushed in chunks is stored under the digest of other content, too")
	}
}
