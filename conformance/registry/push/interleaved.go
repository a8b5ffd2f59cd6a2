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

// Two machines push the same layer, and their requests alternate. Three uploads are
// started before the first of them ends: two in one repository, one in another.
var _ = Describe("Pushing one blob with uploads that overlap", func() {
	type pushed struct {
		blob                 fixtures.Blob
		first, second, other *wire.Exchange
	}
	push := suite.Once(func(ctx context.Context) pushed {
		repo, elsewhere, blob := suite.Repo(ctx), suite.Repo2(ctx), fixtures.NewBlob(suite.Nonce(), 96)
		a, b, c := repo.OpenUpload(ctx), repo.OpenUpload(ctx), elsewhere.OpenUpload(ctx)
		return pushed{blob, a.PutWhole(ctx, blob), b.PutWhole(ctx, blob), c.PutWhole(ctx, blob)}
	})
	// needOneAfterAnother ends the spec unless the blob is accepted again after the first
	// upload ended.
	needOneAfterAnother := func(ctx SpecContext, repo *suite.Repository, blob fixtures.Blob) {
		suite.Must(repo.OpenUpload(ctx).PutWhole(ctx, blob), require.PushBlobPostPutStatus)
		again := repo.OpenUpload(ctx).PutWhole(ctx, blob)
		if !again.OK() {
			suite.Blocked(require.PushBlobPostPutStatus, again, "an upload that begins after the first has ended is refused, too")
		}
	}

	It("accepts each of them", require.PushBlobSessionSeparate, func(ctx SpecContext) {
		got := push(ctx)
		for _, put := range []*wire.Exchange{got.first, got.second} {
			if !put.OK() {
				needOneAfterAnother(ctx, undisturbed(ctx), got.blob)
			}
			Expect(put).To(BeAccepted())
		}
		if !got.other.OK() {
			needOneAfterAnother(ctx, undisturbed(ctx), got.blob)
		}
		Expect(got.other).To(BeAccepted())
	})
	It("stores the blob in both repositories", require.PushBlobPostPutStored, func(ctx SpecContext) {
		got := push(ctx)
		if suite.Must(got.other, require.PushBlobSessionSeparate); !suite.Repo2(ctx).HasBlob(ctx, got.blob) {
			expectStored(ctx, suite.Repo2(ctx), got.blob, inChunks(ctx, suite.Repo2(ctx)))
		}
		if suite.Must(got.first, require.PushBlobPostPutStatus); !suite.Repo(ctx).HasBlob(ctx, got.blob) {
			expectStored(ctx, suite.Repo(ctx), got.blob, inChunks(ctx, suite.Repo(ctx)))
		}
	})
})

// needOverlap ends the spec unless two uploads of one blob that overlap are both
// accepted.
func needOverlap(ctx SpecContext, repo *suite.Repository) {
	blob, first, second := fixtures.NewBlob(suite.Nonce(), 64), repo.OpenUpload(ctx), repo.OpenUpload(ctx)
	suite.Must(first.PutWhole(ctx, blob), require.PushBlobPostPutStatus)
	suite.Must(second.PutWhole(ctx, blob), require.PushBlobSessionSeparate)
}

var _ = Describe("Pushing two blobs in chunks that alternate", func() {
	It("keeps the uploads apart", require.PushBlobSessionSeparate, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		a, b := repo.OpenUpload(ctx), repo.OpenUpload(ctx)
		one, two := fixtures.NewBlob(suite.Nonce(), a.ChunkMinimum(64)), fixtures.NewBlob(suite.Nonce(), b.ChunkMinimum(64)+16)
		first, second := one.Chunks(len(one.Data))[0], two.Chunks(len(two.Data))[0]
		answers := []*wire.Exchange{a.Patch(ctx, first), b.Patch(ctx, second), a.Put(ctx, one), b.Put(ctx, two)}
		for _, answer := range answers {
			if !answer.OK() {
				needChunksIn(ctx, undisturbed(ctx))
				inChunksAlone(ctx)
			}
			Expect(answer).To(BeAccepted())
		}
		for i, chunk := range []fixtures.Chunk{first, second} {
			if answers[i].Header.Get("Range") != chunk.Received() && suite.Version(ctx) != require.V1_0 {
				session := undisturbed(ctx).OpenUpload(ctx)
				if alone := session.Patch(ctx, first); alone.Header.Get("Range") != first.Received() {
					suite.Blocked(require.PushBlobChunkRange, alone, "the Range of an upload alone is wrong, too")
				}
				Expect(answers[i]).To(HaveHeader("Range", chunk.Received()))
			}
		}
	})
})

// undisturbed is a repository without other uploads, for controls.
func undisturbed(ctx SpecContext) *suite.Repository {
	return suite.SiblingRepo(ctx, "assay-alone-"+suite.Nonce())
}

// inChunksAlone ends the spec unless a blob can be pushed in one chunk while there is
// no other upload.
func inChunksAlone(ctx SpecContext) {
	session := undisturbed(ctx).OpenUpload(ctx)
	blob := fixtures.NewBlob(suite.Nonce(), session.ChunkMinimum(64))
	session.Chunk(ctx, blob.Chunks(len(blob.Data))[0])
	suite.Must(session.Put(ctx, blob), require.PushBlobChunkCloseStatus)
}
