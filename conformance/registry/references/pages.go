package references

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// padded makes a manifest, and its list entry, larger.
func padded() fixtures.Option {
	return fixtures.WithAnnotations(map[string]string{"org.example.padding": strings.Repeat("x", 1024)})
}

// Only the registry knows how long a page is: some limit the number of entries,
// others the number of bytes. These referrers are too many and too large for the
// pages of most registries. A registry that returns all of them at once needs no
// Link.
var _ = Describe("Listing more referrers than fit into a page", func() {
	const ofOneType = 8 // referrers with the same artifactType

	// part is a list, and the referrers that it has to contain.
	type part struct {
		list      *wire.Exchange
		referrers []fixtures.Manifest
		filter    bool
		by        require.ID // broken if a referrer is missing even in a short list
	}
	var (
		repo  *suite.Repository
		parts []part // the whole list and, if the registry filters, the list of one artifactType
	)

	cut := suite.Once(func(ctx context.Context) []part {
		one := suite.MediaType("+type")
		repo, subject, referrers, list := listWith(ctx, together(
			artifacts(ofOneType, padded(), fixtures.WithArtifactType(one)), eachKind(padded())))
		suite.Must(list, require.ReferencesListStatus)
		parts := []part{{list, referrers, false, require.ReferencesListComplete}}
		filtered := suite.Must(repo.ListReferrers(ctx, subject.Digest.String(), ofType(one)), require.ReferencesListStatus)
		if len(filters(filtered)) > 0 {
			parts = append(parts, part{filtered, referrers[:ofOneType], true, require.ReferencesFilterApplied})
		}
		return parts
	})

	BeforeEach(func(ctx SpecContext) { repo, parts = suite.Repo(ctx), cut(ctx) })
	// needCut ends the spec unless the entries are missing because there are too
	// many of them.
	needCut := func(ctx SpecContext, p part, few int) {
		needIndex(p.list)
		if !tooMany(ctx, repo, len(p.referrers), few, p.filter) {
			suite.Blocked(p.by, p.list, "a referrer is missing in a short list, too")
		}
	}
	// further are the pages after the first page, of all parts.
	further := func(ctx SpecContext) []*wire.Exchange {
		var pages []*wire.Exchange
		for _, p := range parts {
			pages = append(pages, repo.Pages(ctx, p.list)[1:]...)
		}
		if len(pages) == 0 {
			suite.NotApplicable("the registry returned all referrers in one page")
		}
		return pages
	}

	It("returns a Link if entries are missing", require.ReferencesPageLink, func(ctx SpecContext) {
		for _, p := range parts {
			missing := len(without(referrersOf(p.list), p.referrers))
			if missing == 0 || len(p.list.Header.Values("Link")) > 0 {
				continue
			}
			needCut(ctx, p, 2)
			Expect(p.list).To(Check(fmt.Sprintf("all %d entries, or a Link to the next page", len(p.referrers)), func(*wire.Exchange) (string, bool) {
				return fmt.Sprintf("%d entries missing and no Link", missing), false
			}))
		}
	})
	It("returns Links in the form of RFC 5988, if any", require.ReferencesPageLinkFormat, func() {
		linked := false
		for _, p := range parts {
			if len(p.list.Header.Values("Link")) == 0 {
				continue
			}
			linked = true
			Expect(p.list).To(Check(`a Link with rel="next" and a URL`, func(ex *wire.Exchange) (string, bool) {
				next, err := ex.Next()
				if err != nil {
					return err.Error(), false
				}
				return "Link: " + strings.Join(ex.Header.Values("Link"), ", "), next != nil
			}))
		}
		if !linked {
			suite.NotApplicable("the registry sent no Link")
		}
	})
	It("returns each of them once over all pages", require.ReferencesPageComplete, func(ctx SpecContext) {
		paged := false
		for _, p := range parts {
			if next, err := p.list.Next(); err != nil || next == nil {
				continue
			}
			paged = true
			walk := repo.Walk(ctx, p.list)
			if walk.Repeating != nil {
				Expect(walk.Repeating).To(Check("a Link to further entries", func(*wire.Exchange) (string, bool) { return walk.How, false }))
			}
			var all []ocispec.Descriptor
			for _, page := range walk.Pages {
				needIndex(page)
				all = append(all, referrersOf(page)...)
			}
			missing := len(without(all, p.referrers))
			if missing > 0 {
				needCut(ctx, p, 1)
			}
			seen := map[string]int{}
			for _, r := range p.referrers {
				for _, d := range all {
					if d.Digest == r.Digest {
						seen[d.Digest.String()]++
					}
				}
				if seen[r.Digest.String()] > 1 {
					needOnce(ctx)
				}
			}
			if walk.Broken != nil {
				Expect(walk.Broken).To(Check("the page to which the Link of the page before leads", func(ex *wire.Exchange) (string, bool) {
					return "status " + wire.StatusText(ex.Status), false
				}))
			}
			Expect(p.list).To(Check(fmt.Sprintf("each of %d entries once", len(p.referrers)), func(*wire.Exchange) (string, bool) {
				more := 0
				for _, count := range seen {
					more += count - 1
				}
				return fmt.Sprintf("%d entries missing, %d more than once", missing, more), missing == 0 && more == 0
			}))
		}
		if !paged {
			suite.NotApplicable("the registry returned all referrers in one page")
		}
	})
	It("filters all pages if it returns OCI-Filters-Applied", require.ReferencesFilterApplied, func(ctx SpecContext) {
		if len(parts) == 1 {
			suite.NotApplicable("the registry announced no filter in OCI-Filters-Applied")
		}
		others, entries := parts[0].referrers[ofOneType:], allPages(ctx, repo, parts[1].list)
		Expect(parts[1].list).To(Check("only the referrers of that type", func(*wire.Exchange) (string, bool) {
			found := len(others) - len(without(entries, others))
			return fmt.Sprintf("%d referrers of other types", found), found == 0
		}))
	})
	It("returns image indexes as further pages", require.ReferencesListBody, func(ctx SpecContext) {
		for _, page := range further(ctx) {
			Expect(page).To(beIndex(", and a list of manifests", func(m json.RawMessage) bool { return entriesIn(m) >= 0 }))
		}
	})
	It("returns further pages with the Content-Type of an image index", require.ReferencesListContentType, func(ctx SpecContext) {
		for _, page := range further(ctx) {
			Expect(page).To(HaveContentType(ocispec.MediaTypeImageIndex))
		}
	})
	for _, p := range properties {
		It("returns, on further pages, "+p.title, p.by, func(ctx SpecContext) { p.judge(further(ctx), parts[0].referrers) })
	}
})

// needOnce ends the spec if the only referrer of a subject is listed twice.
func needOnce(ctx SpecContext) {
	repo, _, referrers, list := listWith(ctx, artifact())
	count := 0
	for _, d := range allPages(ctx, repo, list) {
		if d.Digest == referrers[0].Digest {
			count++
		}
	}
	if count > 1 {
		suite.Blocked(require.ReferencesListDuplicates, list, "a referrer that is the only one is listed more than once, too")
	}
}
