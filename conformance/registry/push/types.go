package push

import (
	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
)

var _ = Describe("Pushing unusual content", func() {
	It("accepts an index with an unknown artifactType", require.PushIndexArtifact, func(ctx SpecContext) {
		child := fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"))
		expectKept(ctx, suite.Repo(ctx), fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child}, fixtures.WithArtifactType(suite.MediaType("+type"))))
	})
	It("accepts an unknown field", require.PushTypeUnknownField, func(ctx SpecContext) {
		expectKept(ctx, suite.Repo(ctx), fixtures.NewImage(suite.Nonce()).Edit(func(doc map[string]any) {
			doc["org.example.assay"] = map[string]any{"unknown": []any{1, "two", nil}}
		}))
	})
	It("accepts an image manifest without mediaType", require.PushMediatypeAbsent, func(ctx SpecContext) {
		expectKept(ctx, suite.Repo(ctx), fixtures.NewImage(suite.Nonce()).Edit(func(doc map[string]any) { delete(doc, "mediaType") }))
	})
	It("accepts an index without mediaType", require.PushMediatypeAbsent, func(ctx SpecContext) {
		child := fixtures.NewImage(suite.Nonce())
		expectKept(ctx, suite.Repo(ctx), fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child}).Edit(func(doc map[string]any) { delete(doc, "mediaType") }))
	})
	It("accepts the empty descriptor as a config", require.PushConfigEmptyDescriptor, func(ctx SpecContext) {
		artifact := fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithConfig(fixtures.Empty()))
		expectKept(ctx, suite.Repo(ctx), artifact, unknownTypes(artifact)...)
	})
	It("accepts the empty descriptor as a config, with its content in the data field", require.PushConfigEmptyDescriptor, func(ctx SpecContext) {
		artifact := fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithConfig(fixtures.Empty())).Edit(func(doc map[string]any) {
			doc["config"].(map[string]any)["data"] = fixtures.Empty().Data
		})
		expectKept(ctx, suite.Repo(ctx), artifact, unknownTypes(artifact)...)
	})
	It("accepts the empty descriptor as the only layer", require.PushLayersEmptyLayer, func(ctx SpecContext) {
		artifact := fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithLayers(fixtures.Empty()))
		expectKept(ctx, suite.Repo(ctx), artifact, unknownTypes(artifact)...)
		// The guidance for artifacts without content uses the empty descriptor as
		// config and as layer.
		bare := fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithConfig(fixtures.Empty()), fixtures.WithLayers(fixtures.Empty()))
		expectKept(ctx, suite.Repo(ctx), bare, append(unknownTypes(bare), suspect{by: require.PushConfigEmptyDescriptor, m: fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithConfig(fixtures.Empty()))})...)
	})
	It("accepts a blob of zero bytes", require.PushBlobZeroBytes, func(ctx SpecContext) {
		repo, blob := suite.Repo(ctx), fixtures.BlobOf([]byte{})
		put := repo.OpenUpload(ctx).PutWhole(ctx, blob)
		if !put.OK() {
			repo.ControlBlob(ctx)
			// Other specs push the same blob.
			other := fixtures.NewBlob(suite.Nonce(), 64)
			repo.PushBlob(ctx, other)
			suite.Must(repo.OpenUpload(ctx).PutWhole(ctx, other), require.PushBlobPostPutStatus)
			needOverlap(ctx, repo)
		}
		Expect(put).To(BeAccepted())
		pull := repo.GetBlob(ctx, blob.Digest.String())
		if !pull.OK() {
			repo.ControlUpload(ctx)
		}
		Expect(pull).To(BeAccepted())
		artifact := fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithLayers(blob.As(suite.MediaType(""))))
		expectKept(ctx, repo, artifact, unknownTypes(artifact)...)
	})
})
