package discovery

import (
	"context"
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

// ownTagsOf makes the tags that all specs share that do not change them.
var ownTagsOf = suite.Once(pushTags)

// push pushes the image under a tag. Whether the tag exists is checked only if it is
// missing from a list.
func (o ownTags) push(ctx context.Context, tag string, image fixtures.Manifest) {
	o.repo.PushContent(ctx, image)
	if put := o.repo.PutManifest(ctx, tag, image.MediaType, image.Data); !put.OK() {
		o.needTag(ctx, tag)
	}
}

// needTag ends the spec unless the tag exists. If an ordinary tag can be pushed, the
// registry refuses capital letters in tags.
func (o ownTags) needTag(ctx context.Context, tag string) {
	if o.repo.HasManifest(ctx, tag) {
		return
	}
	o.repo.PushTagged(ctx, suite.Tag(), fixtures.NewImage(suite.Nonce()))
	suite.Blocked(require.PushTagGrammarAccepted, o.repo.GetManifest(ctx, tag), "the tag %s could not be pushed; an ordinary tag can", tag)
}

// needTags ends the spec unless two things are true: all tags that a list lacks exist,
// and pushes of tags do not change other tags.
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

// expectTags judges that the own tags on the pages of the list are the wanted ones.
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
