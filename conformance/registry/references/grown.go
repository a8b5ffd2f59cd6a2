package references

import (
	"context"

	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// lists are the list of the referrers of a subject, and its lists of some artifactTypes.
type lists struct {
	whole   pagedList
	ofTypes []pagedList
}

// listsOf requests the list of a subject, and a list for the type of each referrer.
func listsOf(ctx context.Context, subject fixtures.Manifest, referrers []fixtures.Manifest) lists {
	repo := suite.Repo(ctx)
	requests := []func(context.Context) *wire.Exchange{
		func(ctx context.Context) *wire.Exchange { return repo.ListReferrers(ctx, subject.Digest.String()) },
	}
	for _, r := range referrers {
		requests = append(requests, func(ctx context.Context) *wire.Exchange {
			return repo.ListReferrers(ctx, subject.Digest.String(), ofType(r.ArtifactType))
		})
	}
	answers := suite.AtOnce(ctx, requests...)
	l := lists{whole: paged(ctx, repo, answers[0])}
	for _, list := range answers[1:] {
		l.ofTypes = append(l.ofTypes, paged(ctx, repo, list))
	}
	return l
}

// growth is a subject whose lists were requested before its first referrer was pushed,
// and again after all were pushed. Registries keep lists in caches, also empty ones.
type growth struct {
	subject   fixtures.Manifest
	referrers []fixtures.Manifest
	full      lists // the list, and the lists of the types of the first two referrers
}

// grown pushes a subject with an artifact and an index, twice. Two of them are pushed by
// tag.
var grown = suite.Once(func(ctx context.Context) growth {
	suite.Need(ctx, suite.Referrers)
	repo, g := suite.Repo(ctx), growth{subject: fixtures.NewImage(suite.Nonce())}
	g.referrers = withoutSharedBlobs(g.subject, together(artifact(), index(), artifact(), index())(g.subject))
	repo.ListReferrers(ctx, g.subject.Digest.String()) // before the subject exists
	repo.PushManifest(ctx, g.subject)
	listsOf(ctx, g.subject, g.referrers[:2]) // other specs judge empty lists
	for i, r := range g.referrers {
		if reference := r.Digest.String(); i%2 == 0 {
			repo.PushTagged(ctx, reference, r)
		} else {
			repo.PushTagged(ctx, suite.Tag(), r)
		}
	}
	g.full = listsOf(ctx, g.subject, g.referrers[:2])
	return g
})

var _ = Describe("Pushing the first referrer of a manifest whose list was requested before", func() {
	It("adds it to the list", require.ReferencesListNewlyPushed, func(ctx SpecContext) {
		g := grown(ctx)
		needNeverAsked(ctx, g.full.whole, g.referrers)
		g.full.whole.expectEntries(ctx, suite.Repo(ctx), g.referrers)
	})
	It("adds it to the list of its artifactType", require.ReferencesListNewlyPushed, func(ctx SpecContext) {
		g := grown(ctx)
		needGrown(ctx, g)
		for i, r := range g.referrers[:2] {
			if find(g.full.ofTypes[i].entries, r) == nil {
				needFiltered(ctx, r)
			}
			g.full.ofTypes[i].expectEntries(ctx, suite.Repo(ctx), []fixtures.Manifest{r})
		}
	})
})

// needNeverAsked ends the spec if referrers are also missing in a list that was never
// requested before.
func needNeverAsked(ctx context.Context, list pagedList, referrers []fixtures.Manifest) {
	if len(without(list.entries, referrers)) == 0 {
		return
	}
	repo, subject := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
	repo.PushManifest(ctx, subject)
	fresh := withoutSharedBlobs(subject, together(artifact(), index(), artifact(), index())(subject))
	for i, r := range fresh {
		if i%2 == 0 {
			repo.PushManifest(ctx, r)
		} else {
			repo.PushTagged(ctx, suite.Tag(), r)
		}
	}
	needListed(ctx, repo, repo.ListReferrers(ctx, subject.Digest.String()), fresh)
}

// needGrown ends the spec if a referrer is missing in the list.
func needGrown(ctx context.Context, g growth) {
	whole := g.full.whole
	suite.Must(whole.first, require.ReferencesListStatus)
	if len(without(whole.entries, g.referrers)) > 0 {
		needNeverAsked(ctx, whole, g.referrers)
		suite.Blocked(require.ReferencesListNewlyPushed, whole.first, "a referrer is missing in a list that was requested before")
	}
}

// needGrownTypes ends the spec if a referrer is missing in the list of its artifactType.
func needGrownTypes(ctx context.Context, g growth) {
	for i, r := range g.referrers[:2] {
		if list := g.full.ofTypes[i]; find(list.entries, r) == nil {
			needFiltered(ctx, r)
			suite.Blocked(require.ReferencesListNewlyPushed, list.first, "a referrer is missing in a list of its artifactType that was requested before")
		}
	}
}

// needFiltered ends the spec if a referrer of the same kind is also missing in a list of
// its artifactType that was never requested before.
func needFiltered(ctx context.Context, like fixtures.Manifest) {
	make := artifact()
	if isIndex(like) {
		make = index()
	}
	repo, subject, referrers, _ := listWith(ctx, make)
	list := suite.Must(repo.ListReferrers(ctx, subject.Digest.String(), ofType(referrers[0].ArtifactType)), require.ReferencesListStatus)
	if find(allPages(ctx, repo, list), referrers[0]) == nil {
		by := require.ReferencesFilterSupport
		if len(filters(list)) > 0 {
			by = require.ReferencesFilterApplied
		}
		suite.Blocked(by, list, "a referrer is missing in a list of its artifactType that was not requested before, too")
	}
}
