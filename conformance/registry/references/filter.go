package references

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// filters are the names in OCI-Filters-Applied.
func filters(ex *wire.Exchange) []string {
	var names []string
	for _, value := range ex.Header.Values("OCI-Filters-Applied") {
		for _, name := range strings.Split(value, ",") {
			names = append(names, strings.TrimSpace(name))
		}
	}
	return names
}

// filteredList is the response to a request for the referrers of one artifactType. It
// also has the pushed referrers that have the type, and the others.
type filteredList struct {
	wanted, others []fixtures.Manifest
	list           *wire.Exchange
	entries        []ocispec.Descriptor // of all pages
}

func (q filteredList) announced() bool { return len(filters(q.list)) > 0 }

// filtered says that the list contains exactly the referrers of the type.
func (q filteredList) filtered() bool {
	return len(without(q.entries, q.wanted)) == 0 && len(without(q.entries, q.others)) == len(q.others)
}

// whole says that the list contains all referrers, as a list without a filter does.
func (q filteredList) whole() bool {
	return len(without(q.entries, q.wanted)) == 0 && len(without(q.entries, q.others)) == 0
}

func (q filteredList) received() string {
	return fmt.Sprintf("%d of %d referrers of that type, and %d others", len(q.wanted)-len(without(q.entries, q.wanted)),
		len(q.wanted), len(q.others)-len(without(q.entries, q.others)))
}

// beOfType expects all referrers of the type, and no others. If also is true, any
// list is accepted.
func (q filteredList) beOfType(also bool) types.GomegaMatcher {
	return Check("all the referrers of that type, and no others", func(*wire.Exchange) (string, bool) {
		return q.received(), q.filtered() || also
	})
}

var _ = Describe("Listing the referrers of one artifactType", func() {
	type asked struct {
		repo      *suite.Repository
		subject   fixtures.Manifest
		questions []filteredList
	}
	var (
		repo      *suite.Repository
		subject   fixtures.Manifest
		questions []filteredList
	)

	// The type is the artifactType of an image or of an index, or the config type of an
	// image without artifactType. The last request is for a type that no referrer has.
	ask := suite.Once(func(ctx context.Context) asked {
		one, two := suite.MediaType("+type"), suite.MediaType("+config")
		config := fixtures.WithConfig(fixtures.NewBlob(suite.Nonce(), 32).As(two))
		repo, subject, referrers, list := listWith(ctx, together(
			artifact(fixtures.WithArtifactType(one)), index(fixtures.WithArtifactType(one)),
			configured(config), configured(config),
			artifact(config), untyped(), artifact(fixtures.WithArtifactType(one+".more")),
		))
		needListed(ctx, repo, list, referrers)
		var questions []filteredList
		for _, q := range []struct {
			artifactType string
			from, to     int // the range of the wanted referrers
		}{{one, 0, 2}, {two, 2, 4}, {suite.MediaType("+type"), 0, 0}} {
			list := suite.Must(repo.ListReferrers(ctx, subject.Digest.String(), ofType(q.artifactType)), require.ReferencesListStatus)
			if q.from < q.to {
				needIndex(list)
			}
			questions = append(questions, filteredList{
				wanted: referrers[q.from:q.to], others: slices.Concat(referrers[:q.from], referrers[q.to:]),
				list: list, entries: allPages(ctx, repo, list),
			})
		}
		return asked{repo, subject, questions}
	})

	BeforeEach(func(ctx SpecContext) {
		a := ask(ctx)
		repo, subject, questions = a.repo, a.subject, a.questions
	})

	It("returns only the referrers of that type if it applies the filter", require.ReferencesFilterSupport, func() {
		for _, q := range questions {
			if !q.announced() && q.whole() {
				suite.FeatureMissing(suite.TypeFilter, "the registry returned all referrers, and announced no filter")
			}
			Expect(q.list).To(q.beOfType(q.announced()))
		}
	})
	It("returns OCI-Filters-Applied if it applies the filter", require.ReferencesFilterHeader, func(ctx SpecContext) {
		judged := false
		for _, q := range questions {
			if !q.filtered() {
				break // other specs judge whether it filters
			}
			judged = true
			for _, page := range repo.Pages(ctx, q.list) {
				if !page.URL.Query().Has("artifactType") {
					continue // the Link to this page does not ask for a filter
				}
				Expect(page).To(Check("OCI-Filters-Applied: artifactType", func(ex *wire.Exchange) (string, bool) {
					names := filters(ex)
					return "OCI-Filters-Applied: " + strings.Join(names, ", "), len(names) == 1 && names[0] == "artifactType"
				}))
			}
		}
		if !judged {
			suite.NotApplicable("the registry did not filter the list")
		}
	})
	It("applies the filter if it returns OCI-Filters-Applied", require.ReferencesFilterApplied, func() {
		judged := false
		for _, q := range questions {
			if q.announced() {
				judged = true
				Expect(q.list).To(q.beOfType(false))
			}
		}
		if !judged {
			suite.NotApplicable("the registry announced no filter in OCI-Filters-Applied")
		}
	})
	It("returns no OCI-Filters-Applied without a filter in the request", require.ReferencesFilterUnasked, func(ctx SpecContext) {
		for _, d := range []string{subject.Digest.String(), suite.MissingDigest()} {
			plain := suite.Must(repo.ListReferrers(ctx, d), require.ReferencesListStatus)
			for _, page := range repo.Pages(ctx, plain) {
				Expect(page).To(HaveNoHeader("OCI-Filters-Applied"))
			}
		}
	})
})
