package push

import (
	"net/http"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// everyCharacter is a media type with every kind of character that a media type may
// have.
func everyCharacter() string {
	for _, t := range fixtures.MediaTypes(suite.Nonce()) {
		if t.Title == "a type with every character" {
			return t.Text
		}
	}
	panic("fixtures.MediaTypes has no type with every character")
}

// Sigstore's bundles once had a version in a parameter of their media type.
var _ = Describe("Pushing a manifest with a parameter in the media type", func() {
	It("of a layer is accepted and stored unchanged", require.PushTypeParameter, func(ctx SpecContext) {
		layer := func(suffix string) fixtures.Manifest {
			blob := fixtures.NewBlob(suite.Nonce(), 64).As(suite.MediaType("+json" + suffix))
			return fixtures.NewImage(suite.Nonce(), fixtures.WithLayers(blob))
		}
		expectKept(ctx, suite.Repo(ctx), layer(";version=0.3"), suspect{by: require.PushTypeUnknownLayer, m: layer("")},
			suspect{by: require.PushTypeUnknownLayer, m: layersOf(suite.MediaType(""), everyCharacter())})
	})
	It("of the artifact is accepted and stored unchanged", require.PushTypeParameter, func(ctx SpecContext) {
		m := fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+json;version=0.3"))
		suspects := unknownTypes(m)[1:] // the types of its config and its layer
		for _, suffix := range []string{"+json", ""} {
			suspects = append(suspects, suspect{by: require.PushTypeUnknownArtifact, m: artifactOf(suite.MediaType(suffix))})
		}
		suspects = append(suspects, suspect{by: require.PushTypeUnknownArtifact, m: artifactOf(everyCharacter())})
		expectKept(ctx, suite.Repo(ctx), m, suspects...)
	})
})

// One client reads the type from the header, another one from the document.
var _ = Describe("Pushing a manifest whose mediaType contradicts its Content-Type", func() {
	for _, c := range []struct{ title, says string }{
		{"mediaType of an index", ocispec.MediaTypeImageIndex},
		{"mediaType of a Docker manifest", dockerManifest},
	} {
		It("is refused: "+c.title, require.PushMediatypeMismatch, func(ctx SpecContext) {
			repo := suite.Repo(ctx)
			needOrdinary(ctx) // otherwise a refusal would prove nothing
			image := fixtures.NewImage(suite.Nonce())
			repo.PushContent(ctx, image)
			image = image.Edit(func(doc map[string]any) { doc["mediaType"] = c.says })
			Expect(repo.PutManifest(ctx, image.Digest.String(), image.MediaType, image.Data)).To(BeRefused())
		})
	}
})

// A registry may refuse a manifest of a type that it does not know. If it takes the
// manifest, clients need the type to read it.
var _ = Describe("Pushing a manifest of an unknown media type", func() {
	It("keeps the type, if the registry accepts the manifest", require.PullManifestContentTypePushed, func(ctx SpecContext) {
		repo, mediaType := suite.Repo(ctx), suite.MediaType("+json")
		m := fixtures.NewImage(suite.Nonce()).Edit(func(doc map[string]any) { doc["mediaType"] = mediaType })
		m.MediaType = mediaType
		if !repo.PutWithContent(ctx, m.Digest.String(), m).OK() {
			suite.NotApplicable("the registry does not accept the manifest, and does not have to")
		}
		pull := repo.GetManifest(ctx, m.Digest.String(), wire.WithHeader("Accept", mediaType+", */*"))
		if pull.Status != http.StatusOK {
			suite.NotApplicable("the manifest cannot be pulled: " + pull.StatusAndReason())
		}
		if pull.MediaType() != mediaType {
			repo.ControlManifest(ctx)
		}
		Expect(pull).To(HaveContentType(mediaType))
	})
})
