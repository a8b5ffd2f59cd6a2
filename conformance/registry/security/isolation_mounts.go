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
			if !left.HasBlob(ctx, b) {
				suite.Blocked(require.PushBlobMountLocationPullable, mount, "the blob is not there after the mount")
			}
			needDeleted(from.DeleteBlob(ctx, b.Digest.String()), suite.BlobDelete, require.ManagementBlobDeleteStatus)
			expectBlob(ctx, left, b)
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
		if pull := two.GetBlob(ctx, layer.Digest.String()); !pull.OK() {
			other := fixtures.NewBlob(suite.Nonce(), 64)
			one.PushBlob(ctx, other)
			if again := two.Mount(ctx, other.Digest.String(), one.Name()); again.OK() && !two.HasBlob(ctx, other) {
				suite.Blocked(require.PushBlobMountLocationPullable, again, "a mounted blob is not there if nothing was deleted, either")
			}
		}
		expectBlob(ctx, two, layer)
	})
})
