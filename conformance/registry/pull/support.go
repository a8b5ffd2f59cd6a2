package pull

import (
	"errors"
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/wire"
)

var _ = Describe("GET /v2/", func() {
	It("returns 200 OK", require.PullSupportStatus, func(ctx SpecContext) {
		answer := suite.Registry(ctx).Support(ctx)
		if answer.Status == http.StatusUnauthorized || errors.Is(answer.Err, wire.ErrCredentials) {
			suite.NotApplicable("the registry uses GET /v2/ for logins, which it may do, and takes other requests without one")
		}
		Expect(answer).To(HaveStatus(http.StatusOK))
	})
})
