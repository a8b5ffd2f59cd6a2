package pull

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
)

var _ = Describe("Asking whether the specification is implemented", func() {
	It("is answered 200", require.PullSupportStatus, func(ctx SpecContext) {
		Expect(suite.Registry().Support(ctx)).To(HaveStatus(http.StatusOK))
	})
})
