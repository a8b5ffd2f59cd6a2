package responses

import (
	"context"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/wire"
)

// The distribution-spec names no status for these mistakes, so only the class of the
// status (4xx or 5xx) can be judged. Mistakes in digests are among the specs of
// malformed digests.
var _ = Describe("A mistake of the client", func() {
	type mistake = func(SpecContext, *suite.Repository) *wire.Exchange
	put := func(content string) mistake {
		return func(ctx SpecContext, repo *suite.Repository) *wire.Exchange {
			return repo.PutManifest(ctx, suite.Tag(), ocispec.MediaTypeImageManifest, []byte(content))
		}
	}
	for _, c := range []struct {
		title   string
		make    mistake
		control func(*suite.Repository, context.Context) // ends the spec if a simpler request fails, too
	}{
		{"in a manifest that is not JSON", put("this is not a manifest"), nil},
		{"in a manifest that is a JSON list", put("[]"), nil},
		{"in a manifest of zero bytes", put(""), nil},
		{"in the number of tags to list", func(ctx SpecContext, repo *suite.Repository) *wire.Exchange {
			return repo.ListTags(ctx, wire.WithQuery("n", "many"))
		}, controlList},
		{"in the name of the repository whose tags are listed", func(ctx SpecContext, _ *suite.Repository) *wire.Exchange {
			return suite.RepoNamed(ctx, suite.MissingRepository(ctx)).ListTags(ctx)
		}, controlList},
		{"in the range of a blob to pull", func(ctx SpecContext, repo *suite.Repository) *wire.Exchange {
			_, blob := suite.StoredBlob(ctx, 64)
			return repo.GetBlob(ctx, blob.Digest.String(), wire.WithHeader("Range", "bytes=one-two"))
		}, (*suite.Repository).ControlBlob},
	} {
		It(c.title+" does not cause a server error", require.ErrorsSemantics, func(ctx SpecContext) {
			repo := suite.NonEmptyRepo(ctx)
			answer := c.make(ctx, repo)
			if answer.Status >= 500 && c.control != nil {
				c.control(repo, ctx)
			}
			Expect(answer).To(BeNoServerError())
		})
	}
})

// controlList ends the spec unless the tags of an existing repository are listed.
func controlList(repo *suite.Repository, ctx context.Context) {
	suite.Must(repo.ListTags(ctx), require.DiscoveryTagsStatus)
}
