package push

import (
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
)

// Sigstore's bundles had a version in a parameter of their type.
var _ = Describe("Pushing a manifest with a parameter in a media type", func() {
	It("is accepted, and keeps it, if it is a layer's", require.PushTypeParameter, func(ctx SpecContext) {
		layer := func(suffix string) fixtures.Manifest {
			blob := fixtures.NewBlob(suite.Nonce(), 64).As(suite.MediaType("+json" + suffix))
			return fixtures.NewImage(suite.Nonce(), fixtures.WithLayers(blob))
		}
		expectKept(ctx, suite.Repo(ctx), layer(";version=0.3"), suspect{by: require.PushTypeUnknownLayer, m: layer("")})
	})
	It("is accepted, and keeps it, if it is the artifactType", require.PushTypeParameter, func(ctx SpecContext) {
		artifact := func(suffix string) fixtures.Manifest {
			return fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+json"+suffix))
		}
		expectKept(ctx, suite.Repo(ctx), artifact(";version=0.3"), suspect{by: require.PushTypeUnknownArtifact, m: fixtures.NewImage(suite.Nonce(), fixtures.WithArtifactType(suite.MediaType("+json")))})
	})
})

// Who goes by the header and who goes by the document read it as two things.
var _ = Describe("Pushing a manifest whose mediaType contradicts its Content-Type", func() {
	for _, c := range []struct{ title, says string }{
		{"and says that it is an index", ocispec.MediaTypeImageIndex},
		{"and says that it is Docker's", dockerManifest},
	} {
		It(c.title+" is refused", require.PushMediatypeMismatch, func(ctx SpecContext) {
			repo := suite.Repo(ctx)
			needOrdinary(ctx, repo) // a refusal would say nothing otherwise
			image := fixtures.NewImage(suite.Nonce())
			repo.PushContent(ctx, image)
			image = image.Edit(func(doc map[string]any) { doc["mediaType"] = c.says })
			Expect(repo.PutManifest(ctx, image.Digest.String(), image.MediaType, image.Data)).To(BeRefused())
		})
	}
})
