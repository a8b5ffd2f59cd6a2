package discovery

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

// Other specs push tags at the same time: a tag that the registry made here is
// recognised by the first digits of the manifest's digest in its name.
var _ = Describe("Listing tags after a push by digest", func() {
	It("returns no tag that nobody pushed", require.DiscoveryTagsComplete, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, image)
		list := suite.Must(repo.ListTags(ctx), require.DiscoveryTagsStatus)
		needList(list)
		digits := image.Digest.Encoded()[:10]
		made := slices.DeleteFunc(allPages(ctx, repo, list), func(tag string) bool { return !strings.Contains(tag, digits) })
		Expect(list).To(Check("no tag named after "+image.Digest.String(), func(*wire.Exchange) (string, bool) {
			return "the tag " + strings.Join(made, ", "), len(made) == 0
		}))
	})
})
