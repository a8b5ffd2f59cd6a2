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

	// The names mean something where registries store their tags. (One called "tags" is
	// left out: it breaks some repositories for good.)
	names := []string{"index", "current", "link", "latest"}
	named := suite.Once(func(ctx context.Context) *wire.Exchange {
		repo := ownTagsOf(ctx).repo
		var looks []func(context.Context) *wire.Exchange
		for _, name := range names {
			looks = append(looks, func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, name) })
		}
		for i, there := range suite.AtOnce(ctx, looks...) {
			if !there.OK() { // otherwise it is somebody else's, and used as it is
				repo.PushTagged(ctx, names[i], fixtures.NewImage(suite.Nonce()))
			}
		}
		return repo.ListTags(ctx)
	})

	BeforeEach(func(ctx SpecContext) { own, list = ownTagsOf(ctx), wholeList(ctx) })

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
		own.needTags(ctx, own.in(ctx, list), own.sorted)
		own.expectComplete(ctx, list, own.sorted)
	})
	for _, name := range names {
		It("returns a tag called "+name, require.DiscoveryTagsComplete, func(ctx SpecContext) {
			suite.NeedPushed(ctx)
			suite.Must(list, require.DiscoveryTagsStatus)
			again := suite.Must(named(ctx), require.DiscoveryTagsStatus)
			needList(again)
			tags := allPages(ctx, own.repo, again)
			if !slices.Contains(tags, name) && !own.repo.GetManifest(ctx, name).OK() {
				suite.NotApplicable("somebody else deleted the tag meanwhile")
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

	// none and many are the lists for n=0 and for an n that is larger than the list.
	none := suite.Once(func(ctx context.Context) *wire.Exchange {
		return ownTagsOf(ctx).repo.ListTags(ctx, wire.WithQuery("n", "0"))
	})
	many := suite.Once(func(ctx context.Context) *wire.Exchange {
		return ownTagsOf(ctx).repo.ListTags(ctx, wire.WithQuery("n", "1000"))
	})

	BeforeEach(func(ctx SpecContext) { own = ownTagsOf(ctx) })

	It("returns n tags, or fewer and a Link", require.DiscoveryTagsNCount, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		const n = 3 // there are at least five
		page := own.repo.ListTags(ctx, wire.WithQuery("n", fmt.Sprint(n)))
		needAnswer(ctx, page)
		Expect(page).To(Check(fmt.Sprintf("%d tags, or fewer with a Link", n), func(ex *wire.Exchange) (string, bool) {
			got, next := len(tagsOf(ex)), ex.Header.Get("Link")
			return fmt.Sprintf("%d tags and Link: %q", got, next), got == n || got < n && next != ""
		}))
		more := many(ctx)
		needAnswer(ctx, more)
		cut := own.cutOff(ctx, more)
		Expect(more).To(Check("every tag, as n is larger, or fewer with a Link", func(ex *wire.Exchange) (string, bool) {
			return fmt.Sprintf("%d tags and no Link", len(tagsOf(ex))), !cut
		}))
	})
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
	It("returns an empty list for n=0", require.DiscoveryTagsZeroEmpty, func(ctx SpecContext) {
		suite.Must(wholeList(ctx), require.DiscoveryTagsStatus)
		page := none(ctx)
		if page.OK() {
			needList(page)
		}
		if !page.OK() || len(tagsOf(page)) > 0 {
			if two := own.repo.ListTags(ctx, wire.WithQuery("n", "2")); len(tagsOf(two)) > 2 {
				suite.Blocked(require.DiscoveryTagsNCount, two, "the registry ignores n")
			}
		}
		Expect(page).To(Check(`success (any 2xx status) and "tags": []`, func(ex *wire.Exchange) (string, bool) {
			received, empty := emptyTagsIn(ex)
			return wire.StatusText(ex.Status) + " and " + received, ex.OK() && empty
		}))
	})
	It("returns no Link for n=0", require.DiscoveryTagsZeroLink, func(ctx SpecContext) {
		page := suite.Must(none(ctx), require.DiscoveryTagsZeroEmpty)
		Expect(page).To(HaveNoHeader("Link"))
	})
	It("begins with the first tag when there is no last", require.DiscoveryTagsNStart, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		if h := historyOf(ctx); h.alone && h.first != nil && len(tagsOf(h.first)) > 0 {
			begins := slices.Contains(tagsOf(h.first), h.whole[0])
			if !begins {
				h.needRight()
			}
			Expect(h.first).To(Check("a page that begins with the tag "+h.whole[0], func(ex *wire.Exchange) (string, bool) {
				return strings.Join(tagsOf(ex), ", "), begins
			}))
		} else if first, late := own.startsLate(ctx); late {
			Expect(first).To(Check("a page that begins with the first tag", func(ex *wire.Exchange) (string, bool) {
				return strings.Join(tagsOf(ex), ", "), false
			}))
		}
		// Other runs may change the start of the list meanwhile. A page as large as
		// the list still contains all own tags.
		list := many(ctx)
		needN(ctx, list)
		mine := own.in(ctx, list)
		if len(mine) != len(own.sorted) {
			own.needComplete(ctx)
			if own.cutOff(ctx, list) {
				suite.Blocked(require.DiscoveryTagsNCount, list, "the list begins with the first tag, and ends before there are n")
			}
		}
		Expect(list).To(Check("all own tags, which a list from the first tag on contains: "+strings.Join(own.sorted, ", "), func(*wire.Exchange) (string, bool) {
			return strings.Join(mine, ", "), len(mine) == len(own.sorted)
		}))
	})
	It("returns them in lexical or ASCII order", require.DiscoveryTagsNOrder, func(ctx SpecContext) {
		page := many(ctx)
		needN(ctx, page)
		own.needOrder(ctx, page)
		Expect(page).To(own.beInOrder())
	})
})

var _ = Describe("Listing the tags after a last tag", func() {
	var (
		own  ownTags
		last string
	)

	BeforeEach(func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		own = ownTagsOf(ctx)
		last = own.prefix + "c" // in lexical order two tags come after it, in ASCII order one
	})

	It("returns only those tags", require.DiscoveryTagsLast, func(ctx SpecContext) {
		own.expectAfter(ctx, own.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", last)))
	})
	It("returns only those tags without n, too", require.DiscoveryTagsLast, func(ctx SpecContext) {
		own.expectAfter(ctx, own.repo.ListTags(ctx, wire.WithQuery("last", last)))
	})
	It("returns them in lexical or ASCII order", require.DiscoveryTagsLastOrder, func(ctx SpecContext) {
		// At least three tags come after this one, in either order.
		page := own.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", own.sorted[0]))
		if !page.OK() {
			suite.Must(wholeList(ctx), require.DiscoveryTagsStatus)
			suite.Blocked(require.DiscoveryTagsLast, page, "a list without last is returned")
		}
		own.needOrder(ctx, page)
		Expect(page).To(own.beInOrder())
	})
})
