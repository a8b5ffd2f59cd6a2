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
// the two orders: in ASCII, upper case comes first. In both, 10 comes before 9.
type ownTags struct {
	repo   *suite.Repository
	prefix string
	sorted []string // in ASCII order
}

var endings = []string{"10", "9", "D", "c", "e"}

// pushTags pushes five tags. In a read-only run it pushes none, and every tag of the
// repository counts as an own tag.
func pushTags(ctx context.Context) ownTags { return pushTagsTo(ctx, suite.Repo(ctx)) }

func pushTagsTo(ctx context.Context, repo *suite.Repository) ownTags {
	if suite.ReadOnly(ctx) {
		return ownTags{repo: suite.Repo(ctx)}
	}
	own := ownTags{repo: repo, prefix: "assay-" + suite.Nonce()}
	image := fixtures.NewImage(suite.Nonce())
	for _, e := range []string{"c", "10", "e", "9", "D"} { // in neither order
		own.push(ctx, own.prefix+e, image)
	}
	for _, e := range endings {
		own.sorted = append(own.sorted, own.prefix+e)
	}
	return own
}

// ownTagsOf are the tags that all specs share which do not change them.
var ownTagsOf = suite.Once(pushTags)

// push pushes the image under a tag. That the tag exists is looked at where it is
// missing in a list.
func (o ownTags) push(ctx context.Context, tag string, image fixtures.Manifest) {
	o.repo.PushContent(ctx, image)
	if put := o.repo.PutManifest(ctx, tag, image.MediaType, image.Data); !put.OK() {
		o.needTag(ctx, tag)
	}
}

// needTag ends the spec unless the tag exists. If an ordinary one can be pushed, the
// registry refuses the capital letters of the tag.
func (o ownTags) needTag(ctx context.Context, tag string) {
	if o.repo.HasManifest(ctx, tag) {
		return
	}
	o.repo.PushTagged(ctx, suite.Tag(), fixtures.NewImage(suite.Nonce()))
	suite.Blocked(require.PushTagGrammarAccepted, o.repo.GetManifest(ctx, tag), "the tag %s could not be pushed; an ordinary tag can", tag)
}

// needTags ends the spec unless all of the tags exist that a list lacks, and pushes of
// tags leave other tags alone.
func (o ownTags) needTags(ctx context.Context, listed, want []string) {
	missing := slices.DeleteFunc(slices.Clone(want), func(tag string) bool { return slices.Contains(listed, tag) })
	for _, tag := range missing {
		o.needTag(ctx, tag)
	}
	if len(missing) > 0 && !suite.ReadOnly(ctx) {
		o.repo.ControlTags(ctx)
	}
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
	needList(whole)
	o.needCompleteIn(ctx, whole, o.of(allPages(ctx, o.repo, whole)))
}

// needCompleteIn is needComplete for a whole list and the own tags on its pages.
func (o ownTags) needCompleteIn(ctx SpecContext, whole *wire.Exchange, mine []string) {
	needList(whole)
	mine = slices.Sorted(slices.Values(mine))
	if !slices.Equal(mine, o.sorted) {
		o.needTags(ctx, mine, o.sorted)
		suite.Blocked(require.DiscoveryTagsComplete, whole, "tags are missing in the whole list (without n and last), too")
	}
}

// expectComplete judges that a list, over all its pages, contains exactly these of
// the own tags.
func (o ownTags) expectComplete(ctx SpecContext, list *wire.Exchange, want []string) {
	o.expectTags(list, o.in(ctx, list), want)
}

// expectTags judges that these of the own tags, which the pages of the list have, are
// those that are wanted.
func (o ownTags) expectTags(list *wire.Exchange, mine, want []string) {
	mine = slices.Sorted(slices.Values(mine))
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
	o.needWholeOrder(ctx)
}

// needWholeOrder ends the spec if the whole list is out of order.
func (o ownTags) needWholeOrder(ctx SpecContext) {
	whole := o.repo.ListTags(ctx)
	if ok, _ := o.beInOrder().Match(whole); !ok {
		suite.Blocked(require.DiscoveryTagsOrder, whole, "the whole list (without n and last) is out of order, too")
	}
}

// wholeList is the list of all tags of the first repository.
var wholeList = suite.Once(func(ctx context.Context) *wire.Exchange { return ownTagsOf(ctx).repo.ListTags(ctx) })

// walk is a list in pages.
type walk struct {
	own ownTags
	wire.Walk
}

// tags are those of all pages.
func (w walk) tags() []string {
	var tags []string
	for _, page := range w.Pages {
		tags = append(tags, tagsOf(page)...)
	}
	return tags
}

// walkOf lists the tags of the second repository, where few are pushed, in pages of
// two tags, or a few more where it has more than ten.
var walkOf = suite.Once(func(ctx context.Context) walk {
	own := pushTagsTo(ctx, suite.Repo2(ctx))
	whole := suite.Must(own.repo.ListTags(ctx), require.DiscoveryTagsStatus)
	n := max(2, len(allPages(ctx, own.repo, whole))/5)
	page := own.repo.ListTags(ctx, wire.WithQuery("n", fmt.Sprint(n)))
	needN(ctx, page)
	return walk{own, own.repo.Walk(ctx, page)}
})

// allPages follows rel="next" from the first page and returns the tags of all pages.
// It ends the spec if the pages repeat themselves.
func allPages(ctx context.Context, repo *suite.Repository, page *wire.Exchange) []string {
	var tags []string
	list := repo.Walk(ctx, page)
	if list.Repeating != nil && suite.Version(ctx) != require.V1_0 { // which has no Links
		suite.Blocked(require.DiscoveryTagsPages, list.Repeating, "the pages repeat themselves: %s", list.How)
	}
	for _, page := range list.Pages {
		tags = append(tags, tagsOf(page)...)
	}
	return tags
}

// needAnswer judges that a list that is asked for with n or last is returned. It
// ends the spec if a list without them is not returned, either.
func needAnswer(ctx context.Context, page *wire.Exchange) {
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

// cutOff says whether a list with a large n begins with the first tag, has no Link,
// and lacks own tags, which are all in the whole list.
func (o ownTags) cutOff(ctx context.Context, page *wire.Exchange) bool {
	tags, whole := tagsOf(page), tagsOf(wholeList(ctx))
	return len(page.Header.Values("Link")) == 0 && len(tags) > 0 && len(whole) > len(tags) && tags[0] <= whole[0] &&
		len(o.of(tags)) < len(o.of(whole)) && len(o.of(whole)) == len(o.sorted)
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
		if slices.Contains(tags, before) {
			return page, false
		}
		if before == first() && o.repo.GetManifest(ctx, before).OK() {
			return page, true
		}
	}
	return page, false
}
