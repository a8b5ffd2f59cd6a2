package discovery

import (
	"slices"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/wire"
)

// own returns the tags of a list that were pushed here, in the order of the list.
func (h history) own(tags []string) []string {
	return slices.DeleteFunc(slices.Clone(tags), func(tag string) bool { _, ours := h.tags[tag]; return !ours })
}

var _ = Describe("Listing tags that look like numbers or versions", func() {
	It("returns them in lexical or ASCII order", require.DiscoveryTagsOrder, func(ctx SpecContext) {
		h := historyOf(ctx)
		if h.afterTen == nil {
			suite.NotApplicable("the list has more pages than one, or others use the repository")
		}
		if !inOrder(h.own(h.whole)) {
			ownTagsOf(ctx).needWholeOrder(ctx)
		}
		Expect(h.changes[0].list).To(Check("tags in lexical or ASCII order", func(*wire.Exchange) (string, bool) {
			return strings.Join(h.own(h.whole), ", "), inOrder(h.own(h.whole))
		}))
	})
	It("returns them in lexical or ASCII order after each change", require.DiscoveryTagsOrder, func(ctx SpecContext) {
		h := historyOf(ctx)
		for _, c := range h.changes {
			mine := h.own(c.listed)
			if !inOrder(mine) {
				ownTagsOf(ctx).needWholeOrder(ctx)
				if !inOrder(h.own(h.whole)) {
					suite.Blocked(require.DiscoveryTagsOrder, c.list, "tags that look like numbers or versions are out of order, too")
				}
			}
			Expect(c.list).To(Check("tags in lexical or ASCII order after "+c.after, func(*wire.Exchange) (string, bool) {
				return strings.Join(mine, ", "), inOrder(mine)
			}))
		}
	})
	It("returns those after a number", require.DiscoveryTagsLast, func(ctx SpecContext) {
		h := historyOf(ctx)
		if h.afterTen == nil {
			suite.NotApplicable("the list has more pages than one, or others use the repository")
		}
		expectAnswer(ctx, h.afterTen)
		whole := h.own(h.whole)
		want := slices.Sorted(slices.Values(whole[slices.Index(whole, ten)+1:])) // other specs judge the order
		listed := slices.Sorted(slices.Values(h.own(allPages(ctx, h.repo, h.afterTen))))
		if !slices.Equal(listed, want) {
			h.needRight()
		}
		Expect(h.afterTen).To(Check(strings.Join(want, ", "), func(*wire.Exchange) (string, bool) {
			return strings.Join(listed, ", "), slices.Equal(listed, want)
		}))
	})
})

var _ = Describe("Deleting a tag whose name is like those of other tags", func() {
	It("leaves the other tags", require.ManagementTagDeleteOthers, func(ctx SpecContext) {
		h := historyOf(ctx)
		if exists, pushed := h.tags[h.name+"too"]; exists || !pushed {
			suite.FeatureMissing(suite.TagDelete, "the tag was not deleted")
		}
		first := h.pulls[0].after
		there := map[string]bool{} // could be pulled before the delete
		for _, p := range h.pulls {
			if p.after == first {
				there[p.reference] = p.get.OK()
				continue
			}
			if !strings.HasPrefix(strings.ToLower(p.reference), h.name+"too") || !p.exists || !there[p.reference] {
				continue
			}
			if !p.get.OK() {
				h.repo.ControlTag(ctx)
				h.repo.ControlTags(ctx)
			}
			Expect(p.get).To(BeAccepted())
		}
	})
})
