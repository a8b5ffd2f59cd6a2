package security

import (
	"net/http"

	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// Each of the two repositories of a mount deletes its blob: the other one keeps it.
var _ = Describe("Deleting a mounted blob", func() {
	It("leaves it in the other repository", require.SecurityIsolationDelete, func(ctx SpecContext) {
		suite.Need(ctx, suite.Mount)
		suite.Need(ctx, suite.BlobDelete)
		one, two := suite.Repo(ctx), suite.Repo2(ctx)
		if one.Name() == two.Name() {
			suite.NotApplicable("the run has only one repository")
		}
		blobs := [2]fixtures.Blob{fixtures.NewBlob(suite.Nonce(), 64), fixtures.NewBlob(suite.Nonce(), 64)}
		for i, b := range blobs {
			one.PushBlob(ctx, b)
			mount := two.Mount(ctx, b.Digest.String(), one.Name())
			if mount.Status != http.StatusCreated {
				suite.FeatureMissing(suite.Mount, "a mount returned "+wire.StatusText(mount.Status))
			}
			from, left := one, two
			if i == 1 {
				from, left = two, one
			}
			needDeleted(from.DeleteBlob(ctx, b.Digest.String()), suite.BlobDelete, require.ManagementBlobDeleteStatus)
			expectBlob(ctx, left, b, func() { needMounted(ctx, one, two) })
		}
	})
	It("leaves it in the other repository if a manifest is deleted that has it", require.SecurityIsolationDelete, func(ctx SpecContext) {
		suite.Need(ctx, suite.Mount)
		suite.Need(ctx, suite.ManifestDelete)
		one, two := suite.Repo(ctx), suite.Repo2(ctx)
		if one.Name() == two.Name() {
			suite.NotApplicable("the run has only one repository")
		}
		image := fixtures.NewImage(suite.Nonce(), fixtures.WithOwnBlobs())
		one.PushManifest(ctx, image)
		layer := image.Blobs[1]
		mount := two.Mount(ctx, layer.Digest.String(), one.Name())
		if mount.Status != http.StatusCreated {
			suite.FeatureMissing(suite.Mount, "a mount returned "+wire.StatusText(mount.Status))
		}
		needDeleted(one.DeleteManifest(ctx, image.Digest.String()), suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		expectBlob(ctx, two, layer, func() { needMounted(ctx, one, two) })
	})
})

// needMounted ends the spec unless a mounted blob is in both repositories while nothing is
// deleted.
func needMounted(ctx SpecContext, one, two *suite.Repository) {
	blob := fixtures.NewBlob(suite.Nonce(), 64)
	one.PushBlob(ctx, blob)
	mount := two.Mount(ctx, blob.Digest.String(), one.Name())
	if mount.OK() && !two.HasBlob(ctx, blob) {
		suite.Blocked(require.PushBlobMountLocationPullable, mount, "a mounted blob is not there if nothing was deleted, either")
	}
	if mount.OK() && !one.HasBlob(ctx, blob) {
		suite.Blocked(require.PushBlobMountSource, mount, "a mounted blob is not in its source any more")
	}
}
