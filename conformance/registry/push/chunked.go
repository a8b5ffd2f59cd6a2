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

// chunks cuts a new blob into three chunks of the minimum size that the registry
// announced. The last one could be shorter, but some specs do not send it last.
func chunks(s *suite.Session) (fixtures.Blob, []fixtures.Chunk) {
	size := s.ChunkMinimum(128)
	blob := fixtures.NewBlob(suite.Nonce(), 3*size)
	return blob, blob.Chunks(size)
}

var _ = Describe("Pushing a chunk of a blob", func() {
	var (
		first  fixtures.Chunk
		second fixtures.Chunk
		patch  *wire.Exchange
		next   *wire.Exchange // the response to the second chunk
	)
	type begun struct {
		session *suite.Session
		parts   []fixtures.Chunk
		patch   *wire.Exchange
		next    *wire.Exchange
	}

	begin := suite.Once(func(ctx context.Context) begun {
		session := suite.Repo(ctx).OpenUpload(ctx, wire.WithHeader("Content-Length", "0"))
		_, parts := chunks(session)
		return begun{session, parts, session.Patch(ctx, parts[0]), session.Patch(ctx, parts[1])}
	})

	BeforeEach(func(ctx SpecContext) {
		got := begin(ctx)
		first, second, patch = got.parts[0], got.parts[1], got.patch
		next = got.next
	})

	It("returns 202 Accepted", require.PushBlobChunkStatus, func() {
		Expect(patch).To(HaveStatus(http.StatusAccepted))
	})
	It("returns 202 Accepted for the second chunk, too", require.PushBlobChunkStatus, func(ctx SpecContext) {
		suite.Must(patch, require.PushBlobChunkStatus)
		if !next.OK() {
			needChunksInOrder(ctx)
		}
		if patch.Status != http.StatusAccepted && patch.Status == next.Status {
			suite.Blocked(require.PushBlobChunkStatus, patch, "the first chunk gets the same status")
		}
		Expect(next).To(HaveStatus(http.StatusAccepted))
	})
	It("returns a Location", require.PushBlobChunkLocation, func() {
		suite.Must(patch, require.PushBlobChunkStatus)
		Expect(patch).To(HaveLocation())
	})
	It("returns the range received so far", require.PushBlobChunkRange, func() {
		suite.Must(patch, require.PushBlobChunkStatus)
		Expect(patch).To(HaveHeader("Range", first.Received()))
	})
	It("returns the whole range received so far after the second chunk, too", require.PushBlobChunkRange, func() {
		suite.Must(patch, require.PushBlobChunkStatus)
		suite.Must(next, require.PushBlobChunkStatus)
		if wrong := patch.Header.Get("Range"); wrong != first.Received() {
			suite.Blocked(require.PushBlobChunkRange, patch, "the Range of the first chunk is wrong, too")
		}
		Expect(next).To(HaveHeader("Range", second.Received()))
	})
})

// needChunksInOrder ends the spec unless two chunks in order are accepted.
func needChunksInOrder(ctx SpecContext) { needChunksIn(ctx, suite.Repo(ctx)) }

// needChunksIn is needChunksInOrder in a repository.
func needChunksIn(ctx SpecContext, repo *suite.Repository) {
	session := repo.OpenUpload(ctx)
	_, parts := chunks(session)
	session.Chunk(ctx, parts[0])
	session.Chunk(ctx, parts[1])
}
