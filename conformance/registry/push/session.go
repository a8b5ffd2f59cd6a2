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
		first  fixtures.Chunk
		status *wire.Exchange
		next   *wire.Exchange // the next chunk, sent to the Location of the status
	}
	var (
		first  fixtures.Chunk
		status *wire.Exchange
		next   *wire.Exchange
	)

	ask := suite.Once(func(ctx context.Context) asked {
		session := suite.Repo(ctx).OpenUpload(ctx)
		_, parts := chunks(session)
		session.Chunk(ctx, parts[0])
		status := session.Status(ctx)
		return asked{parts[0], status, session.Patch(ctx, parts[1])}
	})

	BeforeEach(func(ctx SpecContext) {
		got := ask(ctx)
		first, status, next = got.first, got.status, got.next
	})

	It("returns 204 No Content", require.PushBlobUploadStatusStatus, func() {
		Expect(status).To(HaveStatus(http.StatusNoContent))
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
})

var _ = Describe("Cancelling an upload", func() {
	It("returns 204 No Content", require.PushBlobCancelStatus, func(ctx SpecContext) {
		suite.Need(ctx, suite.Cancel)
		Expect(suite.Repo(ctx).OpenUpload(ctx).Cancel(ctx)).To(HaveStatus(http.StatusNoContent))
	})
})
