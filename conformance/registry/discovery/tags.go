package discovery

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// tagList is the answer to end-8.
type tagList struct {
	Name *string  `json:"name"`
	Tags []string `json:"tags"`
}

// tagsOf reads the list, leniently: what is no list has no tags.
func tagsOf(ex *wire.Exchange) []string {
	var list tagList
	_ = ex.JSON(&list)
	return list.Tags
}

var _ = Describe("Listing tags", func() {
	var (
		own  ownTags
		list *wire.Exchange
	)

	listed := suite.Once(func(ctx context.Context) *wire.Exchange { return ownTagsOf(ctx).repo.ListTags(ctx) })

	BeforeEach(func(ctx SpecContext) { own, list = ownTagsOf(ctx), listed(ctx) })

	It("is answered 200", require.DiscoveryTagsStatus, func() {
		Expect(list).To(HaveStatus(http.StatusOK))
	})
	It("names the repository", require.DiscoveryTagsBody, func() {
		suite.Must(list, require.DiscoveryTagsStatus)
		Expect(list).To(Check(fmt.Sprintf(`a JSON object with "name": %q and a list "tags"`, own.repo.Name()), func(ex *wire.Exchange) (string, bool) {
			var body tagList
			if err := ex.JSON(&body); err != nil {
				return err.Error(), false
			}
			if body.Name == nil {
				return "no name", false
			}
			return fmt.Sprintf("name %q and %d tags", *body.Name, len(body.Tags)), *body.Name == own.repo.Name() && body.Tags != nil
		}))
	})
	It("gives every tag", require.DiscoveryTagsComplete, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		suite.Must(list, require.DiscoveryTagsStatus)
		own.expectComplete(ctx, list, own.sorted)
	})
	// Names that mean something where registries keep their tags. (A tag called
	// "tags" is left out: it breaks some repositories for good.)
	It("gives a tag that was moved once", require.DiscoveryTagsComplete, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		own := pushTags(ctx)
		suite.Must(list, require.DiscoveryTagsStatus)
		own.needComplete(ctx)
		if moved := own.repo.PushTagged(ctx, own.sorted[0], fixtures.NewImage(suite.Nonce())); !moved.OK() {
			suite.Nothing("the registry does not move tags")
		}
		own.expectComplete(ctx, suite.Must(own.repo.ListTags(ctx), require.DiscoveryTagsStatus), own.sorted)
	})
	It("gives no tag that was deleted", require.DiscoveryTagsComplete, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		suite.Need(ctx, suite.TagDelete)
		own := pushTags(ctx)
		suite.Must(list, require.DiscoveryTagsStatus)
		own.needComplete(ctx)
		deleted := own.sorted[1]
		if del := own.repo.DeleteManifest(ctx, deleted); !del.OK() {
			suite.Nothing("the tag was not deleted, which is judged elsewhere")
		}
		if pull := own.repo.GetManifest(ctx, deleted); pull.OK() {
			suite.Blocked(require.ManagementTagDeleteGone, pull, "the tag can be pulled, too")
		}
		left := slices.DeleteFunc(slices.Clone(own.sorted), func(tag string) bool { return tag == deleted })
		if !own.repo.HasManifest(ctx, left[0]) {
			suite.Blocked(require.ManagementTagDeleteOthers, list, "other tags went with it")
		}
		own.expectComplete(ctx, suite.Must(own.repo.ListTags(ctx), require.DiscoveryTagsStatus), left)
	})
	It("gives no tag of another repository", require.DiscoveryTagsComplete, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		own := pushTags(ctx)
		other := suite.Repo2(ctx)
		if other.Name() == own.repo.Name() {
			suite.Nothing("the run has one repository only")
		}
		own.needComplete(ctx)
		elsewhere := own.prefix + "x"
		other.PushTagged(ctx, elsewhere, fixtures.NewImage(suite.Nonce()))
		if pull := own.repo.GetManifest(ctx, elsewhere); pull.OK() {
			suite.Blocked(require.SecurityIsolationManifest, pull, "the tag can be pulled here, too")
		}
		own.expectComplete(ctx, suite.Must(own.repo.ListTags(ctx), require.DiscoveryTagsStatus), own.sorted)
	})
	for _, name := range []string{"index", "current", "link", "latest"} {
		It("gives a tag called "+name, require.DiscoveryTagsComplete, func(ctx SpecContext) {
			suite.NeedPushed(ctx)
			suite.Must(list, require.DiscoveryTagsStatus)
			// Such a tag may be somebody else's: then it is used as it is.
			if !own.repo.GetManifest(ctx, name).OK() {
				own.repo.PushTagged(ctx, name, fixtures.NewImage(suite.Nonce()))
			}
			again := suite.Must(own.repo.ListTags(ctx), require.DiscoveryTagsStatus)
			needList(again)
			tags := allPages(ctx, own.repo, again)
			if !own.repo.GetManifest(ctx, name).OK() {
				suite.Nothing("the tag was taken away meanwhile")
			}
			Expect(again).To(Check("a list with the tag "+name, func(*wire.Exchange) (string, bool) {
				return strings.Join(tags[:min(len(tags), 20)], ", "), slices.Contains(tags, name)
			}))
		})
	}
	It("gives them in order", require.DiscoveryTagsOrder, func() {
		suite.Must(list, require.DiscoveryTagsStatus)
		Expect(list).To(own.beInOrder())
	})
})

