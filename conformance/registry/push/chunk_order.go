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
	next               *wire.Exchange // the response to the second chunk
}

var gapped = suite.Once(func(ctx context.Context) gap {
	session := suite.Repo(ctx).OpenUpload(ctx)
	_, parts := chunks(session)
	session.Chunk(ctx, parts[0])
	return gap{parts[0].Received(), session.Status(ctx), session.Patch(ctx, parts[2]), session.Status(ctx), session.Patch(ctx, parts[1])}
})

// needFirstGapRefused ends the spec if a chunk after the first one gets the same wrong
// status when it is out of order.
func needFirstGapRefused(ctx SpecContext, wrong *wire.Exchange) {
	got := gapped(ctx)
	repo := suite.Repo(ctx)
	session := repo.OpenUpload(ctx)
	_, parts := chunks(session)
	session.Chunk(ctx, parts[0])
	for _, simpler := range []*wire.Exchange{got.gap, session.Patch(ctx, parts[0])} {
		if simpler.Status == wrong.Status || simpler.OK() {
			suite.Blocked(require.PushBlobChunkOutOfOrder, simpler, "a chunk that does not follow the first one gets no 416, either")
		}
	}
}

// needResume ends the spec if an upload does not go on after a chunk out of order.
func needResume(ctx SpecContext) {
	got := gapped(ctx)
	if !got.after.OK() {
		suite.Blocked(require.PushBlobChunkOutOfOrderResume, got.after, "an upload ends with a chunk out of order")
	}
	if !got.next.OK() {
		suite.Blocked(require.PushBlobChunkOutOfOrderResume, got.next, "an upload does not go on after a chunk out of order")
	}
}

// needLocationOfStatus ends the spec if a chunk in order is also refused at the
// Location that GET of the upload returned.
func needLocationOfStatus(ctx SpecContext) {
	session := suite.Repo(ctx).OpenUpload(ctx)
	_, parts := chunks(session)
	session.Chunk(ctx, parts[0])
	for range 2 { // as often as the specs do
		session.Status(ctx)
	}
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
	It("returns 416 wherever it does not follow the second chunk", require.PushBlobChunkOutOfOrder, func(ctx SpecContext) {
		blob, parts := cut(session, 4)
		session.Chunk(ctx, parts[0])
		session.Chunk(ctx, parts[1])
		size := len(parts[0].Data)
		from := func(start int) fixtures.Chunk {
			return fixtures.Chunk{Start: start, Data: blob.Data[start : start+size]}
		}
		cases := []Case{}
		for _, c := range []struct {
			title string
			chunk fixtures.Chunk
		}{
			{"the second chunk again", parts[1]},
			{"the first chunk again", parts[0]},
			{"a chunk that begins one byte too early", from(parts[2].Start - 1)},
			{"a chunk that begins one byte too late", from(parts[2].Start + 1)},
			{"a chunk after a gap", parts[3]},
		} {
			answer := session.Patch(ctx, c.chunk)
			cases = append(cases, Case{Title: c.title, Exchange: answer})
			if answer.Status != http.StatusRequestedRangeNotSatisfiable {
				break // the upload may have changed, or ended
			}
		}
		if wrong := cases[len(cases)-1].Exchange; wrong.Status != http.StatusRequestedRangeNotSatisfiable {
			needFirstGapRefused(ctx, wrong)
			if len(cases) > 1 && !wrong.OK() {
				needResume(ctx)
			}
		}
		ExpectEach(cases).To(HaveStatus(http.StatusRequestedRangeNotSatisfiable))
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
		if !got.next.OK() {
			needLocationOfStatus(ctx)
		}
		Expect(got.next).To(BeAccepted())
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
