package references

import (
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
	"context"
)

// A registry that stores the referrers of a digest in one document may lose some of
// them when two clients change it at the same time.
var _ = Describe("Pushing referrers of one manifest at the same time", func() {
	const many = 12

	It("adds every one of them to the list", require.ReferencesListComplete, func(ctx SpecContext) {
		suite.Need(ctx, suite.Referrers)
		repo, subject := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, subject)
		var (
			referrers = make([]fixtures.Manifest, many)
			puts      = make([]*wire.Exchange, many)
			pushes    = make([]func(context.Context), many)
		)
		for i, m := range withoutSharedBlobs(subject, artifacts(many)(subject)) {
			repo.PushContent(ctx, m)
			referrers[i] = m
			pushes[i] = func(ctx context.Context) { puts[i] = repo.PutManifest(ctx, m.Digest.String(), m.MediaType, m.Data) }
		}
		suite.Together(ctx, pushes...)
		var taken []fixtures.Manifest
		for i, put := range puts {
			if put.OK() {
				taken = append(taken, referrers[i])
			}
		}
		if len(taken) < 2 {
			suite.Blocked(require.PushManifestStatus, puts[0], "the registry accepted fewer than two of %d pushes", many)
		}
		list := repo.ListReferrers(ctx, subject.Digest.String())
		if len(without(allPages(ctx, repo, list), taken)) > 0 { // another spec judges one push at a time
			repo, _, first, list := listWith(ctx, artifact())
			needListed(ctx, repo, list, first)
		}
		expectListed(ctx, repo, list, taken)
	})
})
