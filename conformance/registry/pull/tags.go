package pull

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

// beside is an image, and the response for its first tag after other tags were pushed.
type beside struct {
	image fixtures.Manifest
	pull  *wire.Exchange
}

var besideTags = suite.Once(func(ctx context.Context) beside {
	suite.NeedPushed(ctx)
	image, pull := suite.Repo(ctx).PullBesideTags(ctx)
	return beside{image, pull}
})

var _ = Describe("Pulling a tag after other tags were pushed", func() {
	It("returns 200 OK, also if another tag is of the same manifest", require.PullManifestGetStatus, func(ctx SpecContext) {
		pull := besideTags(ctx).pull
		if pull.Status != http.StatusOK {
			suite.Repo(ctx).ControlTag(ctx)
		}
		Expect(pull).To(HaveStatus(http.StatusOK))
	})
	It("returns its own manifest, also if another tag differs in case alone", require.PullManifestGetBytes, func(ctx SpecContext) {
		got := besideTags(ctx)
		suite.Must(got.pull, require.PullManifestGetStatus)
		if !got.pull.Is(got.image.Data) {
			suite.Repo(ctx).ControlTag(ctx)
		}
		Expect(got.pull).To(HaveBody(got.image.Data))
	})
})
