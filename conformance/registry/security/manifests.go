package security

import (
	"context"
	"fmt"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// accepts are values of Accept: the types of manifests, a type that no manifest has,
// and any type.
var accepts = []string{
	ocispec.MediaTypeImageManifest,
	ocispec.MediaTypeImageIndex,
	"application/vnd.docker.distribution.manifest.v2+json",
	"application/vnd.docker.distribution.manifest.list.v2+json",
	"application/vnd.docker.distribution.manifest.v1+prettyjws",
	"application/vnd.docker.distribution.manifest.v1+json, application/json",
	"text/html",
	"*/*",
}

// A registry that converts manifests for old clients, or picks one out of an index,
// returns content that does not match the requested digest.
var _ = Describe("Pulling a manifest by digest", func() {
	It("returns that manifest or none, whatever Accept says", require.SecurityAcceptDigest, func(ctx SpecContext) {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{image})
		repo.PushManifest(ctx, index)
		for _, m := range []fixtures.Manifest{image, index} {
			d := m.Digest.String()
			requests := []func(context.Context) *wire.Exchange{func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, d) }}
			options := []wire.Option{wire.WithoutHeader("Accept")}
			for _, value := range accepts {
				options = append(options, wire.WithHeader("Accept", value))
			}
			for _, option := range options {
				requests = append(requests, func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, d, option) })
			}
			pulls := suite.AtOnce(ctx, requests...)
			if plain := suite.Must(pulls[0], require.PullManifestGetStatus); string(plain.Body) != string(m.Data) {
				suite.Blocked(require.PullManifestGetBytes, plain, "a GET that accepts its type returns other bytes, too")
			}
			for _, pull := range pulls[1:] {
				if pull.OK() && string(pull.Body) != string(m.Data) {
					repo.ControlManifest(ctx)
				}
				Expect(pull).To(Check("the manifest with the digest "+d+", or a refusal", func(ex *wire.Exchange) (string, bool) {
					return fmt.Sprintf("status %s with %d bytes (%s)", wire.StatusText(ex.Status), ex.BodySize, ex.BodyDigest),
						!ex.OK() || string(ex.Body) == string(m.Data)
				}))
			}
		}
	})
})

var _ = Describe("Pushing a manifest", func() {
	It("that is not JSON is refused", require.SecurityManifestNotJson, func(ctx SpecContext) {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushContent(ctx, image)
		for _, document := range []string{
			"this is not a manifest " + suite.Nonce(),
			string(image.Data[:len(image.Data)-1]),
			string(image.Data) + "}",
			"",
		} {
			Expect(repo.PutManifest(ctx, suite.Tag(), image.MediaType, []byte(document))).To(BeRefused())
		}
	})
	// Two clients read different content from such a document, under one digest: one
	// reads the layers, the other reads the manifests.
	It("that is an image manifest and an index at once is refused", require.SecurityManifestAmbiguous, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		repo, child, _ := suite.TaggedImage(ctx)
		image := fixtures.NewImage(suite.Nonce())
		repo.PushContent(ctx, image)
		for _, mediaType := range []string{ocispec.MediaTypeImageManifest, ocispec.MediaTypeImageIndex} {
			both := image.Edit(func(doc map[string]any) {
				doc["mediaType"] = mediaType
				doc["manifests"] = []ocispec.Descriptor{child.Descriptor()}
			})
			Expect(repo.PutManifest(ctx, suite.Tag(), mediaType, both.Data)).To(BeRefused())
		}
	})
})
