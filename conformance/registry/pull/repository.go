package pull

import (
	"context"
	"errors"
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

// The content exists in another repository: this shows a registry that ignores the
// repository's name.
var _ = Describe("Pulling from a repository that does not exist", func() {
	It("returns 404 Not Found for a manifest", require.PullRepositoryUnknownManifest, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		repo, image, _ := suite.TaggedImage(ctx)
		nowhere := suite.RepoNamed(ctx, suite.MissingRepository(ctx))
		pull := nowhere.GetManifest(ctx, image.Digest.String())
		if pull.Status != http.StatusNotFound {
			repo.ControlUnknownManifest(ctx)
		}
		Expect(pull).To(HaveStatus(http.StatusNotFound))
	})
	It("returns 404 Not Found for a blob", require.PullRepositoryUnknownBlob, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		repo, blob := suite.StoredBlob(ctx, 64)
		nowhere := suite.RepoNamed(ctx, suite.MissingRepository(ctx))
		pull := nowhere.GetBlob(ctx, blob.Digest.String())
		if pull.Status != http.StatusNotFound {
			repo.ControlUnknownBlob(ctx)
		}
		Expect(pull).To(HaveStatus(http.StatusNotFound))
	})
	// No repository has these names, and nothing is pushed. A registry that calls a
	// valid name malformed answers with another status than 404.
	It("returns 404 Not Found, whatever form its name has", require.PullRepositoryUnknownManifest, func(ctx SpecContext) {
		missing := suite.MissingDigest()
		cases := suite.AskEach(ctx, "a name with ", validNames(ctx), func(ctx context.Context, name string) *wire.Exchange {
			return suite.RepoNamed(ctx, name).GetManifest(ctx, missing)
		})
		cases = slices.DeleteFunc(cases, func(c Case) bool { return isOutOfReach(c.Exchange) })
		if ExpectEach(cases).First(HaveStatus(http.StatusNotFound)) != nil {
			suite.Repo(ctx).ControlUnknownManifest(ctx)
			plain := suite.RepoNamed(ctx, suite.MissingRepository(ctx)).GetManifest(ctx, missing)
			if plain.Status != http.StatusNotFound {
				suite.Blocked(require.PullRepositoryUnknownManifest, plain, "a repository with an ordinary name that does not exist does not return 404, either")
			}
		}
		ExpectEach(cases).To(HaveStatus(http.StatusNotFound))
	})
})

// isOutOfReach says that the login may not reach a repository, whether it exists or not.
func isOutOfReach(ex *wire.Exchange) bool {
	return errors.Is(ex.Err, wire.ErrCredentials) || ex.Status == http.StatusUnauthorized || ex.Status == http.StatusForbidden
}

// validNames are names in all forms that the grammar allows. They are made from a name
// that no repository has. Version 1.0 of the specification has fewer forms.
func validNames(ctx context.Context) []fixtures.Shape {
	missing := suite.MissingRepository(ctx)
	names := []fixtures.Shape{
		{Title: "many components", Text: missing + "/a/b/c/d/e"},
		{Title: "more than 100 characters", Text: missing + "-" + strings.Repeat("x", max(1, 110-len(missing)))},
		{Title: "a dot", Text: missing + ".a"},
		{Title: "an underscore", Text: missing + "_a"},
		{Title: "components of one character", Text: missing + "/0/a"},
		{Title: "one component", Text: "assay-missing-" + suite.Nonce()},
	}
	if suite.Version(ctx) == require.V1_0 {
		return names
	}
	return append(names,
		fixtures.Shape{Title: "two underscores", Text: missing + "__a"},
		fixtures.Shape{Title: "hyphens in a row", Text: missing + "---a"})
}
