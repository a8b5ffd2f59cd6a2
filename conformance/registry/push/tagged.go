package push

import (
	"slices"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// namedTags are the tags in the OCI-Tag headers of a response.
func namedTags(ex *wire.Exchange) []string {
	var tags []string
	for _, value := range ex.Header.Values("OCI-Tag") {
		for tag := range strings.SplitSeq(value, ",") {
			tags = append(tags, strings.TrimSpace(tag))
		}
	}
	return tags
}

var _ = Describe("A tag that was created by a tag parameter", func() {
	var (
		repo  *suite.Repository
		image fixtures.Manifest
		tag   string
	)

	// pushAndPullTag pushes the image with two tag parameters and pulls it by the
	// first. It ends the spec unless OCI-Tag lists that tag.
	pushAndPullTag := func(ctx SpecContext) *wire.Exchange {
		repo.PushContent(ctx, image)
		put := suite.Must(repo.PutManifest(ctx, image.Digest.String(), image.MediaType, image.Data,
			wire.WithQuery("tag", tag), wire.WithQuery("tag", suite.Tag())), require.PushManifestTagParametersTen)
		pull := repo.GetManifest(ctx, tag)
		if !isKept(pull, image) {
			needOrdinaryTag(ctx)
		}
		switch {
		case slices.Contains(namedTags(put), tag):
		case isKept(pull, image):
			suite.Blocked(require.PushManifestTagParametersHeader, put, "the tag was created, and OCI-Tag does not list it")
		default:
			suite.NotApplicable("the registry did not create the tag, and OCI-Tag does not list it")
		}
		return pull
	}

	BeforeEach(func(ctx SpecContext) {
		suite.Need(ctx, suite.TagParameters)
		repo, image, tag = suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag()
	})

	It("points to the manifest", require.PushManifestTagParametersTagged, func(ctx SpecContext) {
		pull := pushAndPullTag(ctx)
		if !pull.OK() {
			suite.Blocked(require.PushManifestTagParametersHeader, pull, "OCI-Tag lists a tag that does not exist")
		}
		Expect(pull).To(beKept(image))
	})
	It("points to the manifest even if it pointed to another one before", require.PushManifestTagParametersTagged, func(ctx SpecContext) {
		repo.PushTagged(ctx, tag, fixtures.NewImage(suite.Nonce()))
		Expect(pushAndPullTag(ctx)).To(beKept(image))
	})
})
