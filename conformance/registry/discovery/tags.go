package discovery

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
	"assay/wire/repeat"
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

var _ = Describe("Listing the tags of a repository that does not exist", func() {
	It("returns 404 Not Found", require.DiscoveryTagsUnknownRepository, func(ctx SpecContext) {
		list := suite.RepoNamed(ctx, suite.MissingRepository(ctx)).ListTags(ctx)
		if errors.Is(list.Err, wire.ErrCredentials) || list.Status == http.StatusUnauthorized || list.Status == http.StatusForbidden {
			suite.NotApplicable("the login does not reach repositories that do not exist")
		}
		Expect(list).To(HaveStatus(http.StatusNotFound))
	})
})

var _ = Describe("Listing tags", func() {
	var (
		own  ownTags
		list *wire.Exchange
	)

	// These names have a meaning in the way that registries store tags. (A tag called
	// "tags" is left out: it breaks some repositories for good.)
	names := []string{"index", "current", "link", "latest"}
	named := suite.Once(func(ctx context.Context) *wire.Exchange {
		repo := ownTagsOf(ctx).repo
		var looks []func(context.Context) *wire.Exchange
		for _, name := range names {
			looks = append(looks, func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, name) })
		}
		for i, there := range suite.AtOnce(ctx, looks...) {
			if !there.OK() { // otherwise another run has pushed it, and it is used as it is
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
			Expect(again).To(CheckAgain(repeat.Mentions(strconv.Quote(name)), "a list with the tag "+name, func(*wire.Exchange) (string, bool) {
				return strings.Join(tags[:min(len(tags), 20)], ", "), slices.Contains(tags, name)
			}))
		})
	}
	It("returns tags of any characters that the grammar allows", require.DiscoveryTagsComplete, func(ctx SpecContext) {
		forms := suite.TagsOfAllForms(ctx)
		again := suite.Must(own.repo.ListTags(ctx), require.DiscoveryTagsStatus)
		needList(again)
		listed := allPages(ctx, own.repo, again)
		missing := slices.DeleteFunc(slices.Clone(forms.Accepted), func(tag string) bool { return slices.Contains(listed, tag) })
		if len(missing) > 0 {
			own.needCompleteIn(ctx, list, own.in(ctx, list))
			own.repo.ControlTags(ctx)
		}
		Expect(again).To(Check("each of the tags "+strings.Join(forms.Accepted, ", "), func(*wire.Exchange) (string, bool) {
			return "a list without " + strings.Join(missing, ", "), len(missing) == 0
		}))
	})
	It("returns them in lexical or ASCII order", require.DiscoveryTagsOrder, func() {
		suite.Must(list, require.DiscoveryTagsStatus)
		Expect(list).To(own.beInOrder())
	})
})
