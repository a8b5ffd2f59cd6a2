package push

import (
	"context"
	"net/http"
	"net/url"

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

// The specs use the location of a completed upload: the registry made the location
// itself, so its form is right, and only the session is missing.
var _ = Describe("An upload session that no longer exists", func() {
	var (
		repo     *suite.Repository
		blob     fixtures.Blob
		location *url.URL
	)

	BeforeEach(func(ctx SpecContext) {
		repo = suite.Repo(ctx)
		session := repo.OpenUpload(ctx)
		location = session.Location
		blob = fixtures.NewBlob(suite.Nonce(), session.ChunkMinimum(64))
		suite.Must(session.PutWhole(ctx, fixtures.NewBlob(suite.Nonce(), 64)), require.PushBlobPostPutStatus)
	})

	// The table of endpoints is all that the specification says.
	It("returns 404 or 416 on PATCH", require.PushBlobSessionUnknown, func(ctx SpecContext) {
		patch := repo.PatchUpload(ctx, location, blob.Chunks(len(blob.Data))[0].ContentRange(), blob.Data)
		if !patch.OK() && patch.Status != http.StatusNotFound {
			live := repo.OpenUpload(ctx)
			_, parts := chunks(live)
			live.Chunk(ctx, parts[0])
		}
		Expect(patch).To(HaveStatus(http.StatusNotFound, http.StatusRequestedRangeNotSatisfiable))
	})
	It("returns 404 or 400 on PUT", require.PushBlobSessionUnknown, func(ctx SpecContext) {
		expected := []int{http.StatusNotFound, http.StatusBadRequest}
		if suite.Version(ctx) == require.Draft {
			expected = append(expected, http.StatusRequestedRangeNotSatisfiable)
		}
		Expect(repo.PutUpload(ctx, location, blob.Digest.String(), blob.Data)).To(HaveStatus(expected...))
	})
	It("returns 404 Not Found on GET", require.PushBlobSessionUnknownStatus, func(ctx SpecContext) {
		if live := repo.OpenUpload(ctx).Status(ctx); live.Status != http.StatusNoContent {
			suite.Blocked(require.PushBlobUploadStatusStatus, live, "GET of an upload in progress does not return 204")
		}
		status := repo.UploadStatus(ctx, location)
		if status.Status != http.StatusNotFound {
			patch := repo.PatchUpload(ctx, location, blob.Chunks(len(blob.Data))[0].ContentRange(), blob.Data)
			if patch.OK() || patch.Status >= http.StatusInternalServerError {
				suite.Blocked(require.PushBlobSessionUnknown, patch, "a PATCH is not refused with 404 or 416, either")
			}
		}
		Expect(status).To(HaveStatus(http.StatusNotFound))
	})
	It("returns 404 or 400 on DELETE", require.PushBlobSessionUnknownCancel, func(ctx SpecContext) {
		suite.Need(ctx, suite.Cancel)
		answer := repo.CancelUpload(ctx, location)
		if answer.Status != http.StatusNotFound && answer.Status != http.StatusBadRequest {
			live := repo.OpenUpload(ctx)
			suite.Must(live.Cancel(ctx), require.PushBlobCancelStatus)
			if status := live.Status(ctx); answer.OK() && status.OK() {
				suite.Blocked(require.PushBlobCancelGone, status, "a cancelled upload is still there")
			}
		}
		Expect(answer).To(HaveStatus(http.StatusNotFound, http.StatusBadRequest))
	})
})
