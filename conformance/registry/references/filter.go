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

// filters reads OCI-Filters-Applied.
func filters(ex *wire.Exchange) []string {
	var names []string
	for _, value := range ex.Header.Values("OCI-Filters-Applied") {
		for _, name := range strings.Split(value, ",") {
			names = append(names, strings.TrimSpace(name))
		}
	}
	return names
}

var _ = Describe("Listing the referrers of one artifactType", func() {
	var (
		repo      *suite.Repository
		referrers []fixtures.Manifest
		list      *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		var subject fixtures.Manifest
		var whole *wire.Exchange
		repo, subject, referrers, whole = listWith(ctx, func(subject fixtures.Manifest) []fixtures.Manifest {
			return append(artifact()(subject), artifact()(subject)...)
		})
		needListed(ctx, repo, whole, referrers)
		list = suite.Must(repo.ListReferrers(ctx, subject.Digest.String(),
			wire.WithQuery("artifactType", referrers[0].ArtifactType)), require.ReferencesListStatus)
	})
	// filtered says that the list is the one that the filter asks for.
	filtered := func(ctx SpecContext) bool {
		all := allPages(ctx, repo, list)
		return find(all, referrers[0]) != nil && find(all, referrers[1]) == nil
	}

	It("is supported, or leaves the list whole", require.ReferencesFilterSupport, func(ctx SpecContext) {
		all := allPages(ctx, repo, list)
		if len(filters(list)) == 0 && find(all, referrers[0]) != nil && find(all, referrers[1]) != nil {
			suite.Absent(suite.TypeFilter, "the list is the whole one")
		}
		Expect(list).To(Check("only the referrers of that type", func(ex *wire.Exchange) (string, bool) {
			return fmt.Sprintf("%d entries", len(allPages(ctx, repo, ex))), filtered(ctx) || len(filters(ex)) > 0
		}))
	})
	It("says so when it filtered", require.ReferencesFilterHeader, func(ctx SpecContext) {
		if !filtered(ctx) {
			suite.Nothing("the list was not filtered")
		}
		Expect(list).To(Check("OCI-Filters-Applied: artifactType", func(ex *wire.Exchange) (string, bool) {
			names := filters(ex)
			return "OCI-Filters-Applied: " + strings.Join(names, ", "), len(names) == 1 && names[0] == "artifactType"
		}))
	})
	It("filters when it says so", require.ReferencesFilterApplied, func(ctx SpecContext) {
		if len(filters(list)) == 0 {
			suite.Nothing("no filter was announced")
		}
		Expect(list).To(Check("only the referrers of that type", func(ex *wire.Exchange) (string, bool) {
			return fmt.Sprintf("%d entries", len(allPages(ctx, repo, ex))), filtered(ctx)
		}))
	})
	It("says nothing when no filter was asked for", require.ReferencesFilterUnasked, func(ctx SpecContext) {
		plain := suite.Must(repo.ListReferrers(ctx, referrers[0].Subject.Digest.String()), require.ReferencesListStatus)
		Expect(plain).To(HaveNoHeader("OCI-Filters-Applied"))
	})
})
