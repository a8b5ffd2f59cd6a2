package management

import (
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
)

// The specification does not say what becomes of the manifest. One that is gone takes its
// tags along, and its digest may be signed; one without a blob can be repaired by pushing
// the blob again.
var _ = Describe("Deleting a blob to which a manifest refers", func() {
	It("leaves the manifest", require.ManagementBlobDeleteManifest, func(ctx SpecContext) {
		suite.Need(ctx, suite.BlobDelete)
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce(), fixtures.WithOwnBlobs())
		repo.PushTagged(ctx, suite.Tag(), image)
		del := repo.DeleteBlob(ctx, image.Blobs[len(image.Blobs)-1].Digest.String())
		if !del.OK() {
			suite.NotApplicable("the registry does not delete the blob, and does not have to: " + del.StatusAndReason())
		}
		pull := repo.GetManifest(ctx, image.Digest.String())
		expectContent(ctx, pull, image.Data, "the manifest that was pushed", repo.ControlManifest)
	})
})
