package discovery

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/wire"
)

var _ = Describe("Listing the tags after a last tag", func() {
	var (
		own  ownTags
		last string
	)

	BeforeEach(func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		own = ownTagsOf(ctx)
		last = own.prefix + "c" // two tags come after it in lexical order, one in ASCII order
	})

	It("returns only those tags", require.DiscoveryTagsLast, func(ctx SpecContext) {
		own.expectAfter(ctx, own.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", last)))
	})
	It("returns only those tags without n, too", require.DiscoveryTagsLast, func(ctx SpecContext) {
		own.expectAfter(ctx, own.repo.ListTags(ctx, wire.WithQuery("last", last)))
	})
	// A client goes on with the last tag that it got, even if the tag was deleted in the
	// meantime.
	It("returns only those tags if the last tag does not exist", require.DiscoveryTagsLast, func(ctx SpecContext) {
		page := own.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", own.prefix+"dz"))
		if page.Status >= http.StatusBadRequest && page.Status < http.StatusInternalServerError {
			suite.NotApplicable("the registry refuses a last tag that does not exist")
		}
		expectAnswer(ctx, page)
		mine := own.in(ctx, page)
		after := slices.Equal(mine, []string{own.prefix + "e"})
		if !after {
			own.needLast(ctx)
			own.needComplete(ctx)
		}
		Expect(page).To(Check("only "+own.prefix+"e, which comes after the last tag in every order", func(*wire.Exchange) (string, bool) {
			return strings.Join(mine, ", "), after
		}))
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

// areAfter says whether these are the own tags that come after "c", in one order or
// the other.
func (o ownTags) areAfter(mine []string) bool {
	mine = slices.Sorted(slices.Values(mine))
	return slices.Equal(mine, []string{o.prefix + "e"}) || slices.Equal(mine, []string{o.prefix + "D", o.prefix + "e"})
}

// expectAfter judges that a list that was requested with the last tag "c" contains
// the own tags that come after it, and no others.
func (o ownTags) expectAfter(ctx SpecContext, page *wire.Exchange) {
	expectAnswer(ctx, page)
	mine := o.in(ctx, page)
	if !o.areAfter(mine) {
		o.needComplete(ctx)
	}
	Expect(page).To(Check(fmt.Sprintf("%[1]se (ASCII) or %[1]sD, %[1]se (lexical)", o.prefix), func(*wire.Exchange) (string, bool) {
		return strings.Join(mine, ", "), o.areAfter(mine)
	}))
}

// needLast ends the spec unless the registry follows last in a request of its own.
func (o ownTags) needLast(ctx SpecContext) {
	page := o.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", o.prefix+"c"))
	if !o.areAfter(o.in(ctx, page)) {
		suite.Blocked(require.DiscoveryTagsLast, page, "the registry does not follow last in a request without a Link, either")
	}
}
