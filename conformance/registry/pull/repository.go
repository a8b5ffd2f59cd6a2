package pull

import (
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
)

// The content exists in another repository: this shows a registry that ignores the
// repository's name.
var _ = Describe("Pulling from a repository that does not exist", func() {
	It("returns 404 Not Found for a manifest", require.PullRepositoryUnknownManifest, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		repo, image, _ := suite.TaggedImage(ctx)
		nowhere := suite.RepoNamed(ctx, suite.MissingRepository(ctx))
		pull := nowhere.GetManifest(ctx, image.Digest.String())
		if pull.Status != http.StatusNotFound {
			repo.ControlUnknownManifest(ctx)
		}
		Expect(pull).To(HaveStatus(http.StatusNotFound))
	})
	It("returns 404 Not Found for a blob", require.PullRepositoryUnknownBlob, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		repo, blob := suite.StoredBlob(ctx, 64)
		nowhere := suite.RepoNamed(ctx, suite.MissingRepository(ctx))
		pull := nowhere.GetBlob(ctx, blob.Digest.String())
		if pull.Status != http.StatusNotFound {
			repo.ControlUnknownBlob(ctx)
		}
		Expect(pull).To(HaveStatus(http.StatusNotFound))
	})
})
