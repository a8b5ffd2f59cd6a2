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

// tagList is the body of a tag list (end-8).
type tagList struct {
	Name *string  `json:"name"`
	Tags []string `json:"tags"`
}

// tagsOf reads the tags of a list; a body of another form has no tags.
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

	It("returns 200 OK", require.DiscoveryTagsStatus, func() {
		Expect(list).To(HaveStatus(http.StatusOK))
	})
	It("returns the name of the repository and a list of tags", require.DiscoveryTagsBody, func() {
		suite.Must(list, require.DiscoveryTagsStatus)
		Expect(list).To(Check(fmt.Sprintf(`a JSON object with "name": %q and a list "tags"`, own.repo.Name()), func(ex *wire.Exchange) (string, bool) {
			var body tagList
			if err := ex.JSON(&body); err != nil {
				return err.Error(), false
			}
			if body.Name == nil {
				return `no "name"`, false
			}
			return fmt.Sprintf("name %q and %d tags", *body.Name, len(body.Tags)), *body.Name == own.repo.Name() && body.Tags != nil
		}))
	})
	It("returns every tag", require.DiscoveryTagsComplete, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		suite.Must(list, require.DiscoveryTagsStatus)
		own.expectComplete(ctx, list, own.sorted)
	})
	// (A tag called "tags" is left out below: it breaks some repositories for good.)
	// The names further down mean something where registries store their tags.
	It("returns a tag once after it was moved", require.DiscoveryTagsComplete, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		own := pushTags(ctx)
		suite.Must(list, require.DiscoveryTagsStatus)
		own.needComplete(ctx)
		if moved := own.repo.PushTagged(ctx, own.sorted[0], fixtures.NewImage(suite.Nonce())); !moved.OK() {
			suite.Nothing("the registry does not let a tag be moved")
		}
		own.expectComplete(ctx, suite.Must(own.repo.ListTags(ctx), require.DiscoveryTagsStatus), own.sorted)
	})
	It("does not return a deleted tag", require.DiscoveryTagsComplete, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		suite.Need(ctx, suite.TagDelete)
		own := pushTags(ctx)
		suite.Must(list, require.DiscoveryTagsStatus)
		own.needComplete(ctx)
		deleted := own.sorted[1]
		if del := own.repo.DeleteManifest(ctx, deleted); !del.OK() {
			suite.Nothing("the registry did not delete the tag; other specs judge that")
		}
		if pull := own.repo.GetManifest(ctx, deleted); pull.OK() {
			suite.Blocked(require.ManagementTagDeleteGone, pull, "the deleted tag can be pulled, too")
		}
		left := slices.DeleteFunc(slices.Clone(own.sorted), func(tag string) bool { return tag == deleted })
		if !own.repo.HasManifest(ctx, left[0]) {
			own.repo.ControlTags(ctx)
			suite.Blocked(require.ManagementTagDeleteOthers, list, "deleting one tag removed other tags, too")
		}
		own.expectComplete(ctx, suite.Must(own.repo.ListTags(ctx), require.DiscoveryTagsStatus), left)
	})
	It("does not return a tag of another repository", require.DiscoveryTagsComplete, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		own := pushTags(ctx)
		other := suite.Repo2(ctx)
		if other.Name() == own.repo.Name() {
			suite.Nothing("the run has only one repository")
		}
		own.needComplete(ctx)
		elsewhere := own.prefix + "x"
		other.PushTagged(ctx, elsewhere, fixtures.NewImage(suite.Nonce()))
		if pull := own.repo.GetManifest(ctx, elsewhere); pull.OK() {
			suite.Blocked(require.SecurityIsolationManifest, pull, "the tag of the other repository can be pulled here, too")
		}
		own.expectComplete(ctx, suite.Must(own.repo.ListTags(ctx), require.DiscoveryTagsStatus), own.sorted)
	})
	for _, name := range []string{"index", "current", "link", "latest"} {
		It("returns a tag called "+name, require.DiscoveryTagsComplete, func(ctx SpecContext) {
			suite.NeedPushed(ctx)
			suite.Must(list, require.DiscoveryTagsStatus)
			// Somebody else may have such a tag: then it is used as it is.
			if !own.repo.GetManifest(ctx, name).OK() {
				own.repo.PushTagged(ctx, name, fixtures.NewImage(suite.Nonce()))
			}
			again := suite.Must(own.repo.ListTags(ctx), require.DiscoveryTagsStatus)
			needList(again)
			tags := allPages(ctx, own.repo, again)
			if !own.repo.GetManifest(ctx, name).OK() {
				suite.Nothing("somebody else deleted the tag meanwhile")
			}
			Expect(again).To(Check("a list with the tag "+name, func(*wire.Exchange) (string, bool) {
				return strings.Join(tags[:min(len(tags), 20)], ", "), slices.Contains(tags, name)
			}))
		})
	}
	It("returns them in lexical or ASCII order", require.DiscoveryTagsOrder, func() {
		suite.Must(list, require.DiscoveryTagsStatus)
		Expect(list).To(own.beInOrder())
	})
})

