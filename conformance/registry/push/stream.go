package push

import (
	"context"

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
	type streamed struct {
		blob               fixtures.Blob
		patch, status, put *wire.Exchange
	}
	stream := suite.Once(func(ctx context.Context) streamed {
		blob, session := fixtures.NewBlob(suite.Nonce(), 1024), suite.Repo(ctx).OpenUpload(ctx)
		got := streamed{blob: blob, patch: session.Stream(ctx, blob.Data)}
		got.status = session.Status(ctx)
		got.put = session.Put(ctx, blob)
		return got
	})

	It("is accepted and stores the blob", require.PushBlobStreamAccepted, func(ctx SpecContext) {
		repo, got := suite.Repo(ctx), stream(ctx)
		if !got.patch.OK() || !got.put.OK() {
			inChunksAlone(ctx)
			if got.patch.OK() && got.status.OK() {
				needStatusLocation(ctx)
			}
		}
		Expect(got.patch).To(BeAccepted()) // other specs judge the status
		Expect(got.put).To(BeAccepted())
		expectStored(ctx, repo, got.blob, inOnePut(ctx, repo))
	})
	It("is counted in the Range of the response, and of the upload", require.PushBlobStreamRange, func(ctx SpecContext) {
		got := stream(ctx)
		if !got.patch.OK() {
			suite.NotApplicable("the registry does not accept a streamed PATCH; another spec judges that")
		}
		received := got.blob.Chunks(len(got.blob.Data))[0].Received()
		for _, answer := range []*wire.Exchange{got.patch, got.status} {
			if answer.Header.Get("Range") == received || !answer.OK() {
				continue
			}
			needRangesOfChunks(ctx)
			Expect(answer).To(HaveHeader("Range", received))
		}
	})
})

// needRangesOfChunks ends the spec if the Range of a chunk is wrong, or the Range of an
// upload after it.
func needRangesOfChunks(ctx SpecContext) {
	session := suite.Repo(ctx).OpenUpload(ctx)
	_, parts := chunks(session)
	if patch := session.Chunk(ctx, parts[0]); patch.Header.Get("Range") != parts[0].Received() {
		suite.Blocked(require.PushBlobChunkRange, patch, "the Range of a chunk is wrong, too")
	}
	if status := session.Status(ctx); status.Header.Get("Range") != parts[0].Received() {
		suite.Blocked(require.PushBlobUploadStatusRangeValue, status, "the Range of an upload is wrong after a chunk, too")
	}
}
