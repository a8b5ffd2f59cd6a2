package errors

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
// status (4xx or 5xx) can be judged.
var _ = Describe("A mistake of the client", func() {
	const bad = "sha256:baddigest"
	type mistake = func(SpecContext, *suite.Repository, fixtures.Manifest) *wire.Exchange
	for _, c := range []struct {
		title   string
		make    mistake
		control func(*suite.Repository, context.Context) // ends the spec if a simpler request fails, too
	}{
		{"in the digest of a manifest to pull", func(ctx SpecContext, repo *suite.Repository, _ fixtures.Manifest) *wire.Exchange {
			return repo.GetManifest(ctx, bad)
		}, (*suite.Repository).ControlUnknownManifest},
		{"in the digest of a blob to pull", func(ctx SpecContext, repo *suite.Repository, _ fixtures.Manifest) *wire.Exchange {
			return repo.GetBlob(ctx, bad)
		}, (*suite.Repository).ControlUnknownBlob},
		{"in the digest of a manifest to push", func(ctx SpecContext, repo *suite.Repository, m fixtures.Manifest) *wire.Exchange {
			return repo.PutManifest(ctx, bad, m.MediaType, m.Data)
		}, nil},
		{"in the digest of an upload", func(ctx SpecContext, repo *suite.Repository, m fixtures.Manifest) *wire.Exchange {
			return repo.PutUpload(ctx, repo.OpenUpload(ctx).Location, bad, m.Data)
		}, nil},
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
			return suite.Named(ctx, suite.MissingRepository(ctx)).ListTags(ctx)
		}, nil},
		{"in the range of a blob to pull", func(ctx SpecContext, repo *suite.Repository, m fixtures.Manifest) *wire.Exchange {
			return repo.GetBlob(ctx, m.Blobs[0].Digest.String(), wire.WithHeader("Range", "bytes=one-two"))
		}, (*suite.Repository).ControlBlob},
	} {
		It(c.title+" is not answered with a server error", require.ErrorsSemantics, func(ctx SpecContext) {
			suite.NeedPushed(ctx)
			repo, image := suite.Occupied(ctx), fixtures.NewImage(suite.Nonce())
			repo.PushContent(ctx, image)
			answer := c.make(ctx, repo, image)
			if answer.Status >= 500 && c.control != nil {
				c.control(repo, ctx)
			}
			Expect(answer).To(Check("a status below 500", func(ex *wire.Exchange) (string, bool) {
				return ex.StatusAndReason(), ex.Status < 500
			}))
		})
	}
})
