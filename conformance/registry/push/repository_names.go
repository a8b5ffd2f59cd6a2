package push

import (
	"context"
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

// unusualNames are parts of repository names that the grammar allows. Some are words of
// the paths of the API: a registry might take these for another endpoint.
var unusualNames = []fixtures.Shape{
	{Title: "a part of one character", Text: "a"},
	{Title: "two hyphens in a row", Text: "a--b"},
	{Title: "several hyphens in a row", Text: "a----b"},
	{Title: "two underscores in a row", Text: "a__b"},
	{Title: "a dot", Text: "a.b"},
	{Title: "a part that is a number", Text: "0/1"},
	{Title: "many parts", Text: "a/b/c/d/e"},
	{Title: "a part blobs", Text: "blobs/a"},
	{Title: "a part manifests", Text: "manifests/a"},
	{Title: "a part tags", Text: "tags/a"},
	{Title: "a part referrers", Text: "referrers/a"},
	{Title: "blobs at the end", Text: "a/blobs"},
	{Title: "manifests at the end", Text: "a/manifests"},
	{Title: "tags at the end", Text: "a/tags"},
	{Title: "referrers at the end", Text: "a/referrers"},
}

// A registry may take pushes to some repositories only. But what it takes, it must give
// back.
var _ = Describe("An index in a repository with an unusual name", func() {
	It("can be pulled if its push was accepted", require.PullManifestGetStatus, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		index, tag := fixtures.NewIndex(suite.Nonce(), nil), suite.Tag()
		ask := func(ctx context.Context, repo *suite.Repository) *wire.Exchange {
			if put := repo.PutManifest(ctx, tag, index.MediaType, index.Data); !put.OK() {
				return put
			}
			return repo.GetManifest(ctx, tag)
		}
		first := suite.Repo(ctx)
		cases := suite.AskEach(ctx, "a name with ", unusualNames, func(ctx context.Context, name string) *wire.Exchange {
			return ask(ctx, suite.RepoNamed(ctx, first.Name()+"/"+name))
		})
		cases = slices.DeleteFunc(cases, func(c Case) bool { return isRefused(c.Exchange) })
		if ExpectEach(cases).First(beKept(index)) != nil {
			needOrdinaryTag(ctx)
			needOrdinaryIndex(ctx)
			if answer, broken := (suspect{m: index}).isBroken(ctx, first); broken {
				suite.Blocked(require.PushIndexEmpty, answer, "the index cannot be pulled from an ordinary repository, either")
			}
			ordinaryPush{index, ask(ctx, first)}.need()
		}
		ExpectEach(cases).To(beKept(index))
	})
})

// Whether it may be pushed to is another question, which a registry answers in another
// way: 401, 403 or 404.
var _ = Describe("A repository with an unusual name", func() {
	It("is not refused as invalid", require.PushRepositoryNameValid, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		first := suite.Repo(ctx)
		start := func(ctx context.Context, repo *suite.Repository) *wire.Exchange {
			upload := repo.StartUpload(ctx)
			if location, err := upload.Location(); err == nil && upload.OK() {
				repo.CancelUpload(ctx, location)
			}
			return upload
		}
		cases := suite.AskEach(ctx, "a name with ", unusualNames, func(ctx context.Context, name string) *wire.Exchange {
			return start(ctx, suite.RepoNamed(ctx, first.Name()+"/"+name))
		})
		notInvalid := Check("no 400 and no NAME_INVALID", func(ex *wire.Exchange) (string, bool) {
			return ex.StatusAndReason(), ex.Status != http.StatusBadRequest && !strings.Contains(ex.StatusAndReason(), "NAME_INVALID")
		})
		if ExpectEach(cases).First(notInvalid) != nil {
			suite.Must(start(ctx, first), require.PushBlobPostPutStartStatus)
		}
		ExpectEach(cases).To(notInvalid)
	})
})
