package pull

import (
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
)

var _ = Describe("Asking whether the specification is implemented", func() {
	It("is answered 200", require.PullSupportStatus, func(ctx SpecContext) {
		Expect(suite.Registry(ctx).Support(ctx)).To(HaveStatus(http.StatusOK))
	})
})
