package push

import (
	"context"
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// putWithoutBlobs pushes an image whose blobs are missing.
var putWithoutBlobs = suite.Once(func(ctx context.Context) *wire.Exchange {
	suite.NeedPushed(ctx)
	image := fixtures.NewImage(suite.Nonce(), fixtures.WithOwnBlobs())
	return suite.Repo(ctx).PutManifest(ctx, suite.Tag(), image.MediaType, image.Data)
})

var _ = Describe("Pushing a manifest whose blobs are missing", func() {
	It("is accepted, or refused as MANIFEST_BLOB_UNKNOWN", require.PushManifestMissingReferenceCode, func(ctx SpecContext) {
		put := putWithoutBlobs(ctx)
		needErrorList(put)
		Expect(put).To(Check("success (any 2xx status), or the error code MANIFEST_BLOB_UNKNOWN", func(ex *wire.Exchange) (string, bool) {
			return ex.String() + " " + string(ex.Body), ex.OK() || saysMissing(ex)
		}))
	})
	// An error may have a body in any format, and none: then nobody knows the reason.
	It("is accepted, or refused with an error code", require.PushManifestMissingReferenceBody, func(ctx SpecContext) {
		put := putWithoutBlobs(ctx)
		if put.Status >= http.StatusInternalServerError {
			suite.Blocked(require.PushManifestMissingReferenceCode, put, "the refusal is a server error")
		}
		Expect(put).To(Check("success (any 2xx status), or a JSON body with an error code", func(ex *wire.Exchange) (string, bool) {
			return ex.String() + " " + string(ex.Body), ex.OK() || ex.IsJSON()
		}))
	})
	It("does not cause a server error", require.ErrorsSemantics, func(ctx SpecContext) {
		put := putWithoutBlobs(ctx)
		if put.Status >= http.StatusInternalServerError && !saysMissing(put) && suite.Version(ctx) != require.V1_0 {
			suite.Blocked(require.PushManifestMissingReferenceCode, put, "the response does not say MANIFEST_BLOB_UNKNOWN, either")
		}
		Expect(put).To(BeNoServerError())
	})
})
