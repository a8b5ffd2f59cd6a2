package push

import (
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// After a 202, a client continues by uploading the blob that it wanted to mount.
// The upload has to work.
var _ = Describe("The upload that an impossible mount starts", func() {
	It("can be completed", require.PushBlobMountFallbackUpload, func(ctx SpecContext) {
		from, to, blob := suite.Repo(ctx), suite.Repo2(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		from.Occupy(ctx)
		mount := to.Mount(ctx, blob.Digest.String(), from.Name())
		if !mount.OK() || mount.Status == http.StatusCreated {
			suite.Blocked(require.PushBlobMountFallback, mount, "an impossible mount starts no upload")
		}
		location, err := mount.Location()
		if err != nil {
			to.OpenUpload(ctx) // ends the spec if no upload returns a Location
			suite.Blocked(require.PushBlobMountFallback, mount, "the upload that the mount started has no Location")
		}
		put := to.PutUpload(ctx, location, blob.Digest.String(), blob.Data)
		stored := to.HasBlob(ctx, blob)
		if !stored {
			other := fixtures.NewBlob(suite.Nonce(), 64)
			if plain := to.OpenUpload(ctx).PutWhole(ctx, other); !to.HasBlob(ctx, other) {
				suite.Blocked(require.PushBlobPostPutStored, plain, "an upload that POST started cannot be completed, either")
			}
		}
		Expect(put).To(Check("the blob to exist afterwards", func(ex *wire.Exchange) (string, bool) {
			return ex.StatusAndReason() + ", and the blob does not exist", stored
		}))
	})
})
