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

// Two clients that move a tag at the same time need a condition, or one of them overwrites
// what the other has just pushed. RFC 9110 has the conditions (section 13.1); the
// distribution-spec says nothing about them, so a registry that ignores them is only
// observed.
var _ = Describe("Pushing a tag with a condition that does not hold", func() {
	// expectRefused sends the push, and judges it with the tag afterwards.
	expectRefused := func(ctx context.Context, tag string, before fixtures.Manifest, header, value string) {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushContent(ctx, image)
		suite.DeleteLater(ctx, repo, image)
		put := repo.PutManifest(ctx, tag, image.MediaType, image.Data, wire.WithHeader(header, value))
		pull := repo.GetManifest(ctx, tag)
		Expect(put).To(Check("412 Precondition Failed, and the tag as it was", func(ex *wire.Exchange) (string, bool) {
			moved := "the tag as it was"
			if !pull.Is(before.Data) {
				moved = "another manifest under the tag"
			}
			return ex.StatusAndReason() + ", and " + moved, ex.Status == http.StatusPreconditionFailed && pull.Is(before.Data)
		}))
	}

	It("is refused if the tag must not exist", require.PushManifestCondition, func(ctx SpecContext) {
		tag, image := suite.Tag(), fixtures.NewImage(suite.Nonce())
		suite.Repo(ctx).PushTagged(ctx, tag, image)
		expectRefused(ctx, tag, image, "If-None-Match", "*")
	})
	It("is refused if the tag must have an ETag that it no longer has", require.PushManifestCondition, func(ctx SpecContext) {
		repo, tag, image := suite.Repo(ctx), suite.Tag(), fixtures.NewImage(suite.Nonce())
		repo.PushTagged(ctx, tag, fixtures.NewImage(suite.Nonce()))
		old := repo.GetManifest(ctx, tag).Header.Get("ETag")
		if old == "" {
			suite.NotApplicable("the registry returns no ETag for a tag, and does not have to")
		}
		repo.PushTagged(ctx, tag, image)
		expectRefused(ctx, tag, image, "If-Match", old)
	})
})
