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

// A client that is told 202 goes on with the upload of the blob that it wanted
// to mount.
var _ = Describe("The upload that an impossible mount starts", func() {
	It("can be finished", require.PushBlobMountFallbackUpload, func(ctx SpecContext) {
		from, to, blob := suite.Repo(ctx), suite.Repo2(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		from.PushBlob(ctx, fixtures.NewBlob(suite.Nonce(), 64)) // the repository exists
		mount := to.Mount(ctx, blob.Digest.String(), from.Name())
		if !mount.OK() || mount.Status == http.StatusCreated {
			suite.Blocked(require.PushBlobMountFallback, mount, "a mount that cannot be done starts no upload")
		}
		location, err := mount.Location()
		if err != nil {
			to.OpenUpload(ctx) // or no upload has one
			suite.Blocked(require.PushBlobMountFallback, mount, "the upload has no Location")
		}
		put := to.PutUpload(ctx, location, blob.Digest.String(), blob.Data)
		stored := to.HasBlob(ctx, blob)
		if !stored {
			other := fixtures.NewBlob(suite.Nonce(), 64)
			if plain := to.OpenUpload(ctx).PutWhole(ctx, other); !to.HasBlob(ctx, other) {
				suite.Blocked(require.PushBlobPostPutStored, plain, "no upload can be finished in this way")
			}
		}
		Expect(put).To(Check("the blob to be there afterwards", func(ex *wire.Exchange) (string, bool) {
			return "status " + wire.StatusText(ex.Status) + ", and no blob", stored
		}))
	})
})
