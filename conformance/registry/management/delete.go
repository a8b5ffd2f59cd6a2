package management

import (
	"context"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// disabled says that a delete was answered the way a registry answers that
// does not delete such things.
func disabled(ex *wire.Exchange) bool {
	return ex.Status == http.StatusBadRequest || ex.Status == http.StatusMethodNotAllowed
}

// unsupportedStatus says that the answer to a delete means that deleting is
// not implemented or not allowed, in whichever words.
func unsupportedStatus(ex *wire.Exchange) bool {
	return disabled(ex) || ex.Status == http.StatusNotImplemented || ex.Status == http.StatusForbidden
}

var _ = Describe("Deleting a tag", func() {
	var (
		repo  *suite.Repository
		image fixtures.Manifest
		tag   string
		del   *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		repo, image, tag = suite.Repo(), fixtures.NewImage(suite.Nonce()), suite.Tag()
		repo.PushTagged(ctx, tag, image)
		repo.PushManifest(ctx, image) // by digest too, so that it outlives the tag
		del = repo.DeleteManifest(ctx, tag)
	})

	It("is answered 202", require.ManagementTagDeleteStatus, func() {
		if unsupportedStatus(del) {
			suite.Absent(suite.TagDelete, "deleting a tag was answered "+wire.StatusText(del.Status))
		}
		Expect(del).To(HaveStatus(http.StatusAccepted))
	})
	It("is answered 400 or 405 where it is disabled", require.ManagementTagDeleteDisabled, func() {
		if !unsupportedStatus(del) {
			suite.NeedNot(suite.TagDelete)
		}
		Expect(del).To(HaveStatus(http.StatusBadRequest, http.StatusMethodNotAllowed))
	})
	It("leaves 404 behind", require.ManagementTagDeleteGone, func(ctx SpecContext) {
		if unsupportedStatus(del) {
			suite.Absent(suite.TagDelete, "deleting a tag was answered "+wire.StatusText(del.Status))
		}
		suite.Must(del, require.ManagementTagDeleteStatus)
		expectGone(ctx, repo.GetManifest(ctx, tag), repo.ControlUnknownManifest)
	})
})

var _ = Describe("Deleting a manifest", func() {
	var (
		repo  *suite.Repository
		image fixtures.Manifest
		tag   string
		del   *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		repo, image, tag = suite.Repo(), fixtures.NewImage(suite.Nonce()), suite.Tag()
		repo.PushTagged(ctx, tag, image)
		del = repo.DeleteManifest(ctx, image.Digest.String())
	})

	It("is answered 202", require.ManagementManifestDeleteStatus, func() {
		if unsupportedStatus(del) {
			suite.Absent(suite.ManifestDelete, "deleting a manifest was answered "+wire.StatusText(del.Status))
		}
		Expect(del).To(HaveStatus(http.StatusAccepted))
	})
	It("is answered 400 or 405 where it is disabled", require.ManagementManifestDeleteDisabled, func() {
		if !unsupportedStatus(del) {
			suite.NeedNot(suite.ManifestDelete)
		}
		Expect(del).To(HaveStatus(http.StatusBadRequest, http.StatusMethodNotAllowed))
	})
	It("leaves 404 behind", require.ManagementManifestDeleteGone, func(ctx SpecContext) {
		needDeleted(del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		expectGone(ctx, repo.GetManifest(ctx, image.Digest.String()), repo.ControlUnknownManifest)
	})
	It("leaves 404 behind for its tags", require.ManagementManifestDeleteTagsGone, func(ctx SpecContext) {
		needDeleted(del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		if repo.GetManifest(ctx, image.Digest.String()).OK() {
			suite.Blocked(require.ManagementManifestDeleteGone, del, "the manifest is still there")
		}
		expectGone(ctx, repo.GetManifest(ctx, tag), repo.ControlUnknownManifest)
	})
	It("is answered 404 in a repository that does not exist", require.ManagementManifestDeleteUnknownRepository, func(ctx SpecContext) {
		needDeleted(del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		nowhere := suite.Named(suite.MissingRepository())
		Expect(nowhere.DeleteManifest(ctx, suite.MissingDigest())).To(HaveStatus(http.StatusNotFound))
	})
})

// needDeleted ends the spec unless the delete succeeded.
func needDeleted(del *wire.Exchange, f suite.Feature, by require.ID) {
	if unsupportedStatus(del) {
		suite.Absent(f, "the delete was answered "+wire.StatusText(del.Status))
	}
	suite.Must(del, by)
}

var _ = Describe("Deleting a blob", func() {
	var (
		repo *suite.Repository
		blob fixtures.Blob
		del  *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		repo, blob = suite.Repo(), fixtures.NewBlob(suite.Nonce(), 64)
		repo.PushBlob(ctx, blob)
		del = repo.DeleteBlob(ctx, blob.Digest.String())
	})

	It("is answered 202", require.ManagementBlobDeleteStatus, func() {
		if unsupportedStatus(del) {
			suite.Absent(suite.BlobDelete, "deleting a blob was answered "+wire.StatusText(del.Status))
		}
		Expect(del).To(HaveStatus(http.StatusAccepted))
	})
	It("is answered 400 or 405 where it is disabled", require.ManagementBlobDeleteDisabled, func() {
		if !unsupportedStatus(del) {
			suite.NeedNot(suite.BlobDelete)
		}
		Expect(del).To(HaveStatus(http.StatusBadRequest, http.StatusMethodNotAllowed))
	})
	It("leaves 404 behind", require.ManagementBlobDeleteGone, func(ctx SpecContext) {
		needDeleted(del, suite.BlobDelete, require.ManagementBlobDeleteStatus)
		expectGone(ctx, repo.GetBlob(ctx, blob.Digest.String()), repo.ControlUnknownBlob)
	})
	It("is answered 404 when there is none", require.ManagementBlobDeleteUnknown, func(ctx SpecContext) {
		needDeleted(del, suite.BlobDelete, require.ManagementBlobDeleteStatus)
		Expect(repo.DeleteBlob(ctx, suite.MissingDigest())).To(HaveStatus(http.StatusNotFound))
	})
})

// expectGone judges that what was deleted is answered 404; unknown is asked
// when it is refused in another way.
func expectGone(ctx SpecContext, pull *wire.Exchange, unknown func(context.Context)) {
	GinkgoHelper()
	if !pull.OK() && pull.Status != http.StatusNotFound {
		unknown(ctx)
	}
	Expect(pull).To(HaveStatus(http.StatusNotFound))
}
