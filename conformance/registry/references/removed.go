package references

import (
	"context"
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
	"assay/wire/repeat"
)

// remove deletes a referrer, and ends the spec if that fails.
func remove(ctx context.Context, repo *suite.Repository, m fixtures.Manifest) {
	removeBy(ctx, repo, m, require.ManagementManifestDeleteStatus, require.ManagementManifestDeleteGone)
}

// removeSubject deletes a manifest that has referrers, and ends the spec if that fails.
func removeSubject(ctx context.Context, repo *suite.Repository, m fixtures.Manifest) {
	removeBy(ctx, repo, m, require.DownlevelImageDeleted, require.DownlevelImageDeleted)
}

func removeBy(ctx context.Context, repo *suite.Repository, m fixtures.Manifest, status, gone require.ID) {
	del := repo.DeleteManifest(ctx, m.Digest.String())
	needDelete(del, suite.ManifestDelete, status)
	if repo.GetManifest(ctx, m.Digest.String()).OK() {
		suite.Blocked(gone, del, "the deleted manifest still exists")
	}
}

func needDelete(del *wire.Exchange, f suite.Feature, by require.ID) {
	switch del.Status {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		suite.FeatureMissing(f, "the delete returned "+wire.StatusText(del.Status))
	}
	suite.Must(del, by)
}

var _ = Describe("Deleting a manifest that has referrers", func() {
	It("leaves the referrers in the list", require.ReferencesSubjectDeleted, func(ctx SpecContext) {
		suite.Need(ctx, suite.ManifestDelete)
		repo, subject, referrers, list := listWith(ctx, together(artifact(), index()))
		needListed(ctx, repo, list, referrers)
		removeSubject(ctx, repo, subject)
		after := paged(ctx, repo, suite.Must(repo.ListReferrers(ctx, subject.Digest.String()), require.ReferencesListStatus))
		for _, r := range referrers {
			after.expectEntry(r)
		}
	})
})

var _ = Describe("Deleting a referrer", func() {
	type asked struct {
		removed, kept []fixtures.Manifest
		whole         pagedList   // the list after two referrers were deleted
		ofTypes       []pagedList // the lists of the types of the deleted referrers
		again         *wire.Exchange
	}
	ask := suite.Once(func(ctx context.Context) asked {
		suite.Need(ctx, suite.ManifestDelete)
		repo, subject, referrers, list := listWith(ctx, together(artifact(), index(), artifact(), index()))
		needListed(ctx, repo, list, referrers)
		a := asked{removed: referrers[:2], kept: referrers[2:]}
		for _, r := range a.removed {
			remove(ctx, repo, r)
		}
		lists := []func(context.Context) *wire.Exchange{
			func(ctx context.Context) *wire.Exchange { return repo.ListReferrers(ctx, subject.Digest.String()) },
		}
		for _, r := range a.removed {
			lists = append(lists, func(ctx context.Context) *wire.Exchange {
				return repo.ListReferrers(ctx, subject.Digest.String(), ofType(r.ArtifactType))
			})
		}
		answers := suite.AtOnce(ctx, lists...) // their further pages are also requested before the next push
		a.whole = paged(ctx, repo, answers[0])
		for _, list := range answers[1:] {
			a.ofTypes = append(a.ofTypes, paged(ctx, repo, list))
		}
		if suite.IsCareful(ctx) {
			needShared(ctx, repo, subject)
		}
		for _, r := range a.removed {
			repo.PushManifest(ctx, r)
		}
		a.again = repo.ListReferrers(ctx, subject.Digest.String())
		return a
	})

	It("removes it from the list", require.ReferencesListOnly, func(ctx SpecContext) {
		a := ask(ctx)
		for i, r := range a.removed {
			for _, list := range []pagedList{a.whole, a.ofTypes[i]} {
				if find(list.entries, r) != nil {
					needFresh(ctx)
				}
				Expect(suite.Must(list.first, require.ReferencesListStatus)).To(CheckAgain(repeat.Omits(r.Digest.String()), "no entry for "+r.Digest.String(), func(*wire.Exchange) (string, bool) {
					return "an entry for " + r.Digest.String(), find(list.entries, r) == nil
				}))
			}
		}
	})
	It("leaves the other referrers in the list", require.ReferencesListComplete, func(ctx SpecContext) {
		a := ask(ctx)
		a.whole.expectEntries(ctx, suite.Repo(ctx), a.kept) // the list before the new push
	})
	It("allows it to be listed again after a new push", require.ReferencesListComplete, func(ctx SpecContext) {
		a := ask(ctx)
		expectListed(ctx, suite.Repo(ctx), a.again, a.removed)
	})
})

// needShared ends the spec if the blobs are gone that a subject shared with its deleted
// referrers.
func needShared(ctx context.Context, repo *suite.Repository, subject fixtures.Manifest) {
	for _, b := range subject.Blobs {
		if !repo.HasBlob(ctx, b) {
			suite.Blocked(require.ManagementManifestDeleteOthers, repo.GetBlob(ctx, b.Digest.String()), "a blob that a deleted manifest shares with another went with it")
		}
	}
}

// needFresh ends the spec if a list that was requested once never gets the referrers
// that are pushed later.
func needFresh(ctx SpecContext) {
	repo, subject, _, _ := listWith(ctx, artifact())
	next := artifact()(subject)[0]
	repo.PushManifest(ctx, next)
	if list := repo.ListReferrers(ctx, subject.Digest.String()); find(allPages(ctx, repo, list), next) == nil {
		suite.Blocked(require.ReferencesListNewlyPushed, list, "a referrer that is pushed after the list was requested is not listed, either")
	}
}

var _ = Describe("Deleting the tag of a referrer", func() {
	It("leaves it in the list as long as it exists", require.ReferencesListComplete, func(ctx SpecContext) {
		suite.Need(ctx, suite.TagDelete)
		repo, subject, referrers, list := listWith(ctx, together(artifact(), index()))
		needListed(ctx, repo, list, referrers)
		var there []fixtures.Manifest
		for _, r := range referrers {
			tag := suite.Tag()
			repo.PushTagged(ctx, tag, r)
			needDelete(repo.DeleteManifest(ctx, tag), suite.TagDelete, require.ManagementTagDeleteStatus)
			if repo.GetManifest(ctx, r.Digest.String()).OK() {
				there = append(there, r)
			}
		}
		if len(there) == 0 {
			suite.NotApplicable("the registry deletes a manifest together with its tag")
		}
		expectListed(ctx, repo, repo.ListReferrers(ctx, subject.Digest.String()), there)
	})
})
