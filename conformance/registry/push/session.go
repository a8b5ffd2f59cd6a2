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

var _ = Describe("GET of an upload in progress", func() {
	type asked struct {
		parts    []fixtures.Chunk
		statuses []*wire.Exchange // after each chunk
		old      *wire.Exchange   // the status at the first Location, after the first chunk
		nexts    []*wire.Exchange // the next chunks, each sent to the Location of the status before
	}
	var (
		got    asked
		first  fixtures.Chunk
		status *wire.Exchange
		next   *wire.Exchange
	)

	ask := suite.Once(func(ctx context.Context) asked {
		session := suite.Repo(ctx).OpenUpload(ctx)
		_, parts := cut(session, 4)
		first := session.Location
		session.Chunk(ctx, parts[0])
		got := asked{parts: parts, old: suite.Repo(ctx).UploadStatus(ctx, first), statuses: []*wire.Exchange{session.Status(ctx)}}
		for _, part := range parts[1:] {
			next := session.Patch(ctx, part)
			got.nexts = append(got.nexts, next)
			if !next.OK() {
				break
			}
			got.statuses = append(got.statuses, session.Status(ctx))
		}
		return got
	})

	BeforeEach(func(ctx SpecContext) {
		got = ask(ctx)
		first, status, next = got.parts[0], got.statuses[0], got.nexts[0]
	})

	It("returns 204 No Content", require.PushBlobUploadStatusStatus, func() {
		Expect(status).To(HaveStatus(http.StatusNoContent))
	})
	// By the letter, the Location of any preceding request will do. Clients use the newest
	// one, and many registries know that one alone.
	It("returns 204 No Content at the first Location, too", require.PushBlobUploadStatusAnyLocation, func() {
		suite.Must(status, require.PushBlobUploadStatusStatus)
		Expect(got.old).To(HaveStatus(http.StatusNoContent))
	})
	It("returns a Location", require.PushBlobUploadStatusLocation, func() {
		suite.Must(status, require.PushBlobUploadStatusStatus)
		Expect(status).To(HaveLocation())
	})
	It("returns a Location at which the upload goes on", require.PushBlobUploadStatusLocation, func(ctx SpecContext) {
		suite.Must(status, require.PushBlobUploadStatusStatus)
		if _, err := status.Location(); err != nil {
			suite.NotApplicable("the response has no Location; another spec judges that")
		}
		if !next.OK() {
			needChunksInOrder(ctx)
		}
		Expect(next).To(BeAccepted())
	})
	It("returns a Range", require.PushBlobUploadStatusRange, func() {
		suite.Must(status, require.PushBlobUploadStatusStatus)
		Expect(status).To(HaveAnyHeader("Range"))
	})
	It("returns the Range up to the last byte received", require.PushBlobUploadStatusRangeValue, func() {
		suite.Must(status, require.PushBlobUploadStatusStatus)
		if status.Header.Get("Range") == "" {
			suite.Blocked(require.PushBlobUploadStatusRange, status, "the response has no Range")
		}
		Expect(status).To(HaveHeader("Range", first.Received()))
	})
	It("returns the Range from 0 up to the last byte received after each further chunk, too", require.PushBlobUploadStatusRangeValue, func() {
		suite.Must(status, require.PushBlobUploadStatusStatus)
		if status.Header.Get("Range") != first.Received() {
			suite.Blocked(require.PushBlobUploadStatusRangeValue, status, "the Range after the first chunk is wrong, too")
		}
		for i, later := range got.statuses {
			suite.Must(later, require.PushBlobUploadStatusStatus)
			Expect(later).To(HaveHeader("Range", got.parts[i].Received()))
		}
	})
	It("returns 204 No Content after each further chunk, too", require.PushBlobUploadStatusStatus, func() {
		if status.Status != http.StatusNoContent {
			suite.Blocked(require.PushBlobUploadStatusStatus, status, "the status after the first chunk is wrong, too")
		}
		for _, later := range got.statuses[1:] {
			Expect(later).To(HaveStatus(http.StatusNoContent))
		}
	})
	It("returns a Location at which the upload goes on after each further chunk, too", require.PushBlobUploadStatusLocation, func(ctx SpecContext) {
		suite.Must(status, require.PushBlobUploadStatusStatus)
		if !next.OK() {
			needChunksInOrder(ctx)
			suite.Blocked(require.PushBlobUploadStatusLocation, next, "the upload does not go on after the first chunk, either")
		}
		for i, later := range got.nexts[1:] {
			if _, err := got.statuses[i+1].Location(); err != nil {
				suite.Must(got.statuses[i+1], require.PushBlobUploadStatusStatus)
				if _, err := status.Location(); err != nil {
					suite.Blocked(require.PushBlobUploadStatusLocation, status, "there is no Location after the first chunk, either")
				}
				Expect(got.statuses[i+1]).To(HaveLocation())
			}
			if !later.OK() {
				needManyChunks(ctx)
			}
			Expect(later).To(BeAccepted())
		}
	})
})

// needManyChunks ends the spec unless many chunks are accepted one after the other.
func needManyChunks(ctx SpecContext) {
	session := suite.Repo(ctx).OpenUpload(ctx)
	_, parts := cut(session, len(ordinals))
	for _, part := range parts {
		session.Chunk(ctx, part)
	}
}

var _ = Describe("Cancelling an upload", func() {
	It("returns 204 No Content", require.PushBlobCancelStatus, func(ctx SpecContext) {
		suite.Need(ctx, suite.Cancel)
		Expect(suite.Repo(ctx).OpenUpload(ctx).Cancel(ctx)).To(HaveStatus(http.StatusNoContent))
	})
	It("returns 204 No Content after a chunk, too", require.PushBlobCancelStatus, func(ctx SpecContext) {
		suite.Need(ctx, suite.Cancel)
		session := suite.Repo(ctx).OpenUpload(ctx)
		_, parts := chunks(session)
		session.Chunk(ctx, parts[0])
		cancel := session.Cancel(ctx)
		if cancel.Status != http.StatusNoContent {
			suite.Must(suite.Repo(ctx).OpenUpload(ctx).Cancel(ctx), require.PushBlobCancelStatus)
		}
		Expect(cancel).To(HaveStatus(http.StatusNoContent))
	})
})
