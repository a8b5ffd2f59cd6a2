package push

import (
	"net/http"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// Some clients send an Accept header with every request, also with a push, whose
// response has no body.
var _ = Describe("Pushing a manifest with an Accept header", func() {
	for _, c := range []struct {
		title string
		make  func() fixtures.Manifest
	}{
		{"an image", func() fixtures.Manifest { return fixtures.NewImage(suite.Nonce()) }},
		{"an artifact", func() fixtures.Manifest { return fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type")) }},
		{"an index", func() fixtures.Manifest {
			return fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{fixtures.NewImage(suite.Nonce())})
		}},
		{"a Docker image", dockerImage},
	} {
		It("does not return 406 Not Acceptable for "+c.title, require.PushNotAcceptable406, func(ctx SpecContext) {
			repo, m := suite.Repo(ctx), c.make()
			needOrdinary(ctx)
			repo.PushContent(ctx, m)
			options := []wire.Option{wire.WithoutHeader("Accept")}
			for _, accept := range []string{"*/*", "application/json", ocispec.MediaTypeImageManifest, strings.Join(wire.ManifestTypes[:4], ", ")} {
				options = append(options, wire.WithHeader("Accept", accept))
			}
			for _, option := range options {
				put := repo.PutManifest(ctx, m.Digest.String(), m.MediaType, m.Data, option)
				Expect(put).To(HaveStatusNot(http.StatusNotAcceptable))
			}
		})
	}
})
