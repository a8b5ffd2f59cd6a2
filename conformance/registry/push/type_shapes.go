package push

import (
	"context"
	"encoding/json"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// artifactOf, configOf and layersOf are ordinary images except for their media types.
func artifactOf(mediaType string) fixtures.Manifest {
	return fixtures.NewImage(suite.Nonce(), fixtures.WithArtifactType(mediaType))
}

func configOf(mediaType string) fixtures.Manifest {
	return fixtures.NewImage(suite.Nonce(), fixtures.WithConfig(fixtures.NewBlob(suite.Nonce(), 32).As(mediaType)))
}

func layersOf(mediaTypes ...string) fixtures.Manifest {
	layer, layers := fixtures.NewBlob(suite.Nonce(), 32), []fixtures.Blob{}
	for _, t := range mediaTypes {
		layers = append(layers, layer.As(t))
	}
	return fixtures.NewImage(suite.Nonce(), fixtures.WithLayers(layers...))
}

// layerTypes are made-up media types, and the layer types of image-spec. Every registry
// has to accept them all, whether it knows them or not.
func layerTypes() []fixtures.Shape {
	return append(fixtures.MediaTypes(suite.Nonce()),
		fixtures.Shape{Title: "a type with the suffix +tar", Text: suite.MediaType("+tar")},
		fixtures.Shape{Title: "a tar", Text: ocispec.MediaTypeImageLayer},
		fixtures.Shape{Title: "a tar with gzip", Text: ocispec.MediaTypeImageLayerGzip},
		fixtures.Shape{Title: "a tar with zstd", Text: ocispec.MediaTypeImageLayerZstd},
		fixtures.Shape{Title: "a tar that is not distributable", Text: "application/vnd.oci.image.layer.nondistributable.v1.tar"},
		fixtures.Shape{Title: "a tar with gzip that is not distributable", Text: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"},
	)
}

// puts pushes one image for each type at the same time. The images share their blobs.
func puts(ctx context.Context, repo *suite.Repository, types []fixtures.Shape, with func(string) fixtures.Manifest) []Case {
	images := map[string]fixtures.Manifest{}
	for _, t := range types {
		images[t.Text] = with(t.Text)
	}
	repo.PushContent(ctx, images[types[0].Text])
	return suite.AskEach(ctx, "", types, func(ctx context.Context, mediaType string) *wire.Exchange {
		m := images[mediaType]
		return repo.PutManifest(ctx, m.Digest.String(), m.MediaType, m.Data)
	})
}

// typed are pushes of images, one for each form of a type. Each image has the type
// twice: as its artifactType and as the type of its config. If a push is refused, two
// specs send further requests.
var typed = suite.Once(func(ctx context.Context) []Case {
	config := fixtures.NewBlob(suite.Nonce(), 32)
	return puts(ctx, suite.Repo(ctx), fixtures.MediaTypes(suite.Nonce()), func(mediaType string) fixtures.Manifest {
		return fixtures.NewImage(suite.Nonce(), fixtures.WithArtifactType(mediaType), fixtures.WithConfig(config.As(mediaType)))
	})
})

func allTyped(ctx context.Context) bool { return ExpectEach(typed(ctx)).First(BeAccepted()) == nil }

// expectTypes judges that an image is accepted with each of the types.
func expectTypes(ctx SpecContext, repo *suite.Repository, types []fixtures.Shape, with func(string) fixtures.Manifest) {
	cases := puts(ctx, repo, types, with)
	if ExpectEach(cases).First(BeAccepted()) != nil {
		needOrdinary(ctx)
	}
	ExpectEach(cases).To(BeAccepted())
}

// A registry that has a list of types, or a pattern for them, has to accept other
// types, too. The types are made up in each run.
var _ = Describe("Pushing unusual content", func() {
	It("accepts an unknown artifactType", require.PushTypeUnknownArtifact, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		expectKept(ctx, repo, artifactOf(suite.MediaType("+type")))
		if !allTyped(ctx) {
			expectTypes(ctx, repo, fixtures.MediaTypes(suite.Nonce()), artifactOf)
		}
	})
	It("accepts an unknown config media type", require.PushTypeUnknownConfig, func(ctx SpecContext) {
		repo, config := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 32)
		expectKept(ctx, repo, configOf(suite.MediaType("")))
		if !allTyped(ctx) {
			expectTypes(ctx, repo, fixtures.MediaTypes(suite.Nonce()), func(mediaType string) fixtures.Manifest {
				return fixtures.NewImage(suite.Nonce(), fixtures.WithConfig(config.As(mediaType)))
			})
		}
	})
	It("accepts an unknown layer media type", require.PushTypeUnknownLayer, func(ctx SpecContext) {
		repo, types, all := suite.Repo(ctx), layerTypes(), []string{}
		for _, t := range types {
			all = append(all, t.Text)
		}
		m := layersOf(all...)
		if answer := pushAndPull(ctx, repo, m.Digest.String(), m); !isKept(answer, m) {
			layer := fixtures.NewBlob(suite.Nonce(), 32)
			expectTypes(ctx, repo, types, func(mediaType string) fixtures.Manifest {
				return fixtures.NewImage(suite.Nonce(), fixtures.WithLayers(layer.As(mediaType)))
			})
			expectKept(ctx, repo, layersOf(suite.MediaType("")))
			twice := layersOf(ocispec.MediaTypeImageLayer, ocispec.MediaTypeImageLayer)
			if other := pushAndPull(ctx, repo, twice.Digest.String(), twice); !isKept(other, twice) {
				suite.Blocked(require.PushManifestForms, other, "an image with the same layer twice is refused or changed, too")
			}
			Expect(answer).To(beKept(m))
		}
	})
})

// unknownTypes are ordinary images. Each has one of the unknown types of an artifact.
// If a registry refuses one of these images, this type is the reason why it refuses the
// artifact.
func unknownTypes(artifact fixtures.Manifest) []suspect {
	var doc ocispec.Manifest
	if json.Unmarshal(artifact.Data, &doc) != nil || artifact.MediaType != ocispec.MediaTypeImageManifest {
		return nil
	}
	var suspects []suspect
	if doc.ArtifactType != "" {
		suspects = append(suspects, suspect{by: require.PushTypeUnknownArtifact, m: artifactOf(doc.ArtifactType)})
	}
	if t := doc.Config.MediaType; t != ocispec.MediaTypeImageConfig && t != ocispec.MediaTypeEmptyJSON {
		suspects = append(suspects, suspect{by: require.PushTypeUnknownConfig, m: configOf(t)})
	}
	for _, layer := range doc.Layers {
		if t := layer.MediaType; t != ocispec.MediaTypeImageLayer && t != ocispec.MediaTypeEmptyJSON {
			suspects = append(suspects, suspect{by: require.PushTypeUnknownLayer, m: layersOf(t)})
		}
	}
	return suspects
}
