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

// The repository is shared with other specs and with other runs, so that only
// this spec's own tags are looked at. Their common beginning keeps them
// together in either order, and what follows it sorts differently in the two:
// in ASCII upper case comes first.
type ownTags struct {
	repo   *suite.Repository
	prefix string
	sorted []string // in ASCII order
}

var endings = []string{"B", "D", "a", "c", "e"}

// pushTags pushes five tags. When the run is read-only, all tags that are there
// stand in for them, as far as that goes.
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

// ownTagsOf are tags for the specs that change nothing.
var ownTagsOf = suite.Once(pushTags)

// push pushes the image under a tag. Where it is not there then, that may be for
// the capital letters of the tag.
func (o ownTags) push(ctx context.Context, tag string, image fixtures.Manifest) {
	o.repo.PushContent(ctx, image)
	put := o.repo.PutManifest(ctx, tag, image.MediaType, image.Data)
	if o.repo.HasManifest(ctx, tag) {
		return
	}
	o.repo.PushTagged(ctx, suite.Tag(), image)
	suite.Blocked(require.PushTagGrammarAccepted, put, "the tag %s could not be pushed", tag)
}

// of keeps this spec's own tags, in the order of the list.
func (o ownTags) of(tags []string) []string {
	return slices.DeleteFunc(slices.Clone(tags), func(t string) bool { return !strings.HasPrefix(t, o.prefix) })
}

// in follows the pages of a list and keeps this spec's own tags. It ends the
// spec when the list is no list.
func (o ownTags) in(ctx SpecContext, page *wire.Exchange) []string {
	needList(page)
	return o.of(allPages(ctx, o.repo, page))
}

// needList ends the spec when the list is no list.
func needList(page *wire.Exchange) {
	var list tagList
	if page.JSON(&list) != nil || list.Tags == nil && list.Name == nil {
		suite.Blocked(require.DiscoveryTagsBody, page, "the list cannot be read")
	}
}

// needComplete ends the spec when the list that is asked for without n lacks
// tags, too.
func (o ownTags) needComplete(ctx SpecContext) {
	whole := o.repo.ListTags(ctx)
	mine := o.in(ctx, whole)
	slices.Sort(mine)
	if !slices.Equal(mine, o.sorted) {
		suite.Blocked(require.DiscoveryTagsComplete, whole, "the whole list is not complete either")
	}
}

// expectComplete judges that a list, all its pages taken together, holds of the
// spec's own tags just these.
func (o ownTags) expectComplete(ctx SpecContext, list *wire.Exchange, want []string) {
	mine := o.in(ctx, list)
	slices.Sort(mine)
	Expect(list).To(Check(strings.Join(want, ", "), func(*wire.Exchange) (string, bool) {
		return strings.Join(mine, ", "), slices.Equal(mine, want)
	}))
}

// beInOrder wants this spec's own tags in one of the two orders that the text
// allows.
func (o ownTags) beInOrder() types.GomegaMatcher {
	return Check("tags in lexical or ASCII order", func(ex *wire.Exchange) (string, bool) {
		mine := o.of(tagsOf(ex))
		return strings.Join(mine, ", "), inOrder(mine)
	})
}

// inOrder says whether the tags are in one of the two orders.
func inOrder(tags []string) bool {
	return slices.IsSorted(tags) || slices.IsSortedFunc(tags, func(a, b string) int {
		return strings.Compare(strings.ToLower(a), strings.ToLower(b))
	})
}

// needOrder ends the spec when the page is out of order and the whole list is,
// too.
func (o ownTags) needOrder(ctx SpecContext, page *wire.Exchange) {
	if ok, _ := o.beInOrder().Match(page); ok {
		return
	}
	whole := o.repo.ListTags(ctx)
	if ok, _ := o.beInOrder().Match(whole); !ok {
		suite.Blocked(require.DiscoveryTagsOrder, whole, "the whole list is out of order, too")
	}
}

// allPages follows rel="next" from a first page and returns the tags of all.
func allPages(ctx SpecContext, repo *suite.Repository, page *wire.Exchange) []string {
	var tags []string
	for _, page := range repo.Pages(ctx, page) {
		tags = append(tags, tagsOf(page)...)
	}
	return tags
}

// areAfter says whether of the spec's own tags these are the ones after "c", in
// one order or the other.
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

// needLast ends the spec unless last is followed when it is asked for by hand.
func (o ownTags) needLast(ctx SpecContext) {
	page := o.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", o.prefix+"c"))
	if !o.areAfter(o.in(ctx, page)) {
		suite.Blocked(require.DiscoveryTagsLast, page, "last is not followed by hand either")
	}
}

// startsLate says whether a page of two tags does not begin with the first tag
// of the whole list, where that is in order. Others may come and go there: it is
// asked again until the start stays, or given up.
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
