package pull

import (
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
)

// The content exists elsewhere in the registry, so that one that ignores the
// repository is seen.
var _ = Describe("Pulling from a repository that does not exist", func() {
	It("is answered 404 for a manifest", require.PullRepositoryUnknownManifest, func(ctx SpecContext) {
		image := fixtures.NewImage(suite.Nonce())
		suite.Repo(ctx).PushManifest(ctx, image)
		nowhere := suite.Named(ctx, suite.MissingRepository(ctx))
		pull := nowhere.GetManifest(ctx, image.Digest.String())
		if pull.Status != http.StatusNotFound {
			suite.Repo(ctx).ControlUnknownManifest(ctx)
		}
		Expect(pull).To(HaveStatus(http.StatusNotFound))
	})
	It("is answered 404 for a blob", require.PullRepositoryUnknownBlob, func(ctx SpecContext) {
		blob := fixtures.NewBlob(suite.Nonce(), 64)
		suite.Repo(ctx).PushBlob(ctx, blob)
		nowhere := suite.Named(ctx, suite.MissingRepository(ctx))
		pull := nowhere.GetBlob(ctx, blob.Digest.String())
		if pull.Status != http.StatusNotFound {
			suite.Repo(ctx).ControlUnknownBlob(ctx)
		}
		Expect(pull).To(HaveStatus(http.StatusNotFound))
	})
})
