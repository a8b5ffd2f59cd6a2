package push

import (
	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

var _ = Describe("Closing a streamed upload under the digest of other content", func() {
	It("does not store the blob", require.PushBlobStreamDigestMismatch, func(ctx SpecContext) {
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		blob.Digest = fixtures.NewBlob(suite.Nonce(), 64).Digest
		session := repo.OpenUpload(ctx)
		if !session.Stream(ctx, blob.Data).OK() {
			suite.NotApplicable("the registry does not accept a streamed PATCH, and does not have to")
		}
		put := session.Put(ctx, blob)
		if put.OK() || repo.GetBlob(ctx, blob.Digest.String()).OK() {
			needChunksVerified(ctx, repo)
		}
		expectNotStored(ctx, repo, put, blob)
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
	if put := session.Put(ctx, blob); put.OK() {
		suite.Blocked(require.PushBlobChunkDigestMismatch, put, "a blob pushed in chunks is accepted under the digest of other content, too")
	}
	if pull := repo.GetBlob(ctx, blob.Digest.String()); pull.OK() {
		suite.Blocked(require.PushBlobChunkDigestMismatch, pull, "a blob pushed in chunks is stored under the digest of other content, too")
	}
}

// Some registries treat every PATCH without Content-Range as the first.
var _ = Describe("Pushing a blob in two chunks without Content-Range", func() {
	It("accepts both", require.PushBlobStreamTwice, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		session := repo.OpenUpload(ctx)
		size := session.ChunkMinimum(64)
		blob := fixtures.NewBlob(suite.Nonce(), 2*size)
		var patch *wire.Exchange
		for n, part := range blob.Chunks(size) {
			patch = session.Stream(ctx, part.Data, func(r *wire.Request) { r.Size = int64(len(part.Data)) })
			if n == 0 && !patch.OK() {
				suite.NotApplicable("the registry does not accept a PATCH without Content-Range, and does not have to")
			}
		}
		put := session.Put(ctx, blob)
		if !patch.OK() || !put.OK() {
			needChunksInOrder(ctx)
			inChunksAlone(ctx)
		}
		Expect(patch).To(BeAccepted())
		Expect(put).To(BeAccepted())
	})
})

// Real tools stream a blob in one PATCH without Content-Range and Content-Length. The
// specification does not mention this, but these tools fail if it does not work.
var _ = Describe("Streaming a blob in one PATCH", func() {
	It("is accepted and stores the blob", require.PushBlobStreamAccepted, func(ctx SpecContext) {
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 1024)
		session := repo.OpenUpload(ctx)
		patch := session.Stream(ctx, blob.Data)
		put := session.Put(ctx, blob)
		if !patch.OK() || !put.OK() {
			inChunksAlone(ctx)
		}
		Expect(patch).To(BeAccepted()) // other specs judge the status
		Expect(put).To(BeAccepted())
		expectStored(ctx, repo, blob, inOnePut(ctx, repo))
	})
})
