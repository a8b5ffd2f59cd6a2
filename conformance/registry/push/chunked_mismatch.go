package push

import (
	"context"
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

var _ = Describe("Closing a chunked upload under the digest of other content", func() {
	var (
		repo *suite.Repository
		blob fixtures.Blob
		put  *wire.Exchange
	)

	closed := suite.Once(func(ctx context.Context) blobPush {
		session := suite.Repo(ctx).OpenUpload(ctx)
		blob, parts := chunks(session)
		session.Chunk(ctx, parts[0])
		blob.Digest = fixtures.NewBlob(suite.Nonce(), 64).Digest
		return blobPush{blob, session.Put(ctx, blob)}
	})

	BeforeEach(func(ctx SpecContext) {
		got := closed(ctx)
		repo, blob, put = suite.Repo(ctx), got.blob, got.answer
	})

	It("does not store the blob", require.PushBlobChunkDigestMismatch, func(ctx SpecContext) {
		expectNotStored(ctx, repo, put, blob)
	})
	// The digest is the digest of the whole blob, not of the last chunk.
	It("does not store its last chunk as a blob", require.PushBlobChunkDigestMismatch, func(ctx SpecContext) {
		session := repo.OpenUpload(ctx)
		_, parts := chunks(session)
		session.Chunk(ctx, parts[0])
		last := fixtures.BlobOf(parts[1].Data)
		put := session.PutLast(ctx, last, parts[1])
		if put.OK() {
			needNotStored(ctx, repo, closed(ctx).answer, closed(ctx).blob, require.PushBlobChunkDigestMismatch)
			if whole := misnamed(); repo.OpenUpload(ctx).PutWhole(ctx, whole).OK() {
				suite.Blocked(require.PushBlobPostPutDigestMismatch, put, "an upload in one PUT is accepted under the digest of other content, too")
			}
		}
		expectNotStored(ctx, repo, put, last)
	})
	It("returns 400 Bad Request", require.PushBlobChunkDigestMismatchStatus, func(ctx SpecContext) {
		needNotStored(ctx, repo, put, blob, require.PushBlobChunkDigestMismatch)
		if put.Status != http.StatusBadRequest {
			other := fixtures.NewBlob(suite.Nonce(), 64)
			other.Digest = blob.Digest
			if whole := repo.OpenUpload(ctx).PutWhole(ctx, other); whole.Status == put.Status {
				suite.Blocked(require.PushBlobPostPutDigestMismatchStatus, whole, "an upload in one PUT gets the same status")
			}
		}
		Expect(put).To(HaveStatus(http.StatusBadRequest))
	})
})