var _ = Describe("Listing n tags", func() {
	var own ownTags

	BeforeEach(func(ctx SpecContext) { own = ownTagsOf(ctx) })

	It("gives n of them, or fewer and a Link", require.DiscoveryTagsNCount, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		const n = 3 // there are five at least
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", fmt.Sprint(n))), require.DiscoveryTagsStatus)
		Expect(page).To(Check(fmt.Sprintf("%d tags, or fewer with a Link", n), func(ex *wire.Exchange) (string, bool) {
			got, next := len(tagsOf(ex)), ex.Header.Get("Link")
			return fmt.Sprintf("%d tags and Link: %q", got, next), got == n || got < n && next != ""
		}))
	})
	It("gives a Link to the next page, if any, as RFC 5988 says", require.DiscoveryTagsLink, func(ctx SpecContext) {
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "2")), require.DiscoveryTagsStatus)
		// The last page and the whole list lead nowhere, and may have no Link.
		lists := append(own.repo.Pages(ctx, page), own.repo.ListTags(ctx))
		lists = slices.DeleteFunc(lists, func(ex *wire.Exchange) bool { return len(ex.Header.Values("Link")) == 0 })
		if len(lists) == 0 {
			suite.Nothing("no Link was sent")
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
	It("gives every tag once, page after page", require.DiscoveryTagsPages, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "2")), require.DiscoveryTagsStatus)
		if len(page.Header.Values("Link")) == 0 {
			suite.Nothing("no Link was sent")
		}
		if next, err := page.Next(); err != nil || next == nil {
			suite.Blocked(require.DiscoveryTagsLink, page, "the Link cannot be read")
		}
		mine := own.in(ctx, page)
		slices.Sort(mine)
		if !slices.Equal(mine, own.sorted) {
			own.needComplete(ctx)
			if first, late := own.startsLate(ctx); late {
				suite.Blocked(require.DiscoveryTagsNStart, first, "the first page is not the first one")
			}
			if next, _ := page.Next(); next != nil && next.Query().Has("last") {
				own.needLast(ctx)
			}
		}
		Expect(page).To(Check(strings.Join(own.sorted, ", "), func(*wire.Exchange) (string, bool) {
			return strings.Join(mine, ", "), slices.Equal(mine, own.sorted)
		}))
	})
	It("gives them in order, page after page", require.DiscoveryTagsNOrder, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "2")), require.DiscoveryTagsStatus)
		own.needOrder(ctx, page)
		mine := own.in(ctx, page)
		if sorted := slices.Sorted(slices.Values(mine)); !slices.Equal(sorted, own.sorted) {
			suite.Nothing("the pages do not lead to every tag, which is judged elsewhere")
		}
		if !inOrder(mine) {
			after := own.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", own.prefix+"B"))
			if ok, _ := own.beInOrder().Match(after); !ok {
				suite.Blocked(require.DiscoveryTagsLastOrder, after, "what comes after another tag is out of order")
			}
		}
		Expect(page).To(Check("pages in lexical or ASCII order", func(*wire.Exchange) (string, bool) {
			return strings.Join(mine, ", "), inOrder(mine)
		}))
	})
	It("gives an empty list for n=0", require.DiscoveryTagsZeroEmpty, func(ctx SpecContext) {
		if two := own.repo.ListTags(ctx, wire.WithQuery("n", "2")); len(tagsOf(two)) > 2 {
			suite.Blocked(require.DiscoveryTagsNCount, two, "n is ignored")
		}
		suite.Must(own.repo.ListTags(ctx), require.DiscoveryTagsStatus)
		page := own.repo.ListTags(ctx, wire.WithQuery("n", "0"))
		Expect(page).To(Check("success and no tags", func(ex *wire.Exchange) (string, bool) {
			return fmt.Sprintf("%s and %d tags", wire.StatusText(ex.Status), len(tagsOf(ex))),
				ex.OK() && len(tagsOf(ex)) == 0
		}))
	})
	It("gives no Link for n=0", require.DiscoveryTagsZeroLink, func(ctx SpecContext) {
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "0")), require.DiscoveryTagsZeroEmpty)
		Expect(page).To(HaveNoHeader("Link"))
	})
	It("begins at the start", require.DiscoveryTagsNStart, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		if first, late := own.startsLate(ctx); late {
			Expect(first).To(Check("a page that begins with the first tag", func(ex *wire.Exchange) (string, bool) {
				return strings.Join(tagsOf(ex), ", "), false
			}))
		}
		// Where the start of the list does not stay, as others come and go
		// there: with n as large as the list, the first of the own tags is there.
		list := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "1000")), require.DiscoveryTagsStatus)
		mine := own.in(ctx, list)
		if len(mine) != len(own.sorted) {
			own.needComplete(ctx)
		}
		Expect(list).To(Check("a list from its start on", func(*wire.Exchange) (string, bool) {
			return strings.Join(mine, ", "), len(mine) == len(own.sorted)
		}))
	})
	It("gives them in order", require.DiscoveryTagsNOrder, func(ctx SpecContext) {
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "1000")), require.DiscoveryTagsStatus)
		own.needOrder(ctx, page)
		Expect(page).To(own.beInOrder())
	})
})

var _ = Describe("Listing the tags after another", func() {
	var (
		own  ownTags
		last string
		page *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		own = ownTagsOf(ctx)
		last = own.prefix + "c" // two come after it in one order, one in the other
		page = suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", last)), require.DiscoveryTagsStatus)
	})

	It("gives only those", require.DiscoveryTagsLast, func(ctx SpecContext) {
		if mine := own.in(ctx, page); !own.areAfter(mine) {
			own.needComplete(ctx)
		}
		Expect(page).To(own.beAfter(ctx))
	})
	It("gives only those without n, too", require.DiscoveryTagsLast, func(ctx SpecContext) {
		own.needComplete(ctx)
		Expect(suite.Must(own.repo.ListTags(ctx, wire.WithQuery("last", last)), require.DiscoveryTagsStatus)).To(own.beAfter(ctx))
	})
	It("gives them in order", require.DiscoveryTagsLastOrder, func(ctx SpecContext) {
		// More than two come after this one, in either order.
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", own.prefix+"B")), require.DiscoveryTagsStatus)
		own.needOrder(ctx, page)
		Expect(page).To(own.beInOrder())
	})
})
