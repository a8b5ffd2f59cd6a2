package references

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

// These referrers are so many and so large that hardly any registry returns them in one
// response.
var _ = Describe("Listing hundreds of referrers", Label(suite.LargeLabel), func() {
	const many = 300

	It("returns every referrer once", require.ReferencesListComplete, func(ctx SpecContext) {
		padding := map[string]string{"org.example.padding": strings.Repeat("x", 16<<10)}
		repo, _, _, list := listWith(ctx, func(subject fixtures.Manifest) []fixtures.Manifest {
			var all []fixtures.Manifest
			for range many {
				all = append(all, artifact(fixtures.WithAnnotations(padding))(subject)...)
			}
			return all
		})
		suite.Must(list, require.ReferencesListStatus)
		seen := map[string]bool{}
		all := allPages(ctx, repo, list)
		for _, d := range all {
			seen[d.Digest.String()] = true
		}
		Expect(list).To(Check(fmt.Sprintf("%d different entries", many), func(*wire.Exchange) (string, bool) {
			return fmt.Sprintf("%d entries, %d different", len(all), len(seen)), len(all) == many && len(seen) == many
		}))
	})
})
