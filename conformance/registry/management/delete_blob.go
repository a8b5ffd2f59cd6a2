package management

import (
	"context"
	"errors"
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
		blob  fixtures.Blob
		again *wire.Exchange // the delete of the deleted blob
	}
	remove := suite.Once(func(ctx context.Context) deleted {
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		digest := blob.Digest.String()
		repo.PushBlob(ctx, blob)
		d := deleted{deletion: deletion{feature: suite.BlobDelete, by: require.ManagementBlobDeleteStatus}, blob: blob}
		suite.AtOnce(ctx, getBlob(repo, digest), headBlob(repo, digest)) // a cache may keep the answers
		d.del = repo.DeleteBlob(ctx, digest)
		d.look(ctx, getBlob(repo, digest), headBlob(repo, digest))
		if d.del.OK() {
			d.again = repo.DeleteBlob(ctx, digest)
		}
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
	It("returns 404 Not Found if the repository does not exist", require.ManagementBlobDeleteUnknown, func(ctx SpecContext) {
		d.needDeleted()
		answer := suite.RepoNamed(ctx, suite.MissingRepository(ctx)).DeleteBlob(ctx, suite.MissingDigest())
		if errors.Is(answer.Err, wire.ErrCredentials) {
			suite.NotApplicable("the login does not reach repositories that do not exist")
		}
		if answer.Status != http.StatusNotFound {
			needUnknownDelete(ctx, repo)
		}
		Expect(answer).To(HaveStatus(http.StatusNotFound))
	})
	It("returns 404 Not Found if the blob was deleted before", require.ManagementBlobDeleteUnknown, func(ctx SpecContext) {
		d.needDeleted()
		if d.again.Status != http.StatusNotFound {
			needUnknownDelete(ctx, repo)
			if d.get.OK() {
				suite.Blocked(require.ManagementBlobDeleteGone, d.get, "the deleted blob still exists")
			}
		}
		Expect(d.again).To(HaveStatus(http.StatusNotFound))
	})
	It("allows the blob to be pushed again", require.ManagementRefusedAgain, func(ctx SpecContext) {
		d.expectAllowedAgain(ctx, repo.ControlBlob)
	})
	It("allows the blob to be pushed and pulled again", require.ManagementBlobDeleteAgain, func(ctx SpecContext) {
		d.expectBack(ctx, d.blob.Data, func(ctx context.Context) {
			repo.ControlUpload(ctx)
			needFoundAfterPush(ctx, repo)
		})
	})
})

// needFoundAfterPush ends the spec if GET does not find a blob that it was asked for
// before the push.
func needFoundAfterPush(ctx context.Context, repo *suite.Repository) {
	blob := fixtures.NewBlob(suite.Nonce(), 64)
	repo.GetBlob(ctx, blob.Digest.String())
	if push := repo.PostThenPut(ctx, blob); push.OK() && !repo.GetBlob(ctx, blob.Digest.String()).OK() {
		suite.Blocked(require.PullBlobGetStatus, push, "a blob that GET did not find before its push is not found afterwards, either")
	}
}

// needUnknownDelete ends the spec if the delete of a blob that never existed does not
// return 404.
func needUnknownDelete(ctx context.Context, repo *suite.Repository) {
	if unknown := repo.DeleteBlob(ctx, suite.MissingDigest()); unknown.Status != http.StatusNotFound {
		suite.Blocked(require.ManagementBlobDeleteUnknown, unknown, "the delete of a blob that never existed does not return 404, either")
	}
}

var _ = Describe("Deleting a blob that only another repository has", func() {
	type deleted struct {
		deletion
		blob fixtures.Blob
	}
	remove := suite.Once(func(ctx context.Context) deleted {
		repo, other, blob := suite.Repo(ctx), suite.Repo2(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		if repo.Name() == other.Name() {
			suite.NotApplicable("the run has only one repository")
		}
		suite.Need(ctx, suite.BlobDelete)
		repo.PushBlob(ctx, blob)
		other.Occupy(ctx)
		d := deleted{deletion: deletion{feature: suite.BlobDelete, by: require.ManagementBlobDeleteStatus}, blob: blob}
		d.del = other.DeleteBlob(ctx, blob.Digest.String())
		d.get = repo.GetBlob(ctx, blob.Digest.String())
		return d
	})

	It("returns 404 Not Found", require.ManagementBlobDeleteUnknown, func(ctx SpecContext) {
		d, other := remove(ctx), suite.Repo2(ctx)
		d.needSupported()
		if d.del.Status != http.StatusNotFound {
			needUnknownDelete(ctx, other)
			_, stored := suite.StoredBlob(ctx, 64)
			if shared := other.GetBlob(ctx, stored.Digest.String()); shared.OK() {
				suite.Blocked(require.SecurityIsolationBlob, shared, "the blobs of the other repository can be pulled here, too")
			}
			if !d.get.OK() && d.del.OK() {
				suite.Blocked(require.SecurityIsolationDelete, d.get, "the blob was deleted in the other repository")
			}
		}
		Expect(d.del).To(HaveStatus(http.StatusNotFound))
	})
	It("leaves the blob in the other repository", require.SecurityIsolationDelete, func(ctx SpecContext) {
		d, repo := remove(ctx), suite.Repo(ctx)
		d.needSupported()
		expectContent(ctx, d.get, d.blob.Data, "the blob, which another repository was asked to delete", repo.ControlBlob)
	})
})
