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
	}
	var (
		first  fixtures.Chunk
		status *wire.Exchange
	)

	ask := suite.Once(func(ctx context.Context) asked {
		session := suite.Repo(ctx).OpenUpload(ctx)
		_, parts := chunks(session)
		session.Chunk(ctx, parts[0])
		return asked{parts[0], session.Status(ctx)}
	})

	BeforeEach(func(ctx SpecContext) {
		got := ask(ctx)
		first, status = got.first, got.status
	})

	It("returns 204 No Content", require.PushBlobUploadStatusStatus, func() {
		Expect(status).To(HaveStatus(http.StatusNoContent))
	})
	It("returns a Location", require.PushBlobUploadStatusLocation, func() {
		suite.Must(status, require.PushBlobUploadStatusStatus)
		Expect(status).To(HaveLocation())
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

	It("returns 404 Not Found on PATCH", require.PushBlobSessionUnknown, func(ctx SpecContext) {
		patch := repo.PatchUpload(ctx, location, blob.Chunks(len(blob.Data))[0].ContentRange(), blob.Data)
		if !patch.OK() && patch.Status != http.StatusNotFound {
			live := repo.OpenUpload(ctx)
			_, parts := chunks(live)
			live.Chunk(ctx, parts[0])
		}
		Expect(patch).To(HaveStatus(http.StatusNotFound))
	})
	It("returns 404 Not Found on PUT", require.PushBlobSessionUnknown, func(ctx SpecContext) {
		Expect(repo.PutUpload(ctx, location, blob.Digest.String(), blob.Data)).To(HaveStatus(http.StatusNotFound))
	})
	It("returns 404 Not Found on GET", require.PushBlobSessionUnknownStatus, func(ctx SpecContext) {
		if live := repo.OpenUpload(ctx).Status(ctx); live.Status != http.StatusNoContent {
			suite.Blocked(require.PushBlobUploadStatusStatus, live, "GET of an upload in progress does not return 204")
		}
		status := repo.UploadStatus(ctx, location)
		if status.Status != http.StatusNotFound {
			patch := repo.PatchUpload(ctx, location, blob.Chunks(len(blob.Data))[0].ContentRange(), blob.Data)
			if patch.Status != http.StatusNotFound {
				suite.Blocked(require.PushBlobSessionUnknown, patch, "a PATCH does not return 404, either")
			}
		}
		Expect(status).To(HaveStatus(http.StatusNotFound))
	})
	It("returns 404 or 400 on DELETE", require.PushBlobSessionUnknownCancel, func(ctx SpecContext) {
		suite.Need(ctx, suite.Cancel)
		Expect(repo.CancelUpload(ctx, location)).To(HaveStatus(http.StatusNotFound, http.StatusBadRequest))
	})
})
