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
		blob           fixtures.Blob
		del, get, head *wire.Exchange
		again          anew
	}
	remove := suite.Once(func(ctx context.Context) deleted {
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		digest := blob.Digest.String()
		repo.PushBlob(ctx, blob)
		d := deleted{blob: blob, del: repo.DeleteBlob(ctx, digest)}
		left := suite.AtOnce(ctx,
			func(ctx context.Context) *wire.Exchange { return repo.GetBlob(ctx, digest) },
			func(ctx context.Context) *wire.Exchange { return repo.HeadBlob(ctx, digest) })
		d.get, d.head = left[0], left[1]
		if d.del.OK() {
			d.again.push = repo.PostThenPut(ctx, blob)
			d.again.pull = repo.GetBlob(ctx, digest)
		}
		return d
	})
	var (
		repo *suite.Repository
		d    deleted
	)

	BeforeEach(func(ctx SpecContext) { repo, d = suite.Repo(ctx), remove(ctx) })

	It("returns 202 Accepted", require.ManagementBlobDeleteStatus, func() {
		if unsupportedStatus(d.del) {
			suite.FeatureMissing(suite.BlobDelete, "deleting a blob returned "+wire.StatusText(d.del.Status))
		}
		Expect(d.del).To(HaveStatus(http.StatusAccepted))
	})
	It("returns 400 or 405 if the registry does not support it, and deletes nothing", require.ManagementBlobDeleteDisabled, func(ctx SpecContext) {
		if !unsupportedStatus(d.del) {
			suite.NeedUnsupported(ctx, suite.BlobDelete)
		}
		expectDisabled(d.del)
		expectUntouched(ctx, d.del, d.get, repo.ControlBlob)
	})
	It("makes the blob return 404 Not Found", require.ManagementBlobDeleteGone, func(ctx SpecContext) {
		needDeleted(d.del, suite.BlobDelete, require.ManagementBlobDeleteStatus)
		expectGone(ctx, d.get, repo.ControlUnknownBlob)
		expectGone(ctx, d.head, func(ctx context.Context) {
			if head := repo.HeadBlob(ctx, suite.MissingDigest()); head.Status != http.StatusNotFound {
				suite.Blocked(require.PullBlobHeadUnknown, head, "HEAD of a blob that does not exist does not return 404, either")
			}
		})
	})
	It("returns 404 Not Found if the blob does not exist", require.ManagementBlobDeleteUnknown, func(ctx SpecContext) {
		needDeleted(d.del, suite.BlobDelete, require.ManagementBlobDeleteStatus)
		Expect(repo.DeleteBlob(ctx, suite.MissingDigest())).To(HaveStatus(http.StatusNotFound))
	})
	It("allows the blob to be pushed again", require.ManagementRefusedAgain, func(ctx SpecContext) {
		needDeleted(d.del, suite.BlobDelete, require.ManagementBlobDeleteStatus)
		if !d.again.push.OK() {
			repo.ControlBlob(ctx)
		}
		Expect(d.again.push).To(BeAccepted())
	})
	It("does not keep the blob from being pulled after a new push", require.ManagementBlobDeleteAgain, func() {
		needDeleted(d.del, suite.BlobDelete, require.ManagementBlobDeleteStatus)
		d.again.expectBack(d.blob.Data)
	})
})
