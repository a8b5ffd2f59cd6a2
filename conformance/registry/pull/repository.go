package pull

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
)

// The content exists elsewhere in the registry, so that one that ignores the
// repository is seen.
var _ = Describe("Pulling from a repository that does not exist", func() {
	It("is answered 404 for a manifest", require.PullRepositoryUnknownManifest, func(ctx SpecContext) {
		image := fixtures.NewImage(suite.Nonce())
		suite.Repo().PushManifest(ctx, image)
		nowhere := suite.Named(suite.MissingRepository())
		pull := nowhere.GetManifest(ctx, image.Digest.String())
		if pull.Status != http.StatusNotFound {
			suite.Repo().ControlUnknownManifest(ctx)
		}
		Expect(pull).To(HaveStatus(http.StatusNotFound))
	})
	It("is answered 404 for a blob", require.PullRepositoryUnknownBlob, func(ctx SpecContext) {
		blob := fixtures.NewBlob(suite.Nonce(), 64)
		suite.Repo().PushBlob(ctx, blob)
		nowhere := suite.Named(suite.MissingRepository())
		pull := nowhere.GetBlob(ctx, blob.Digest.String())
		if pull.Status != http.StatusNotFound {
			suite.Repo().ControlUnknownBlob(ctx)
		}
		Expect(pull).To(HaveStatus(http.StatusNotFound))
	})
})
