package discovery

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// ownTags are the tags that a spec pushed itself. Other specs and other runs use the
// same repository, so a spec looks only at its own tags. They have a common prefix,
// which keeps them together in either order, and endings that sort differently in
// the two orders: in ASCII, upper case comes first.
type ownTags struct {
	repo   *suite.Repository
	prefix string
	sorted []string // in ASCII order
}

var endings = []string{"B", "D", "a", "c", "e"}

// pushTags pushes five tags. In a read-only run it pushes none, and every tag of the
// repository counts as an own tag.
func pushTags(ctx context.Context) ownTags {
	if suite.ReadOnly(ctx) {
		return ownTags{repo: suite.Repo(ctx)}
	}
	own := ownTags{repo: suite.Repo(ctx), prefix: "assay-" + suite.Nonce()}
	image := fixtures.NewImage(suite.Nonce())
	for _, e := range []string{"c", "B", "e", "a", "D"} { // in neither order
		own.push(ctx, own.prefix+e, image)
	}
	for _, e := range endings {
		own.sorted = append(own.sorted, own.prefix+e)
	}
	return own
}

// ownTagsOf are the tags that all specs share which do not change them.
var ownTagsOf = suite.Once(pushTags)

// push pushes the image under a tag. If the tag does not exist then, but an ordinary
// one can be pushed, the registry refuses the capital letters of the tag.
func (o ownTags) push(ctx context.Context, tag string, image fixtures.Manifest) {
	o.repo.PushContent(ctx, image)
	put := o.repo.PutManifest(ctx, tag, image.MediaType, image.Data)
	if o.repo.HasManifest(ctx, tag) {
		return
	}
	o.repo.PushTagged(ctx, suite.Tag(), image)
	suite.Blocked(require.PushTagGrammarAccepted, put, "the tag %s could not be pushed; an ordinary tag can", tag)
}

// of returns the own tags in a list, in the order of the list.
func (o ownTags) of(tags []string) []string {
	return slices.DeleteFunc(slices.Clone(tags), func(t string) bool { return !strings.HasPrefix(t, o.prefix) })
}

// in follows the pages of a list and returns the own tags on them. It ends the spec
// if the list does not have the right form.
func (o ownTags) in(ctx SpecContext, page *wire.Exchange) []string {
	needList(page)
	return o.of(allPages(ctx, o.repo, page))
}

// needList ends the spec if the list does not have the right form.
func needList(page *wire.Exchange) {
	var list tagList
	if page.JSON(&list) != nil || list.Tags == nil && list.Name == nil {
		suite.Blocked(require.DiscoveryTagsBody, page, "the tag list does not have the form that the specification defines")
	}
}

// needComplete ends the spec if tags are missing in the list without n and last,
// too.
func (o ownTags) needComplete(ctx SpecContext) {
	whole := o.repo.ListTags(ctx)
	mine := o.in(ctx, whole)
	slices.Sort(mine)
	if !slices.Equal(mine, o.sorted) {
		o.repo.ControlTags(ctx)
		suite.Blocked(require.DiscoveryTagsComplete, whole, "tags are missing in the whole list (without n and last), too")
	}
}

// expectComplete judges that a list, over all its pages, contains exactly these of
// the own tags.
func (o ownTags) expectComplete(ctx SpecContext, list *wire.Exchange, want []string) {
	mine := o.in(ctx, list)
	slices.Sort(mine)
	if !slices.Equal(mine, want) {
		o.repo.ControlTags(ctx)
	}
	Expect(list).To(Check(strings.Join(want, ", "), func(*wire.Exchange) (string, bool) {
		return strings.Join(mine, ", "), slices.Equal(mine, want)
	}))
}

// beInOrder expects the own tags in one of the two orders that the specification
// allows.
func (o ownTags) beInOrder() types.GomegaMatcher {
	return Check("tags in lexical or ASCII order", func(ex *wire.Exchange) (string, bool) {
		mine := o.of(tagsOf(ex))
		return strings.Join(mine, ", "), inOrder(mine)
	})
}

// inOrder says whether the tags are in lexical or in ASCII order.
func inOrder(tags []string) bool {
	return slices.IsSorted(tags) || slices.IsSortedFunc(tags, func(a, b string) int {
		return strings.Compare(strings.ToLower(a), strings.ToLower(b))
	})
}

// needOrder ends the spec if the page is out of order and the whole list is out of
// order, too.
func (o ownTags) needOrder(ctx SpecContext, page *wire.Exchange) {
	if ok, _ := o.beInOrder().Match(page); ok {
		return
	}
	whole := o.repo.ListTags(ctx)
	if ok, _ := o.beInOrder().Match(whole); !ok {
		suite.Blocked(require.DiscoveryTagsOrder, whole, "the whole list (without n and last) is out of order, too")
	}
}

// allPages follows rel="next" from the first page and returns the tags of all pages.
func allPages(ctx SpecContext, repo *suite.Repository, page *wire.Exchange) []string {
	var tags []string
	for _, page := range repo.Pages(ctx, page) {
		tags = append(tags, tagsOf(page)...)
	}
	return tags
}

// areAfter says whether these are the own tags that come after "c", in one order or
// the other.
func (o ownTags) areAfter(mine []string) bool {
	slices.Sort(mine)
	return slices.Equal(mine, []string{o.prefix + "e"}) || slices.Equal(mine, []string{o.prefix + "D", o.prefix + "e"})
}

func (o ownTags) beAfter(ctx SpecContext) types.GomegaMatcher {
	return Check(fmt.Sprintf("%[1]se (ASCII) or %[1]sD, %[1]se (lexical)", o.prefix), func(ex *wire.Exchange) (string, bool) {
		mine := o.in(ctx, ex)
		return strings.Join(mine, ", "), o.areAfter(mine)
	})
}

// needLast ends the spec unless the registry follows last in a request of its own.
func (o ownTags) needLast(ctx SpecContext) {
	page := o.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", o.prefix+"c"))
	if !o.areAfter(o.in(ctx, page)) {
		suite.Blocked(require.DiscoveryTagsLast, page, "the registry does not follow last in a request without a Link, either")
	}
}

// startsLate says whether a page of two tags lacks the first tag of the whole list.
// Other specs may push and delete tags meanwhile: it tries up to three times until
// the first tag of the whole list stays the same.
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
		if before == first() && o.repo.GetManifest(ctx, before).OK() {
			return page, !slices.Contains(tags, before)
		}
	}
	return page, false
}
