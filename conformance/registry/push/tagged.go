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

// namedTags are the tags that an answer says it made.
func namedTags(ex *wire.Exchange) []string {
	var tags []string
	for _, value := range ex.Header.Values("OCI-Tag") {
		for tag := range strings.SplitSeq(value, ",") {
			tags = append(tags, strings.TrimSpace(tag))
		}
	}
	return tags
}

var _ = Describe("A tag that was made by a parameter", func() {
	var (
		repo  *suite.Repository
		image fixtures.Manifest
		tag   string
	)

	// pushAndPullTag pushes the image with the tag and one more, and pulls by
	// the tag if the answer named it.
	pushAndPullTag := func(ctx SpecContext) *wire.Exchange {
		repo.PushContent(ctx, image)
		put := suite.Must(repo.PutManifest(ctx, image.Digest.String(), image.MediaType, image.Data,
			wire.WithQuery("tag", tag), wire.WithQuery("tag", suite.Tag())), require.PushManifestTagParametersTen)
		pull := repo.GetManifest(ctx, tag)
		if !isKept(pull, image) {
			needOrdinaryTag(ctx, repo)
		}
		switch {
		case slices.Contains(namedTags(put), tag):
		case isKept(pull, image):
			suite.Blocked(require.PushManifestTagParametersHeader, put, "the tag is there and was not named")
		default:
			suite.Nothing("the registry did not take the tag, and did not say so")
		}
		return pull
	}

	BeforeEach(func(ctx SpecContext) {
		suite.Need(ctx, suite.TagParameters)
		repo, image, tag = suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag()
	})

	It("leads to the manifest", require.PushManifestTagParametersTagged, func(ctx SpecContext) {
		pull := pushAndPullTag(ctx)
		if !pull.OK() {
			suite.Blocked(require.PushManifestTagParametersHeader, pull, "a tag was named that is not there")
		}
		Expect(pull).To(beKept(image))
	})
	It("leads to the manifest, also when it led to another", require.PushManifestTagParametersTagged, func(ctx SpecContext) {
		repo.PushTagged(ctx, tag, fixtures.NewImage(suite.Nonce()))
		Expect(pushAndPullTag(ctx)).To(beKept(image))
	})
})
