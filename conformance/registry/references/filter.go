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

// question is a list of one artifactType, and what there is to put into it.
type question struct {
	wanted, others []fixtures.Manifest
	list           *wire.Exchange
	entries        []ocispec.Descriptor // of all pages
}

func (q question) announced() bool { return len(filters(q.list)) > 0 }

// filtered says that the list is the one that the filter asks for.
func (q question) filtered() bool {
	return len(without(q.entries, q.wanted)) == 0 && len(without(q.entries, q.others)) == len(q.others)
}

// whole says that the list is the one without a filter.
func (q question) whole() bool {
	return len(without(q.entries, q.wanted)) == 0 && len(without(q.entries, q.others)) == 0
}

func (q question) received() string {
	return fmt.Sprintf("%d of %d of that type, and %d others", len(q.wanted)-len(without(q.entries, q.wanted)),
		len(q.wanted), len(q.others)-len(without(q.entries, q.others)))
}

// beOfType wants all the referrers of the type, and no others; or what also is
// accepted.
func (q question) beOfType(also bool) types.GomegaMatcher {
	return Check("all the referrers of that type, and no others", func(*wire.Exchange) (string, bool) {
		return q.received(), q.filtered() || also
	})
}

var _ = Describe("Listing the referrers of one artifactType", func() {
	type asked struct {
		repo      *suite.Repository
		subject   fixtures.Manifest
		questions []question
	}
	var (
		repo      *suite.Repository
		subject   fixtures.Manifest
		questions []question
	)

	// The type may be that of an image, of an index, or of the config of an
	// image that has none itself. The last question is for what nobody has.
	ask := suite.Once(func(ctx context.Context) asked {
		one, two := suite.MediaType("+type"), suite.MediaType("+config")
		config := fixtures.WithConfig(fixtures.NewBlob(suite.Nonce(), 32).As(two))
		repo, subject, referrers, list := listWith(ctx, together(
			artifact(fixtures.WithArtifactType(one)), index(fixtures.WithArtifactType(one)),
			configured(config), configured(config),
			artifact(config), untyped(), artifact(fixtures.WithArtifactType(one+".more")),
		))
		needListed(ctx, repo, list, referrers)
		var questions []question
		for _, q := range []struct {
			artifactType string
			from, to     int // which of the referrers are wanted
		}{{one, 0, 2}, {two, 2, 4}, {suite.MediaType("+type"), 0, 0}} {
			list := suite.Must(repo.ListReferrers(ctx, subject.Digest.String(), ofType(q.artifactType)), require.ReferencesListStatus)
			if q.from < q.to {
				needIndex(list)
			}
			questions = append(questions, question{
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

	It("is supported, or leaves the list whole", require.ReferencesFilterSupport, func() {
		for _, q := range questions {
			if !q.announced() && q.whole() {
				suite.Absent(suite.TypeFilter, "the list is the whole one")
			}
			Expect(q.list).To(q.beOfType(q.announced()))
		}
	})
	It("says so when it filtered", require.ReferencesFilterHeader, func(ctx SpecContext) {
		said := false
		for _, q := range questions {
			if !q.filtered() {
				break // that it is not is another requirement
			}
			said = true
			for _, page := range repo.Pages(ctx, q.list) {
				if !page.URL.Query().Has("artifactType") {
					continue // that page is asked for by another name
				}
				Expect(page).To(Check("OCI-Filters-Applied: artifactType", func(ex *wire.Exchange) (string, bool) {
					names := filters(ex)
					return "OCI-Filters-Applied: " + strings.Join(names, ", "), len(names) == 1 && names[0] == "artifactType"
				}))
			}
		}
		if !said {
			suite.Nothing("the list was not filtered")
		}
	})
	It("filters when it says so", require.ReferencesFilterApplied, func() {
		said := false
		for _, q := range questions {
			if q.announced() {
				said = true
				Expect(q.list).To(q.beOfType(false))
			}
		}
		if !said {
			suite.Nothing("no filter was announced")
		}
	})
	It("says nothing when no filter was asked for", require.ReferencesFilterUnasked, func(ctx SpecContext) {
		for _, d := range []string{subject.Digest.String(), suite.MissingDigest()} {
			plain := suite.Must(repo.ListReferrers(ctx, d), require.ReferencesListStatus)
			for _, page := range repo.Pages(ctx, plain) {
				Expect(page).To(HaveNoHeader("OCI-Filters-Applied"))
			}
		}
	})
})
