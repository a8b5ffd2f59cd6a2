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
func chunks(s *suite.Session) (fixtures.Blob, []fixtures.Chunk) { return cut(s, 3) }

// cut cuts a new blob into n chunks of the minimum size that the registry announced.
func cut(s *suite.Session, n int) (fixtures.Blob, []fixtures.Chunk) {
	size := s.ChunkMinimum(128)
	blob := fixtures.NewBlob(suite.Nonce(), n*size)
	return blob, blob.Chunks(size)
}

// ordinals are the words for the chunks of an upload, in messages.
var ordinals = []string{"the first chunk", "the second chunk", "the third chunk", "the fourth chunk", "the fifth chunk"}

var _ = Describe("Pushing a chunk of a blob", func() {
	var (
		parts   []fixtures.Chunk
		patch   *wire.Exchange
		further []Case // the responses to the chunks after the first
	)
	type begun struct {
		parts   []fixtures.Chunk
		patches []*wire.Exchange // up to the first that is refused
	}

	begin := suite.Once(func(ctx context.Context) begun {
		session := suite.Repo(ctx).OpenUpload(ctx, wire.WithHeader("Content-Length", "0"))
		_, parts := cut(session, len(ordinals))
		got := begun{parts: parts}
		for _, part := range parts {
			patch := session.Patch(ctx, part)
			got.patches = append(got.patches, patch)
			if !patch.OK() {
				break
			}
		}
		return got
	})

	BeforeEach(func(ctx SpecContext) {
		got := begin(ctx)
		parts, patch, further = got.parts, got.patches[0], nil
		for i, next := range got.patches[1:] {
			further = append(further, Case{Title: ordinals[i+1], Exchange: next})
		}
	})

	It("returns 202 Accepted", require.PushBlobChunkStatus, func() {
		Expect(patch).To(HaveStatus(http.StatusAccepted))
	})
	It("returns 202 Accepted for each further chunk, too", require.PushBlobChunkStatus, func(ctx SpecContext) {
		suite.Must(patch, require.PushBlobChunkStatus)
		if refused := ExpectEach(further).First(BeAccepted()); refused != nil && refused == further[0].Exchange {
			needChunksInOrder(ctx)
		}
		for i, c := range further[1:] {
			if _, err := further[i].Exchange.Location(); err != nil && !c.Exchange.OK() {
				suite.Blocked(require.PushBlobChunkLocation, further[i].Exchange, "%s has no Location, and the next one is refused at the old one", further[i].Title)
			}
		}
		if patch.Status != http.StatusAccepted && patch.Status == further[0].Exchange.Status {
			suite.Blocked(require.PushBlobChunkStatus, patch, "the first chunk gets the same status")
		}
		ExpectEach(further).To(HaveStatus(http.StatusAccepted))
	})
	It("returns a Location", require.PushBlobChunkLocation, func() {
		suite.Must(patch, require.PushBlobChunkStatus)
		Expect(patch).To(HaveLocation())
	})
	It("returns a Location for each further chunk, too", require.PushBlobChunkLocation, func() {
		suite.Must(patch, require.PushBlobChunkStatus)
		if _, err := patch.Location(); err != nil {
			suite.Blocked(require.PushBlobChunkLocation, patch, "the first chunk has no Location, either")
		}
		for _, c := range further {
			if c.Exchange.OK() {
				Expect(c.Exchange).To(HaveLocation())
			}
		}
	})
	It("returns the range received so far", require.PushBlobChunkRange, func() {
		suite.Must(patch, require.PushBlobChunkStatus)
		Expect(patch).To(HaveHeader("Range", parts[0].Received()))
	})
	It("returns the whole range received so far after each further chunk, too", require.PushBlobChunkRange, func() {
		suite.Must(patch, require.PushBlobChunkStatus)
		if wrong := patch.Header.Get("Range"); wrong != parts[0].Received() {
			suite.Blocked(require.PushBlobChunkRange, patch, "the Range of the first chunk is wrong, too")
		}
		for i, c := range further {
			suite.Must(c.Exchange, require.PushBlobChunkStatus)
			Expect(c.Exchange).To(HaveHeader("Range", parts[i+1].Received()))
		}
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
