package push

import (
	"net/http"

	"github.com/opencontainers/go-digest"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// mountFromOther pushes a blob to one repository and mounts it into another. It
// ends the spec when the registry takes the mount for the start of an upload,
// which it may.
func mountFromOther(ctx SpecContext, blob fixtures.Blob) (to *suite.Repository, mount *wire.Exchange) {
	from, to := suite.Repo(ctx), suite.Repo2(ctx)
	from.PushBlob(ctx, blob)
	mount = to.Mount(ctx, blob.Digest.String(), from.Name())
	if mount.Status == http.StatusAccepted {
		suite.Absent(suite.Mount, "a mount was answered 202 Accepted")
	}
	return to, mount
}

var _ = Describe("Mounting a blob of another repository", func() {
	It("is answered 201", require.PushBlobMountStatus, func(ctx SpecContext) {
		blob := fixtures.NewBlob(suite.Nonce(), 128)
		to, mount := mountFromOther(ctx, blob)
		if !mount.OK() && !to.HasBlob(ctx, blob) {
			suite.Blocked(require.PushBlobMountFallback, mount, "the blob was not mounted")
		}
		Expect(mount).To(HaveStatus(http.StatusCreated))
	})
	It("is answered with a Location", require.PushBlobMountLocation, func(ctx SpecContext) {
		_, mount := mountFromOther(ctx, fixtures.NewBlob(suite.Nonce(), 128))
		suite.Must(mount, require.PushBlobMountStatus)
		Expect(mount).To(HaveLocation())
	})
	for _, algorithm := range []digest.Algorithm{digest.SHA256, digest.SHA512} {
		It("is answered with a Location that gives the blob, by "+algorithm.String(), require.PushBlobMountLocationPullable, func(ctx SpecContext) {
			if algorithm != digest.SHA256 {
				suite.Need(ctx, suite.SHA512)
			}
			blob := fixtures.NewBlob(suite.Nonce(), 128).With(algorithm)
			to, mount := mountFromOther(ctx, blob)
			suite.Must(mount, require.PushBlobMountStatus)
			location, err := mount.Location()
			if err != nil {
				suite.Blocked(require.PushBlobMountLocation, mount, "there is no Location to pull from")
			}
			pull := to.Get(ctx, wire.EndBlob, location)
			if pull.Status != http.StatusOK || !pull.Is(blob.Data) {
				to.ControlBlob(ctx)
			}
			Expect(pull).To(HaveStatus(http.StatusOK))
			Expect(pull).To(HaveBody(blob.Data))
		})
	}
})

// expectUploadStarted judges that a mount that cannot be done started an upload
// instead, which has a Location as others have.
func expectUploadStarted(ctx SpecContext, to *suite.Repository, mount *wire.Exchange) {
	Expect(mount).To(HaveStatus(http.StatusAccepted))
	if _, err := mount.Location(); err != nil {
		to.OpenUpload(ctx) // or no upload has one
	}
	Expect(mount).To(HaveLocation())
}

var _ = Describe("Mounting a blob that cannot be mounted", func() {
	It("is answered 202 when the source does not have it", require.PushBlobMountFallback, func(ctx SpecContext) {
		from, to := suite.Repo(ctx), suite.Repo2(ctx)
		from.PushBlob(ctx, fixtures.NewBlob(suite.Nonce(), 64)) // the repository exists
		expectUploadStarted(ctx, to, to.Mount(ctx, suite.MissingDigest(), from.Name()))
	})
	It("is answered 202 when the source does not exist", require.PushBlobMountFallback, func(ctx SpecContext) {
		to := suite.Repo2(ctx)
		expectUploadStarted(ctx, to, to.Mount(ctx, suite.MissingDigest(), suite.MissingRepository(ctx)))
	})
	It("is answered 202, or 201, without a source", require.PushBlobMountFallback, func(ctx SpecContext) {
		from, to, blob := suite.Repo(ctx), suite.Repo2(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		from.PushBlob(ctx, blob)
		// The registry may find the blob by itself.
		Expect(to.Mount(ctx, blob.Digest.String(), "")).To(HaveStatus(http.StatusAccepted, http.StatusCreated))
	})
})
