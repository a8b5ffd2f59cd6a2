package references

import (
	. "github.com/onsi/ginkgo/v2"

	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
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
			pushes    = make([]func(*wire.Repository), many)
		)
		for i, m := range lean(subject, artifacts(many)(subject)) {
			repo.PushContent(ctx, m)
			referrers[i] = m
			pushes[i] = func(r *wire.Repository) { puts[i] = r.PutManifest(ctx, m.Digest.String(), m.MediaType, m.Data) }
		}
		repo.Together(pushes...)
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
