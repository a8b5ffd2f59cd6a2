package push

import (
	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

var _ = Describe("Pushing a manifest under the digest of other content", func() {
	It("does not store the manifest", require.PushManifestDigestMismatch, func(ctx SpecContext) {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushContent(ctx, image)
		other := fixtures.NewImage(suite.Nonce()).Digest.String()
		if there := repo.GetManifest(ctx, other); there.OK() {
			suite.Blocked(require.PullManifestGetUnknown, there, "a manifest that nobody pushed can be pulled, too")
		}
		suite.DeleteLater(ctx, repo, image)
		repo.PutManifest(ctx, other, image.MediaType, image.Data)
		Expect(repo.GetManifest(ctx, other)).To(Check("no manifest under this digest, which is the digest of other content",
			func(ex *wire.Exchange) (string, bool) { return "status " + wire.StatusText(ex.Status), !ex.OK() }))
	})
})
