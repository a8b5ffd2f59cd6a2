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

// expect416 judges the status of a chunk out of order. The spec is blocked if a
// chunk in order is refused, too.
func expect416(ctx SpecContext, patch *wire.Exchange) {
	if !patch.OK() && patch.Status != http.StatusRequestedRangeNotSatisfiable {
		needChunksInOrder(ctx)
	}
	Expect(patch).To(HaveStatus(http.StatusRequestedRangeNotSatisfiable))
}

// gap is an upload without its second chunk.
type gap struct {
	received           string         // the range of the first chunk
	before, gap, after *wire.Exchange // the status, the response to the third chunk, and the status again
}

var gapped = suite.Once(func(ctx context.Context) gap {
	session := suite.Repo(ctx).OpenUpload(ctx)
	_, parts := chunks(session)
	session.Chunk(ctx, parts[0])
	return gap{parts[0].Received(), session.Status(ctx), session.Patch(ctx, parts[2]), session.Status(ctx)}
})

// needLocationOfStatus ends the spec if a chunk in order is also refused at the
// Location that GET of the upload returned.
func needLocationOfStatus(ctx SpecContext) {
	session := suite.Repo(ctx).OpenUpload(ctx)
	_, parts := chunks(session)
	session.Chunk(ctx, parts[0])
	session.Status(ctx)
	if next := session.Patch(ctx, parts[1]); !next.OK() {
		suite.Blocked(require.PushBlobUploadStatusLocation, next, "a chunk in order is refused, too, at the Location that GET of the upload returned")
	}
}

var _ = Describe("Pushing a chunk out of order", func() {
	var (
		repo    *suite.Repository
		session *suite.Session
		blob    fixtures.Blob
		parts   []fixtures.Chunk
	)

	BeforeEach(func(ctx SpecContext) {
		repo = suite.Repo(ctx)
		session = repo.OpenUpload(ctx)
		blob, parts = chunks(session)
	})

	It("returns 416 if there is a gap before it", require.PushBlobChunkOutOfOrder, func(ctx SpecContext) {
		got := gapped(ctx)
		if !got.gap.OK() && got.gap.Status != http.StatusRequestedRangeNotSatisfiable {
			needLocationOfStatus(ctx)
		}
		expect416(ctx, got.gap)
	})
	It("returns 416 if it is the first and does not begin at 0", require.PushBlobChunkOutOfOrder, func(ctx SpecContext) {
		expect416(ctx, session.Patch(ctx, parts[1]))
	})
	It("returns 416 if it was sent before", require.PushBlobChunkOutOfOrder, func(ctx SpecContext) {
		session.Chunk(ctx, parts[0])
		expect416(ctx, session.Patch(ctx, parts[0]))
	})
	It("returns 416 if it is the last one, in the closing PUT", require.PushBlobChunkCloseOutOfOrder, func(ctx SpecContext) {
		session.Chunk(ctx, parts[0])
		last := session.PutLast(ctx, blob, parts[2])
		if !last.OK() && last.Status != http.StatusRequestedRangeNotSatisfiable {
			other := repo.OpenUpload(ctx)
			blob, parts := chunks(other)
			other.Chunk(ctx, parts[0])
			other.Chunk(ctx, parts[1])
			suite.Must(other.PutLast(ctx, blob, parts[2]), require.PushBlobChunkCloseStatus)
		}
		Expect(last).To(HaveStatus(http.StatusRequestedRangeNotSatisfiable))
	})
	It("leaves the upload usable", require.PushBlobChunkOutOfOrderResume, func(ctx SpecContext) {
		got := gapped(ctx)
		if got.before.Header.Get("Range") != got.received {
			suite.Blocked(require.PushBlobUploadStatusRangeValue, got.before, "the range received so far is wrong before the chunk out of order, too")
		}
		if got.gap.OK() {
			suite.Blocked(require.PushBlobChunkOutOfOrder, got.gap, "the chunk out of order was accepted")
		}
		if !got.after.OK() { // the same request succeeded before
			needStatusLocation(ctx)
		}
		Expect(got.after).To(BeAccepted())
		Expect(got.after).To(HaveHeader("Range", got.received))
	})
})

// needStatusLocation ends the spec if GET of an upload returns a Location that does not
// lead to the upload.
func needStatusLocation(ctx SpecContext) {
	session := suite.Repo(ctx).OpenUpload(ctx)
	_, parts := chunks(session)
	session.Chunk(ctx, parts[0])
	suite.Must(session.Status(ctx), require.PushBlobUploadStatusStatus)
	if second := session.Status(ctx); !second.OK() {
		suite.Blocked(require.PushBlobUploadStatusLocation, second, "an upload without a chunk out of order is not at the Location that GET returned, either")
	}
}
