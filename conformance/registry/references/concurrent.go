package references

import (
	"context"
	"fmt"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// A registry that stores the referrers of a digest in one document may lose some of
// them when two clients change it at the same time.
var _ = Describe("Pushing referrers of one manifest at the same time", func() {
	// Each client pushes several referrers in a row. So other pushes are always under
	// way, however long each push takes.
	const clients, each = 16, 3

	It("adds every one of them to the list", require.ReferencesListComplete, func(ctx SpecContext) {
		suite.Need(ctx, suite.Referrers)
		repo, subject := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, subject)
		var (
			referrers = withoutSharedBlobs(subject, artifacts(clients*each)(subject))
			puts      = make([]*wire.Exchange, len(referrers))
			pushes    = make([]func(context.Context), clients)
		)
		for i := range pushes {
			pushes[i] = func(ctx context.Context) {
				ctx = wire.WithPriority(ctx, 1) // so that requests of other specs do not come between them
				for n := i * each; n < (i+1)*each; n++ {
					m := referrers[n]
					puts[n] = repo.PutManifest(ctx, m.Digest.String(), m.MediaType, m.Data)
				}
			}
		}
		suite.Concurrently(ctx, pushes...)
		var taken []fixtures.Manifest
		refused := -1
		for i, put := range puts {
			if put.OK() {
				taken = append(taken, referrers[i])
			} else {
				refused = i
			}
		}
		if len(taken) < 2 {
			repo.NeedAccepted(ctx, puts[refused], referrers[refused])
		}
		list := suite.Must(repo.ListReferrers(ctx, subject.Digest.String()), require.ReferencesListStatus)
		needIndex(list)
		missing := len(without(allPages(ctx, repo, list), taken))
		if missing > 0 { // other specs judge one push at a time, and lists in pages
			repo, _, few, first := listWith(ctx, artifacts(2))
			needListed(ctx, repo, first, few)
			needPages(ctx, repo, list, len(taken))
		}
		Expect(list).To(Check("an entry for each of the referrers that were accepted", func(*wire.Exchange) (string, bool) {
			return fmt.Sprintf("%d of %d are missing", missing, len(taken)), missing == 0
		}))
	})
})
