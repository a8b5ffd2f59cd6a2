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
	// A registry may compare the type of the manifest with Accept. So these headers are
	// tried with every kind of manifest.
	others := []string{"application/json", ocispec.MediaTypeImageManifest}
	for _, c := range []struct {
		title   string
		make    func() fixtures.Manifest
		accepts []string
	}{
		{"an image", func() fixtures.Manifest { return fixtures.NewImage(suite.Nonce()) },
			append([]string{"", "*/*", strings.Join(wire.ManifestTypes[:4], ", ")}, others...)},
		{"an artifact", func() fixtures.Manifest { return fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type")) }, others},
		{"an index", func() fixtures.Manifest {
			return fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{fixtures.NewImage(suite.Nonce())})
		}, others},
		{"a Docker image", dockerImage, others},
	} {
		It("does not return 406 Not Acceptable for "+c.title, require.PushNotAcceptable406, func(ctx SpecContext) {
			repo, m := suite.Repo(ctx), c.make()
			needOrdinary(ctx)
			repo.PushContent(ctx, m)
			for _, accept := range c.accepts {
				option := wire.WithHeader("Accept", accept)
				if accept == "" {
					option = wire.WithoutHeader("Accept")
				}
				put := repo.PutManifest(ctx, m.Digest.String(), m.MediaType, m.Data, option)
				Expect(put).To(HaveStatusNot(http.StatusNotAcceptable))
			}
		})
	}
})
