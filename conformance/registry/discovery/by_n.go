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

// beNoTags expects the empty list of n=0.
var beNoTags = Check(`success (any 2xx status) and "tags": []`, func(ex *wire.Exchange) (string, bool) {
	received, empty := emptyTagsIn(ex)
	return wire.StatusText(ex.Status) + " and " + received, ex.OK() && empty
})

// needN ends the spec if the registry ignores n.
func (o ownTags) needN(ctx context.Context) {
	if two := o.repo.ListTags(ctx, wire.WithQuery("n", "2")); len(tagsOf(two)) > 2 {
		suite.Blocked(require.DiscoveryTagsNCount, two, "the registry ignores n")
	}
}

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
		expectAnswer(ctx, page)
		Expect(page).To(Check(fmt.Sprintf("%d tags, or fewer with a Link", n), func(ex *wire.Exchange) (string, bool) {
			got, next := len(tagsOf(ex)), ex.Header.Get("Link")
			return fmt.Sprintf("%d tags and Link: %q", got, next), got == n || got < n && next != ""
		}))
		more := many(ctx)
		expectAnswer(ctx, more)
		cut := own.cutOff(ctx, more)
		Expect(more).To(Check("every tag, as n is larger, or fewer with a Link", func(ex *wire.Exchange) (string, bool) {
			return fmt.Sprintf("%d tags and no Link", len(tagsOf(ex))), !cut
		}))
	})
	It("returns an empty list for n=0", require.DiscoveryTagsZeroEmpty, func(ctx SpecContext) {
		suite.Must(wholeList(ctx), require.DiscoveryTagsStatus)
		page := none(ctx)
		if page.OK() {
			needList(page)
		}
		if !page.OK() || len(tagsOf(page)) > 0 {
			own.needN(ctx)
		}
		Expect(page).To(beNoTags)
	})
	It("returns an empty list for n=0 and last, too", require.DiscoveryTagsZeroEmpty, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		if _, empty := emptyTagsIn(none(ctx)); !none(ctx).OK() || !empty {
			suite.NotApplicable("the list for n=0 without last is wrong, too; another spec judges that")
		}
		first, end := own.sorted[0], own.sorted[len(own.sorted)-1]
		page := own.repo.ListTags(ctx, wire.WithQuery("n", "0"), wire.WithQuery("last", first))
		if _, empty := emptyTagsIn(page); !page.OK() || !empty {
			for _, last := range []string{first, end} {
				after := own.repo.ListTags(ctx, wire.WithQuery("last", last))
				if !after.OK() || slices.Contains(tagsOf(after), last) {
					suite.NotApplicable("a list with last and without n is wrong, too; other specs judge that")
				}
			}
		}
		Expect(page).To(beNoTags)
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
		// Other runs may change the start of the list in the meantime. A page as large
		// as the list still contains all own tags.
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

// expectAnswer judges that a request for a list with n or last succeeds. It ends the
// spec if a request without them does not succeed, either.
func expectAnswer(ctx context.Context, page *wire.Exchange) {
	if !page.OK() {
		suite.Must(wholeList(ctx), require.DiscoveryTagsStatus)
		if q := page.URL.Query(); q.Has("n") && q.Has("last") {
			needN(ctx, suite.Repo(ctx).ListTags(ctx, wire.WithQuery("n", q.Get("n"))))
		}
	}
	Expect(page).To(BeAccepted())
}

// needN ends the spec unless a list with n is returned.
func needN(ctx context.Context, page *wire.Exchange) {
	if !page.OK() {
		suite.Must(wholeList(ctx), require.DiscoveryTagsStatus)
		suite.Blocked(require.DiscoveryTagsNCount, page, "a list without n is returned")
	}
}

// cutOff says whether a list with a large n begins with the first tag, has no Link, and
// lacks own tags, though the whole list has them all.
func (o ownTags) cutOff(ctx context.Context, page *wire.Exchange) bool {
	tags, whole := tagsOf(page), tagsOf(wholeList(ctx))
	return len(page.Header.Values("Link")) == 0 && len(tags) > 0 && len(whole) > len(tags) && tags[0] <= whole[0] &&
		len(o.of(tags)) < len(o.of(whole)) && len(o.of(whole)) == len(o.sorted)
}

// startsLate says whether a page of two tags lacks the first tag of the whole list.
// Other specs may push and delete tags in the meantime. So it tries up to three times,
// until the first tag of the whole list stays the same.
func (o ownTags) startsLate(ctx SpecContext) (page *wire.Exchange, late bool) {
	first := func() string {
		tags := allPages(ctx, o.repo, o.repo.ListTags(ctx))
		if len(tags) == 0 || !inOrder(tags) {
			return ""
		}
		return tags[0]
	}
	for range 3 {
		before := first()
		page = o.repo.ListTags(ctx, wire.WithQuery("n", "2"))
		tags := tagsOf(page)
		if before == "" || len(tags) == 0 {
			return page, false
		}
		if slices.Contains(tags, before) {
			return page, false
		}
		if before == first() && o.repo.GetManifest(ctx, before).OK() {
			return page, true
		}
	}
	return page, false
}
