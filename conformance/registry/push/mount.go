package push

import (
	"context"
	"net/http"

	"github.com/opencontainers/go-digest"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// mountFromOther pushes a blob to one repository and mounts it into another. It ends
// the spec if the registry starts an upload instead, which the specification
// allows.
func mountFromOther(ctx context.Context, blob fixtures.Blob) blobPush {
	from, to := suite.Repo(ctx), suite.Repo2(ctx)
	from.PushBlob(ctx, blob)
	mount := to.Mount(ctx, blob.Digest.String(), from.Name())
	if mount.Status == http.StatusAccepted {
		suite.Absent(suite.Mount, "a mount returned 202 Accepted")
	}
	return blobPush{blob, mount}
}

var _ = Describe("Mounting a blob from another repository", func() {
	mounted := map[digest.Algorithm]func(context.Context) blobPush{}
	for _, algorithm := range []digest.Algorithm{digest.SHA256, digest.SHA512} {
		mounted[algorithm] = suite.Once(func(ctx context.Context) blobPush {
			return mountFromOther(ctx, fixtures.NewBlob(suite.Nonce(), 128).With(algorithm))
		})
	}

	It("returns 201 Created", require.PushBlobMountStatus, func(ctx SpecContext) {
		got := mounted[digest.SHA256](ctx)
		to, blob, mount := suite.Repo2(ctx), got.blob, got.answer
		if !mount.OK() && !to.HasBlob(ctx, blob) {
			suite.Blocked(require.PushBlobMountFallback, mount, "the blob was not mounted")
		}
		Expect(mount).To(HaveStatus(http.StatusCreated))
	})
	It("returns a Location", require.PushBlobMountLocation, func(ctx SpecContext) {
		mount := mounted[digest.SHA256](ctx).answer
		suite.Must(mount, require.PushBlobMountStatus)
		Expect(mount).To(HaveLocation())
	})
	for _, algorithm := range []digest.Algorithm{digest.SHA256, digest.SHA512} {
		It("returns a Location from which the blob can be pulled, by "+algorithm.String(), require.PushBlobMountLocationPullable, func(ctx SpecContext) {
			if algorithm != digest.SHA256 {
				suite.Need(ctx, suite.SHA512)
			}
			got := mounted[algorithm](ctx)
			to, blob, mount := suite.Repo2(ctx), got.blob, got.answer
			suite.Must(mount, require.PushBlobMountStatus)
			location, err := mount.Location()
			if err != nil {
				suite.Blocked(require.PushBlobMountLocation, mount, "the response has no Location")
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

// expectUploadStarted judges that an impossible mount started an upload instead, with
// a Location.
func expectUploadStarted(ctx SpecContext, to *suite.Repository, mount *wire.Exchange) {
	Expect(mount).To(HaveStatus(http.StatusAccepted))
	if _, err := mount.Location(); err != nil {
		to.OpenUpload(ctx) // ends the spec if no upload returns a Location
	}
	Expect(mount).To(HaveLocation())
}

var _ = Describe("Mounting a blob that cannot be mounted", func() {
	It("returns 202 Accepted if the source does not have the blob", require.PushBlobMountFallback, func(ctx SpecContext) {
		from, to := suite.Repo(ctx), suite.Repo2(ctx)
		from.Occupy(ctx)
		expectUploadStarted(ctx, to, to.Mount(ctx, suite.MissingDigest(), from.Name()))
	})
	It("returns 202 Accepted if the source does not exist", require.PushBlobMountFallback, func(ctx SpecContext) {
		to := suite.Repo2(ctx)
		expectUploadStarted(ctx, to, to.Mount(ctx, suite.MissingDigest(), suite.MissingRepository(ctx)))
	})
	It("returns 202 or 201 if no source is given", require.PushBlobMountFallback, func(ctx SpecContext) {
		from, to, blob := suite.Repo(ctx), suite.Repo2(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		from.PushBlob(ctx, blob)
		// The registry may find the blob without a source.
		Expect(to.Mount(ctx, blob.Digest.String(), "")).To(HaveStatus(http.StatusAccepted, http.StatusCreated))
	})
})
