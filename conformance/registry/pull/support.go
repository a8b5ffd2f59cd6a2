package pull

import (
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
)

var _ = Describe("GET /v2/", func() {
	It("returns 200 OK", require.PullSupportStatus, func(ctx SpecContext) {
		Expect(suite.Registry(ctx).Support(ctx)).To(HaveStatus(http.StatusOK))
	})
})
