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
		image := fixtures.NewImage(suite.Nonce())
		suite.Repo(ctx).PushManifest(ctx, image)
		nowhere := suite.Named(ctx, suite.MissingRepository(ctx))
		pull := nowhere.GetManifest(ctx, image.Digest.String())
		if pull.Status != http.StatusNotFound {
			suite.Repo(ctx).ControlUnknownManifest(ctx)
		}
		Expect(pull).To(HaveStatus(http.StatusNotFound))
	})
	It("returns 404 Not Found for a blob", require.PullRepositoryUnknownBlob, func(ctx SpecContext) {
		blob := fixtures.NewBlob(suite.Nonce(), 64)
		suite.Repo(ctx).PushBlob(ctx, blob)
		nowhere := suite.Named(ctx, suite.MissingRepository(ctx))
		pull := nowhere.GetBlob(ctx, blob.Digest.String())
		if pull.Status != http.StatusNotFound {
			suite.Repo(ctx).ControlUnknownBlob(ctx)
		}
		Expect(pull).To(HaveStatus(http.StatusNotFound))
	})
	// No repository has these names, and nothing is pushed: a registry that takes a valid
	// name for a wrong one says something else than 404.
	It("returns 404 Not Found, whatever form its name has", require.PullRepositoryUnknownManifest, func(ctx SpecContext) {
		names := validNames(suite.MissingRepository(ctx))
		if suite.Version(ctx) != require.V1_0 {
			name := suite.MissingRepository(ctx)
			names = append(names, fixtures.Shape{Title: "two underscores", Text: name + "__a"}, fixtures.Shape{Title: "hyphens in a row", Text: name + "---a"})
		}
		missing := suite.MissingDigest()
		cases := suite.AskEach(ctx, "a name with ", names, func(ctx context.Context, name string) *wire.Exchange {
			return suite.Named(ctx, name).GetManifest(ctx, missing)
		})
		// The login may not reach such a repository.
		cases = slices.DeleteFunc(cases, func(c Case) bool {
			return errors.Is(c.Exchange.Err, wire.ErrCredentials) || c.Exchange.Status == http.StatusUnauthorized || c.Exchange.Status == http.StatusForbidden
		})
		if ExpectEach(cases).First(HaveStatus(http.StatusNotFound)) != nil {
			plain := suite.Named(ctx, suite.MissingRepository(ctx)).GetManifest(ctx, missing)
			if plain.Status != http.StatusNotFound {
				suite.Blocked(require.PullRepositoryUnknownManifest, plain, "a repository with an ordinary name that does not exist does not return 404, either")
			}
		}
		ExpectEach(cases).To(HaveStatus(http.StatusNotFound))
	})
})

// validNames are names in all the forms that the grammar of every version allows,
// made from one that no repository has.
func validNames(missing string) []fixtures.Shape {
	return []fixtures.Shape{
		{Title: "many components", Text: missing + "/a/b/c/d/e"},
		{Title: "more than 100 characters", Text: missing + "-" + strings.Repeat("x", max(1, 110-len(missing)))},
		{Title: "a dot", Text: missing + ".a"},
		{Title: "an underscore", Text: missing + "_a"},
		{Title: "components of one character", Text: missing + "/0/a"},
		{Title: "one component", Text: "assay-missing-" + suite.Nonce()},
	}
}
