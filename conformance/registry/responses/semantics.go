package responses

import (
	"context"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// The distribution-spec names no status for these mistakes, so only the class of the
// status (4xx or 5xx) can be judged. Mistakes in digests are among the specs of
// malformed digests.
var _ = Describe("A mistake of the client", func() {
	ordinary := suite.Once(func(ctx context.Context) fixtures.Manifest {
		image := fixtures.NewImage(suite.Nonce())
		suite.Repo(ctx).PushManifest(ctx, image)
		return image
	})
	type mistake = func(SpecContext, *suite.Repository, fixtures.Manifest) *wire.Exchange
	for _, c := range []struct {
		title   string
		make    mistake
		control func(*suite.Repository, context.Context) // ends the spec if a simpler request fails, too
	}{
		{"in a manifest that is not JSON", func(ctx SpecContext, repo *suite.Repository, m fixtures.Manifest) *wire.Exchange {
			return repo.PutManifest(ctx, suite.Tag(), m.MediaType, []byte("this is not a manifest"))
		}, nil},
		{"in a manifest that is a JSON list", func(ctx SpecContext, repo *suite.Repository, m fixtures.Manifest) *wire.Exchange {
			return repo.PutManifest(ctx, suite.Tag(), m.MediaType, []byte("[]"))
		}, nil},
		{"in a manifest of zero bytes", func(ctx SpecContext, repo *suite.Repository, m fixtures.Manifest) *wire.Exchange {
			return repo.PutManifest(ctx, suite.Tag(), m.MediaType, nil)
		}, nil},
		{"in the number of tags to list", func(ctx SpecContext, repo *suite.Repository, _ fixtures.Manifest) *wire.Exchange {
			return repo.ListTags(ctx, wire.WithQuery("n", "many"))
		}, nil},
		{"in the name of the repository whose tags are listed", func(ctx SpecContext, _ *suite.Repository, _ fixtures.Manifest) *wire.Exchange {
			return suite.RepoNamed(ctx, suite.MissingRepository(ctx)).ListTags(ctx)
		}, nil},
		{"in the range of a blob to pull", func(ctx SpecContext, repo *suite.Repository, m fixtures.Manifest) *wire.Exchange {
			return repo.GetBlob(ctx, m.Blobs[0].Digest.String(), wire.WithHeader("Range", "bytes=one-two"))
		}, (*suite.Repository).ControlBlob},
	} {
		It(c.title+" is not answered with a server error", require.ErrorsSemantics, func(ctx SpecContext) {
			repo, image := suite.Repo(ctx), ordinary(ctx)
			answer := c.make(ctx, repo, image)
			if answer.Status >= 500 && c.control != nil {
				c.control(repo, ctx)
			}
			Expect(answer).To(BeNoServerError())
		})
	}
})
