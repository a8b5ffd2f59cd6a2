package pull

import (
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
)

var _ = Describe("Pulling a tag after another tag was pushed", func() {
	It("returns 200 OK if the other tag is of the same manifest", require.PullManifestGetStatus, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		_, pull := suite.Repo(ctx).PullTwoTags(ctx)
		if pull.Status != http.StatusOK {
			suite.Repo(ctx).ControlTag(ctx)
		}
		Expect(pull).To(HaveStatus(http.StatusOK))
	})
	It("returns its own manifest if the other tag differs in case alone", require.PullManifestGetBytes, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		image, pull := suite.Repo(ctx).PullCases(ctx)
		suite.Must(pull, require.PullManifestGetStatus)
		if !pull.Is(image.Data) {
			suite.Repo(ctx).ControlTag(ctx)
		}
		Expect(pull).To(HaveBody(image.Data))
	})
})