var _ = Describe("Listing n tags", func() {
	var own ownTags

	BeforeEach(func(ctx SpecContext) { own = ownTagsOf(ctx) })

	It("returns n tags, or fewer and a Link", require.DiscoveryTagsNCount, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		const n = 3 // there are at least five
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", fmt.Sprint(n))), require.DiscoveryTagsStatus)
		Expect(page).To(Check(fmt.Sprintf("%d tags, or fewer with a Link", n), func(ex *wire.Exchange) (string, bool) {
			got, next := len(tagsOf(ex)), ex.Header.Get("Link")
			return fmt.Sprintf("%d tags and Link: %q", got, next), got == n || got < n && next != ""
		}))
	})
	It("returns Links in the form of RFC 5988, if any", require.DiscoveryTagsLink, func(ctx SpecContext) {
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "2")), require.DiscoveryTagsStatus)
		// The last page and the whole list need no Link.
		lists := append(own.repo.Pages(ctx, page), own.repo.ListTags(ctx))
		lists = slices.DeleteFunc(lists, func(ex *wire.Exchange) bool { return len(ex.Header.Values("Link")) == 0 })
		if len(lists) == 0 {
			suite.Nothing("the registry sent no Link")
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
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "2")), require.DiscoveryTagsStatus)
		if len(page.Header.Values("Link")) == 0 {
			suite.Nothing("the registry sent no Link")
		}
		if next, err := page.Next(); err != nil || next == nil {
			suite.Blocked(require.DiscoveryTagsLink, page, "the Link is not of the form of RFC 5988")
		}
		mine := own.in(ctx, page)
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
		Expect(page).To(Check(strings.Join(own.sorted, ", "), func(*wire.Exchange) (string, bool) {
			return strings.Join(mine, ", "), slices.Equal(mine, own.sorted)
		}))
	})
	It("returns them in lexical or ASCII order over all pages", require.DiscoveryTagsNOrder, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "2")), require.DiscoveryTagsStatus)
		own.needOrder(ctx, page)
		mine := own.in(ctx, page)
		if sorted := slices.Sorted(slices.Values(mine)); !slices.Equal(sorted, own.sorted) {
			suite.Nothing("the pages do not contain every tag; other specs judge that")
		}
		if !inOrder(mine) {
			after := own.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", own.prefix+"B"))
			if ok, _ := own.beInOrder().Match(after); !ok {
				suite.Blocked(require.DiscoveryTagsLastOrder, after, "a list with last is out of order, too")
			}
		}
		Expect(page).To(Check("pages in lexical or ASCII order", func(*wire.Exchange) (string, bool) {
			return strings.Join(mine, ", "), inOrder(mine)
		}))
	})
	It("returns an empty list for n=0", require.DiscoveryTagsZeroEmpty, func(ctx SpecContext) {
		if two := own.repo.ListTags(ctx, wire.WithQuery("n", "2")); len(tagsOf(two)) > 2 {
			suite.Blocked(require.DiscoveryTagsNCount, two, "the registry ignores n")
		}
		suite.Must(own.repo.ListTags(ctx), require.DiscoveryTagsStatus)
		page := own.repo.ListTags(ctx, wire.WithQuery("n", "0"))
		Expect(page).To(Check("success (any 2xx status) and no tags", func(ex *wire.Exchange) (string, bool) {
			return fmt.Sprintf("%s and %d tags", wire.StatusText(ex.Status), len(tagsOf(ex))),
				ex.OK() && len(tagsOf(ex)) == 0
		}))
	})
	It("returns no Link for n=0", require.DiscoveryTagsZeroLink, func(ctx SpecContext) {
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "0")), require.DiscoveryTagsZeroEmpty)
		Expect(page).To(HaveNoHeader("Link"))
	})
	It("begins with the first tag when there is no last", require.DiscoveryTagsNStart, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		if first, late := own.startsLate(ctx); late {
			Expect(first).To(Check("a page that begins with the first tag", func(ex *wire.Exchange) (string, bool) {
				return strings.Join(tagsOf(ex), ", "), false
			}))
		}
		// Other runs may change the start of the list meanwhile. A page as large as
		// the list still contains all own tags.
		list := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "1000")), require.DiscoveryTagsStatus)
		mine := own.in(ctx, list)
		if len(mine) != len(own.sorted) {
			own.needComplete(ctx)
		}
		Expect(list).To(Check("all own tags, which a list from the first tag on contains: "+strings.Join(own.sorted, ", "), func(*wire.Exchange) (string, bool) {
			return strings.Join(mine, ", "), len(mine) == len(own.sorted)
		}))
	})
	It("returns them in lexical or ASCII order", require.DiscoveryTagsNOrder, func(ctx SpecContext) {
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "1000")), require.DiscoveryTagsStatus)
		own.needOrder(ctx, page)
		Expect(page).To(own.beInOrder())
	})
})

var _ = Describe("Listing the tags after a last tag", func() {
	var (
		own  ownTags
		last string
		page *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		own = ownTagsOf(ctx)
		last = own.prefix + "c" // in lexical order two tags come after it, in ASCII order one
		page = suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", last)), require.DiscoveryTagsStatus)
	})

	It("returns only those tags", require.DiscoveryTagsLast, func(ctx SpecContext) {
		if mine := own.in(ctx, page); !own.areAfter(mine) {
			own.needComplete(ctx)
		}
		Expect(page).To(own.beAfter(ctx))
	})
	It("returns only those tags without n, too", require.DiscoveryTagsLast, func(ctx SpecContext) {
		own.needComplete(ctx)
		Expect(suite.Must(own.repo.ListTags(ctx, wire.WithQuery("last", last)), require.DiscoveryTagsStatus)).To(own.beAfter(ctx))
	})
	It("returns them in lexical or ASCII order", require.DiscoveryTagsLastOrder, func(ctx SpecContext) {
		// At least three tags come after this one, in either order.
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", own.prefix+"B")), require.DiscoveryTagsStatus)
		own.needOrder(ctx, page)
		Expect(page).To(own.beInOrder())
	})
})
