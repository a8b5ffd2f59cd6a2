package discovery

import (
	"fmt"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

var _ = Describe("Listing hundreds of tags", Label(suite.LargeLabel), func() {
	const many = 300

	It("returns every tag once over all pages", require.DiscoveryTagsPages, func(ctx SpecContext) {
		repo, image, prefix := suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), "assay-"+suite.Nonce()+"-"
		repo.PushContent(ctx, image)
		for i := range many {
			suite.Must(repo.PutManifest(ctx, fmt.Sprintf("%s%03d", prefix, i), image.MediaType, image.Data), require.PushManifestStatus)
		}
		page := suite.Must(repo.ListTags(ctx, wire.WithQuery("n", "50")), require.DiscoveryTagsStatus)
		if len(page.Header.Values("Link")) == 0 {
			suite.NotApplicable("the registry sent no Link")
		}
		seen := map[string]int{}
		for _, tag := range allPages(ctx, repo, page) {
			if strings.HasPrefix(tag, prefix) {
				seen[tag]++
			}
		}
		Expect(page).To(Check(fmt.Sprintf("each of %d tags once", many), func(*wire.Exchange) (string, bool) {
			twice := 0
			for _, n := range seen {
				if n > 1 {
					twice++
				}
			}
			return fmt.Sprintf("%d different tags, %d of them more than once", len(seen), twice), len(seen) == many && twice == 0
		}))
	})
})
