package push

import (
	"net/http"
	"net/url"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// The specs use the location of a completed upload. The registry made this location
// itself, so its form is right, and only the session is missing. No sentence of the
// specification says with which status the request is refused. The table of endpoints
// lists some.
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

	patch := func(ctx SpecContext) *wire.Exchange {
		return repo.PatchUpload(ctx, location, blob.Chunks(len(blob.Data))[0].ContentRange(), blob.Data)
	}
	put := func(ctx SpecContext) *wire.Exchange {
		return repo.PutUpload(ctx, location, blob.Digest.String(), blob.Data)
	}

	It("refuses PATCH with a 4xx status", require.PushBlobSessionUnknown, func(ctx SpecContext) {
		answer := patch(ctx)
		if answer.Status >= http.StatusInternalServerError {
			live := repo.OpenUpload(ctx)
			_, parts := chunks(live)
			live.Chunk(ctx, parts[0])
		}
		Expect(answer).To(BeRefusedAsMistake())
	})
	It("refuses PUT with a 4xx status", require.PushBlobSessionUnknown, func(ctx SpecContext) {
		Expect(put(ctx)).To(BeRefusedAsMistake())
	})
	It("refuses GET with a 4xx status", require.PushBlobSessionUnknownStatus, func(ctx SpecContext) {
		if live := repo.OpenUpload(ctx).Status(ctx); live.Status != http.StatusNoContent {
			suite.Blocked(require.PushBlobUploadStatusStatus, live, "GET of an upload in progress does not return 204")
		}
		status := repo.UploadStatus(ctx, location)
		if refused, _ := BeRefusedAsMistake().Match(status); !refused {
			needRefused(patch(ctx), require.PushBlobSessionUnknown)
		}
		Expect(status).To(BeRefusedAsMistake())
	})
	It("refuses DELETE with a 4xx status", require.PushBlobSessionUnknownCancel, func(ctx SpecContext) {
		suite.Need(ctx, suite.Cancel)
		answer := repo.CancelUpload(ctx, location)
		if answer.OK() {
			live := repo.OpenUpload(ctx)
			suite.Must(live.Cancel(ctx), require.PushBlobCancelStatus)
			if status := live.Status(ctx); status.OK() {
				suite.Blocked(require.PushBlobCancelGone, status, "a cancelled upload is still there")
			}
		}
		Expect(answer).To(BeRefusedAsMistake())
	})
	It("returns a status that the table of endpoints lists", require.PushBlobSessionUnknownListed, func(ctx SpecContext) {
		patched, completed, status := patch(ctx), put(ctx), repo.UploadStatus(ctx, location)
		needRefused(patched, require.PushBlobSessionUnknown)
		needRefused(completed, require.PushBlobSessionUnknown)
		needRefused(status, require.PushBlobSessionUnknownStatus)
		Expect(patched).To(HaveStatus(http.StatusNotFound, http.StatusRequestedRangeNotSatisfiable))
		Expect(completed).To(HaveStatus(http.StatusNotFound, http.StatusBadRequest, http.StatusRequestedRangeNotSatisfiable))
		Expect(status).To(HaveStatus(http.StatusNotFound))
	})
})

// needRefused ends the spec if a request to an upload that does not exist is not
// refused with a 4xx status: that is the other requirement.
func needRefused(answer *wire.Exchange, other require.ID) {
	if refused, _ := BeRefusedAsMistake().Match(answer); !refused {
		suite.Blocked(other, answer, "a request to an upload that does not exist is not refused with a 4xx status")
	}
}
