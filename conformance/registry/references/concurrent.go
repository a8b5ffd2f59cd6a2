package references

import (
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
	"context"
)

// A registry that keeps the referrers of a digest in one document loses some
// when two writers change it at once.
var _ = Describe("Pushing referrers of one manifest at the same time", func() {
	const many = 12

	It("loses none of them", require.ReferencesListComplete, func(ctx SpecContext) {
		repo, subject, first, list := listWith(ctx, artifact())
		needListed(ctx, repo, list, first) // one at a time is another spec
		var (
			referrers = make([]fixtures.Manifest, many)
			puts      = make([]*wire.Exchange, many)
			pushes    = make([]func(context.Context), many)
		)
		for i, m := range lean(subject, artifacts(many)(subject)) {
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
			suite.Blocked(require.PushManifestStatus, puts[0], "fewer than two of %d pushes were accepted", many)
		}
		expectListed(ctx, repo, repo.ListReferrers(ctx, subject.Digest.String()), taken)
	})
})
