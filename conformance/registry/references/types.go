package references

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// expectKept judges that a manifest is accepted and comes back byte for byte.
func expectKept(ctx SpecContext, m fixtures.Manifest) {
	GinkgoHelper()
	repo := suite.Repo()
	repo.PushContent(ctx, m)
	put := repo.PutManifest(ctx, m.Digest.String(), m.MediaType, m.Data)
	Expect(put).To(Check("success", func(ex *wire.Exchange) (string, bool) {
		return "status " + wire.StatusText(ex.Status), ex.OK()
	}))
	pull := suite.Must(repo.GetManifest(ctx, m.Digest.String(), wire.WithHeader("Accept", m.MediaType)), require.PullManifestGetStatus)
	Expect(pull).To(HaveBody(m.Data))
}

// The types are made up for each run: what is on nobody's list must be taken.
var _ = Describe("Pushing what no registry has seen before", func() {
	It("accepts an artifactType", require.PushTypeUnknownArtifact, func(ctx SpecContext) {
		expectKept(ctx, fixtures.NewImage(suite.Nonce(), fixtures.WithArtifactType(suite.MediaType("+json"))))
	})
	It("accepts a config's media type", require.PushTypeUnknownConfig, func(ctx SpecContext) {
		expectKept(ctx, fixtures.NewImage(suite.Nonce(),
			fixtures.WithConfig(fixtures.NewBlob(suite.Nonce(), 32).As(suite.MediaType("+json")))))
	})
	It("accepts a layer's media type", require.PushTypeUnknownLayer, func(ctx SpecContext) {
		expectKept(ctx, fixtures.NewImage(suite.Nonce(),
			fixtures.WithLayers(fixtures.NewBlob(suite.Nonce(), 32).As(suite.MediaType("+tar")))))
	})
	It("accepts an index with an artifactType", require.PushIndexArtifact, func(ctx SpecContext) {
		child := fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"))
		expectKept(ctx, fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child}, fixtures.WithArtifactType(suite.MediaType("+type"))))
	})
	It("accepts a field", require.PushTypeUnknownField, func(ctx SpecContext) {
		expectKept(ctx, fixtures.NewImage(suite.Nonce()).Edit(func(doc map[string]any) {
			doc["org.example.assay"] = map[string]any{"unknown": []any{1, "two", nil}}
		}))
	})
	It("accepts an image manifest without mediaType", require.PushMediatypeAbsent, func(ctx SpecContext) {
		expectKept(ctx, fixtures.NewImage(suite.Nonce()).Edit(func(doc map[string]any) { delete(doc, "mediaType") }))
	})
	It("accepts an index without mediaType", require.PushMediatypeAbsent, func(ctx SpecContext) {
		child := fixtures.NewImage(suite.Nonce())
		expectKept(ctx, fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child}).Edit(func(doc map[string]any) { delete(doc, "mediaType") }))
	})
	It("accepts the empty descriptor as a config", require.PushConfigEmptyDescriptor, func(ctx SpecContext) {
		expectKept(ctx, fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithConfig(fixtures.Empty())))
	})
	It("accepts the empty descriptor as the only layer", require.PushLayersEmptyLayer, func(ctx SpecContext) {
		expectKept(ctx, fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithLayers(fixtures.Empty())))
	})
	It("accepts a blob of no bytes", require.PushBlobZeroBytes, func(ctx SpecContext) {
		expectKept(ctx, fixtures.NewImage(suite.Nonce(),
			fixtures.WithLayers(fixtures.BlobOf(nil).As(ocispec.MediaTypeImageLayer))))
	})
})
