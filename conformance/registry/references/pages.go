package references

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// How long a page is, only the registry knows: some cut at a number of
// entries, others at a number of bytes. These referrers are too many and too
// large for the pages of most; a registry that gives them all at once has
// nothing to link.
var _ = Describe("Listing more referrers than fit into a page", func() {
	const many = 12
	var (
		repo      *suite.Repository
		referrers []fixtures.Manifest
		list      *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		padding := map[string]string{"org.example.padding": strings.Repeat("x", 1024)}
		repo, _, referrers, list = listWith(ctx, func(subject fixtures.Manifest) []fixtures.Manifest {
			var all []fixtures.Manifest
			for range many {
				all = append(all, artifact(fixtures.WithAnnotations(padding))(subject)...)
			}
			return all
		})
		suite.Must(list, require.ReferencesListStatus)
	})

	It("gives a Link when entries are missing", require.ReferencesPageLink, func() {
		Expect(list).To(Check(fmt.Sprintf("all %d entries, or a Link to more", many), func(ex *wire.Exchange) (string, bool) {
			entries := referrersOf(ex)
			if len(ex.Header.Values("Link")) > 0 {
				return "a Link", true
			}
			missing := 0
			for _, r := range referrers {
				if find(entries, r) == nil {
					missing++
				}
			}
			return fmt.Sprintf("%d entries missing and no Link", missing), missing == 0 || missing == len(referrers)
		}))
	})
	It("gives a Link as RFC 5988 says", require.ReferencesPageLinkFormat, func() {
		if len(list.Header.Values("Link")) == 0 {
			suite.Nothing("no Link was sent")
		}
		Expect(list).To(Check(`a Link with rel="next" and a URL`, func(ex *wire.Exchange) (string, bool) {
			next, err := ex.Next()
			if err != nil {
				return err.Error(), false
			}
			return "Link: " + strings.Join(ex.Header.Values("Link"), ", "), next != nil
		}))
	})
	It("gives each of them once, page after page", require.ReferencesPageComplete, func(ctx SpecContext) {
		if next, err := list.Next(); err != nil || next == nil {
			suite.Nothing("there are no further pages")
		}
		all := allPages(ctx, repo, list)
		Expect(list).To(Check(fmt.Sprintf("%d different entries", many), func(*wire.Exchange) (string, bool) {
			seen := map[string]int{}
			for _, d := range all {
				seen[d.Digest.String()]++
			}
			return fmt.Sprintf("%d entries, %d different", len(all), len(seen)), len(all) == many && len(seen) == many
		}))
	})
})
