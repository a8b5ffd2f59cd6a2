package push

import (
	"context"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

var _ = Describe("Pushing an index", func() {
	It("that lists another index is accepted and stored unchanged", require.PushIndexNested, func(ctx SpecContext) {
		inner := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{fixtures.NewImage(suite.Nonce())})
		expectKept(ctx, suite.Repo(ctx), fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{inner}))
	})
	It("with an empty list of manifests is accepted and stored unchanged", require.PushIndexEmpty, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		index := fixtures.NewIndex(suite.Nonce(), nil)
		if answer := pushAndPull(ctx, repo, index.Digest.String(), index); !isKept(answer, index) {
			needOrdinaryIndex(ctx)
			Expect(answer).To(beKept(index))
		}
	})
})

var _ = Describe("Pushing an image manifest", func() {
	It("with an empty list of layers is accepted and stored unchanged", require.PushLayersNone, func(ctx SpecContext) {
		expectKept(ctx, suite.Repo(ctx), fixtures.NewImage(suite.Nonce(), fixtures.WithLayers()))
	})
	// The specification does not forbid these forms, and tools write them.
	It("of an unusual form is accepted", require.PushManifestForms, func(ctx SpecContext) {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushContent(ctx, image)
		layer, other := image.Blobs[1], fixtures.NewBlob(suite.Nonce(), 64).As(ocispec.MediaTypeImageLayer)
		repo.PushBlob(ctx, other)
		forms := []struct {
			title string
			m     fixtures.Manifest
		}{
			{"the same layer twice", fixtures.NewImage(suite.Nonce(), fixtures.WithLayers(layer, layer))},
			{"the same layer twice among others", fixtures.NewImage(suite.Nonce(), fixtures.WithLayers(layer, other, layer))},
			{"a layer that can also be had elsewhere", fixtures.NewImage(suite.Nonce()).Edit(func(doc map[string]any) {
				doc["layers"].([]any)[0].(map[string]any)["urls"] = []string{"https://assay.example/layer"}
			})},
			{"no annotations", fixtures.NewImage(suite.Nonce()).Edit(func(doc map[string]any) {
				delete(doc, "annotations")
				doc["config"].(map[string]any)["annotations"] = map[string]string{fixtures.NonceAnnotation: suite.Nonce()}
			})},
			{"empty annotations", fixtures.NewImage(suite.Nonce()).Edit(func(doc map[string]any) {
				doc["annotations"] = map[string]string{}
				doc["config"].(map[string]any)["annotations"] = map[string]string{fixtures.NonceAnnotation: suite.Nonce()}
			})},
		}
		var shapes []fixtures.Shape
		for _, f := range forms {
			shapes = append(shapes, fixtures.Shape{Title: f.title, Text: string(f.m.Data)})
		}
		cases := suite.AskEach(ctx, "an image with ", shapes, func(ctx context.Context, text string) *wire.Exchange {
			return repo.PutManifest(ctx, fixtures.BlobOf([]byte(text)).Digest.String(), image.MediaType, []byte(text))
		})
		if ExpectEach(cases).First(BeAccepted()) != nil {
			needOrdinary(ctx)
		}
		ExpectEach(cases).To(BeAccepted())
	})
})
