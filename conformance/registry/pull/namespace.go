package pull

import (
	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/wire"
)

// A proxy may look for the content elsewhere, and need not find it. What it says about the
// parameter has to be the parameter.
var _ = Describe("Pulling a manifest with the parameter ns", func() {
	It("returns the parameter's value in OCI-Namespace, if it returns the header", require.PullProxyNamespace, func(ctx SpecContext) {
		const source = "registry.example"
		repo, _, tag := suite.TaggedImage(ctx)
		pull := repo.GetManifest(ctx, tag, wire.WithQuery("ns", source))
		if pull.Header.Get("OCI-Namespace") == "" {
			suite.NotApplicable("the registry does not use the parameter ns")
		}
		Expect(pull).To(HaveHeader("OCI-Namespace", source))
	})
})
