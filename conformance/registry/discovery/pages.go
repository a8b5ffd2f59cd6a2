package discovery

import (
	"context"
	"fmt"
	"slices"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/wire"
)

// walk is a list in pages.
type walk struct {
	own ownTags
	wire.Walk
}

// tags are the tags of all pages.
func (w walk) tags() []string {
	var tags []string
	for _, page := range w.Pages {
		tags = append(tags, tagsOf(page)...)
	}
	return tags
}

// walkOf lists the tags of the second repository, which has few tags. The pages have
// two tags, or a few more if there are more than ten tags.
var walkOf = suite.Once(func(ctx context.Context) walk {
	own := pushTagsTo(ctx, suite.Repo2(ctx))
	whole := suite.Must(own.repo.ListTags(ctx), require.DiscoveryTagsStatus)
	inPagesOf := func(n int) walk {
		page := own.repo.ListTags(ctx, wire.WithQuery("n", fmt.Sprint(n)))
		needN(ctx, page)
		return walk{own, own.repo.Walk(ctx, page)}
	}
	n := max(smallest, len(allPages(ctx, own.repo, whole))/5)
	w := inPagesOf(n)
	if len(w.Pages) < 3 && n > smallest {
		// The own tags may all be on the first two pages, so that the loss of further pages
		// is not seen. They do not fit into two pages of this size.
		w = inPagesOf(smallest)
	}
	return w
})

// smallest is the smallest number of tags of a page.
const smallest = 2

// allPages follows rel="next" from the first page and returns the tags of all pages.
// It ends the spec if the pages repeat themselves.
func allPages(ctx context.Context, repo *suite.Repository, page *wire.Exchange) []string {
	var tags []string
	list := repo.Walk(ctx, page)
	if list.Repeating != nil && suite.Version(ctx) != require.V1_0 { // 1.0 has no Links
		suite.Blocked(require.DiscoveryTagsPages, list.Repeating, "the pages repeat themselves: %s", list.How)
	}
	for _, page := range list.Pages {
		tags = append(tags, tagsOf(page)...)
	}
	return tags
}

var _ = Describe("Listing n tags", func() {
	It("returns Links in the form of RFC 5988, if any", require.DiscoveryTagsLink, func(ctx SpecContext) {
		// The last page and the whole list need no Link.
		lists := append(slices.Clone(walkOf(ctx).Pages), wholeList(ctx))
		lists = slices.DeleteFunc(lists, func(ex *wire.Exchange) bool { return len(ex.Header.Values("Link")) == 0 })
		if len(lists) == 0 {
			suite.NotApplicable("the registry sent no Link")
		}
		for _, list := range lists {
			Expect(list).To(Check(`a Link with rel="next" and a URL`, func(ex *wire.Exchange) (string, bool) {
				next, err := ex.Next()
				if err != nil {
					return err.Error(), false
				}
				return "Link: " + strings.Join(ex.Header.Values("Link"), ", "), next != nil
			}))
		}
	})
	It("returns every tag once over all pages", require.DiscoveryTagsPages, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		walk := walkOf(ctx)
		own, page := walk.own, walk.Pages[0]
		if len(page.Header.Values("Link")) == 0 {
			suite.NotApplicable("the registry sent no Link")
		}
		if next, err := page.Next(); err != nil || next == nil {
			suite.Blocked(require.DiscoveryTagsLink, page, "the Link is not of the form of RFC 5988")
		}
		for _, page := range walk.Pages {
			needList(page)
		}
		mine := own.of(walk.tags())
		slices.Sort(mine)
		if !slices.Equal(mine, own.sorted) {
			own.needComplete(ctx)
			if first, late := own.startsLate(ctx); late {
				suite.Blocked(require.DiscoveryTagsNStart, first, "the first page does not begin with the first tag")
			}
			if next, _ := page.Next(); next != nil && next.Query().Has("last") {
				own.needLast(ctx)
			}
		}
		if walk.Repeating != nil {
			Expect(walk.Repeating).To(Check("a Link to further tags", func(*wire.Exchange) (string, bool) { return walk.How, false }))
		}
		if walk.Broken != nil && !slices.Equal(mine, own.sorted) {
			Expect(walk.Broken).To(Check("the page to which the Link of the page before leads", func(ex *wire.Exchange) (string, bool) {
				return "status " + wire.StatusText(ex.Status), false
			}))
		}
		Expect(page).To(Check(strings.Join(own.sorted, ", "), func(*wire.Exchange) (string, bool) {
			return strings.Join(mine, ", "), slices.Equal(mine, own.sorted)
		}))
	})
	It("returns them in lexical or ASCII order over all pages", require.DiscoveryTagsNOrder, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		walk := walkOf(ctx)
		own, page := walk.own, walk.Pages[0]
		own.needOrder(ctx, page)
		needList(page)
		mine := own.of(walk.tags())
		if sorted := slices.Sorted(slices.Values(mine)); !slices.Equal(sorted, own.sorted) {
			suite.NotApplicable("the pages do not contain every tag; other specs judge that")
		}
		if !inOrder(mine) {
			own.needWholeOrder(ctx)
			after := own.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", own.sorted[0]))
			if ok, _ := own.beInOrder().Match(after); !ok {
				suite.Blocked(require.DiscoveryTagsLastOrder, after, "a list with last is out of order, too")
			}
		}
		Expect(page).To(Check("pages in lexical or ASCII order", func(*wire.Exchange) (string, bool) {
			return strings.Join(mine, ", "), inOrder(mine)
		}))
	})
})
