package discovery

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
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
func pushTags(ctx SpecContext) ownTags {
	if suite.ReadOnly() {
		return ownTags{repo: suite.Repo()}
	}
	own := ownTags{repo: suite.Repo(), prefix: "assay-" + suite.Nonce()}
	image := fixtures.NewImage(suite.Nonce())
	for _, e := range []string{"c", "B", "e", "a", "D"} { // in neither order
		own.repo.PushTagged(ctx, own.prefix+e, image)
	}
	for _, e := range endings {
		own.sorted = append(own.sorted, own.prefix+e)
	}
	return own
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

// beInOrder wants this spec's own tags in one of the two orders that the text
// allows.
func (o ownTags) beInOrder() types.GomegaMatcher {
	return Check("tags in lexical or ASCII order", func(ex *wire.Exchange) (string, bool) {
		mine := o.of(tagsOf(ex))
		ascii := slices.IsSorted(mine)
		lexical := slices.IsSortedFunc(mine, func(a, b string) int {
			return strings.Compare(strings.ToLower(a), strings.ToLower(b))
		})
		return strings.Join(mine, ", "), ascii || lexical
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

var _ = Describe("Listing tags", func() {
	var (
		own  ownTags
		list *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		own = pushTags(ctx)
		list = own.repo.ListTags(ctx)
	})

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
		suite.NeedPushed()
		suite.Must(list, require.DiscoveryTagsStatus)
		mine := own.in(ctx, list)
		slices.Sort(mine)
		Expect(list).To(Check(strings.Join(own.sorted, ", "), func(*wire.Exchange) (string, bool) {
			return strings.Join(mine, ", "), slices.Equal(mine, own.sorted)
		}))
	})
	// Names that mean something where registries keep their tags. (A tag called
	// "tags" is left out: it breaks some repositories for good.)
	for _, name := range []string{"index", "current", "link", "latest"} {
		It("gives a tag called "+name, require.DiscoveryTagsComplete, func(ctx SpecContext) {
			suite.NeedPushed()
			suite.Must(list, require.DiscoveryTagsStatus)
			// Such a tag may be somebody else's: then it is used as it is.
			if !own.repo.HasManifest(ctx, name) {
				own.repo.PushTagged(ctx, name, fixtures.NewImage(suite.Nonce()))
			}
			again := suite.Must(own.repo.ListTags(ctx), require.DiscoveryTagsStatus)
			needList(again)
			tags := allPages(ctx, own.repo, again)
			if !own.repo.HasManifest(ctx, name) {
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

	BeforeEach(func(ctx SpecContext) { own = pushTags(ctx) })

	It("gives n of them, or fewer and a Link", require.DiscoveryTagsNCount, func(ctx SpecContext) {
		suite.NeedPushed()
		const n = 3 // there are five at least
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", fmt.Sprint(n))), require.DiscoveryTagsStatus)
		Expect(page).To(Check(fmt.Sprintf("%d tags, or fewer with a Link", n), func(ex *wire.Exchange) (string, bool) {
			got, next := len(tagsOf(ex)), ex.Header.Get("Link")
			return fmt.Sprintf("%d tags and Link: %q", got, next), got == n || got < n && next != ""
		}))
	})
	It("gives a Link to the next page, if any, as RFC 5988 says", require.DiscoveryTagsLink, func(ctx SpecContext) {
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "2")), require.DiscoveryTagsStatus)
		if len(page.Header.Values("Link")) == 0 {
			suite.Nothing("no Link was sent")
		}
		Expect(page).To(Check(`a Link with rel="next" and a URL`, func(ex *wire.Exchange) (string, bool) {
			next, err := ex.Next()
			if err != nil {
				return err.Error(), false
			}
			return "Link: " + strings.Join(ex.Header.Values("Link"), ", "), next != nil
		}))
	})
	It("gives every tag once, page after page", require.DiscoveryTagsPages, func(ctx SpecContext) {
		suite.NeedPushed()
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
		}
		Expect(page).To(Check(strings.Join(own.sorted, ", "), func(*wire.Exchange) (string, bool) {
			return strings.Join(mine, ", "), slices.Equal(mine, own.sorted)
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
		suite.NeedPushed()
		// Other specs come and go at the start of the list, so that it is the
		// own tags that must not come before others: with n as large as the
		// list, the first of them is there.
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
		suite.NeedPushed()
		own = pushTags(ctx)
		last = own.prefix + "c" // two come after it in one order, one in the other
		page = suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", last)), require.DiscoveryTagsStatus)
	})

	It("gives only those", require.DiscoveryTagsLast, func(ctx SpecContext) {
		mine := own.in(ctx, page)
		slices.Sort(mine)
		ascii, lexical := []string{own.prefix + "e"}, []string{own.prefix + "D", own.prefix + "e"}
		Expect(page).To(Check(strings.Join(ascii, ", ")+" (ASCII) or "+strings.Join(lexical, ", ")+" (lexical)", func(*wire.Exchange) (string, bool) {
			return strings.Join(mine, ", "), slices.Equal(mine, ascii) || slices.Equal(mine, lexical)
		}))
	})
	It("gives them in order", require.DiscoveryTagsLastOrder, func(ctx SpecContext) {
		// More than two come after this one, in either order.
		page := suite.Must(own.repo.ListTags(ctx, wire.WithQuery("n", "100"), wire.WithQuery("last", own.prefix+"B")), require.DiscoveryTagsStatus)
		own.needOrder(ctx, page)
		Expect(page).To(own.beInOrder())
	})
})
