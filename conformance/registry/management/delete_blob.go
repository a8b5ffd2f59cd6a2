package management

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

var _ = Describe("Deleting a blob", func() {
	type deleted struct {
		deletion
		blob fixtures.Blob
	}
	remove := suite.Once(func(ctx context.Context) deleted {
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		digest := blob.Digest.String()
		repo.PushBlob(ctx, blob)
		d := deleted{deletion{feature: suite.BlobDelete, by: require.ManagementBlobDeleteStatus}, blob}
		d.del = repo.DeleteBlob(ctx, digest)
		d.look(ctx, getBlob(repo, digest), headBlob(repo, digest))
		d.pushAgain(ctx, func(ctx context.Context) *wire.Exchange { return repo.PostThenPut(ctx, blob) }, getBlob(repo, digest))
		return d
	})
	var (
		repo *suite.Repository
		d    deleted
	)

	BeforeEach(func(ctx SpecContext) { repo, d = suite.Repo(ctx), remove(ctx) })

	It("returns 202 Accepted", require.ManagementBlobDeleteStatus, func() {
		d.expectAccepted()
	})
	It("returns 400 or 405 if the registry does not support it, and deletes nothing", require.ManagementBlobDeleteDisabled, func(ctx SpecContext) {
		d.expectDisabled(ctx, repo.ControlBlob)
	})
	It("makes the blob return 404 Not Found", require.ManagementBlobDeleteGone, func(ctx SpecContext) {
		d.needDeleted()
		expectGone(ctx, d.get, repo.ControlUnknownBlob)
		expectGone(ctx, d.head, headUnknown(headBlob(repo, suite.MissingDigest()), require.PullBlobHeadUnknown))
	})
	It("returns 404 Not Found if the blob does not exist", require.ManagementBlobDeleteUnknown, func(ctx SpecContext) {
		d.needDeleted()
		Expect(repo.DeleteBlob(ctx, suite.MissingDigest())).To(HaveStatus(http.StatusNotFound))
	})
	It("allows the blob to be pushed again", require.ManagementRefusedAgain, func(ctx SpecContext) {
		d.expectAllowedAgain(ctx, repo.ControlBlob)
	})
	It("allows the blob to be pushed and pulled again", require.ManagementBlobDeleteAgain, func(ctx SpecContext) {
		d.expectBack(ctx, d.blob.Data, repo.ControlUpload)
	})
})
