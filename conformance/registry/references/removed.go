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
		late := artifact()(subject)[0]
		suite.Must(repo.PutWithContent(ctx, late.Digest.String(), late), require.PushSubjectMissing)
		after := paged(ctx, repo, suite.Must(repo.ListReferrers(ctx, subject.Digest.String()), require.ReferencesListStatus))
		for _, r := range referrers {
			after.expectEntry(r)
		}
		if find(after.entries, late) == nil {
			suite.Blocked(require.ReferencesListNewlyPushed, after.first, "an artifact that was pushed after the delete of its subject is not listed")
		}
	})
})

var _ = Describe("Deleting a referrer", func() {
	type asked struct {
		removed, kept []fixtures.Manifest
		after         lists // after two referrers were deleted
		again         lists // after they were pushed again
	}
	ask := suite.Once(func(ctx context.Context) asked {
		suite.Need(ctx, suite.ManifestDelete)
		l := grown(ctx)
		repo, subject, referrers := suite.Repo(ctx), l.subject, l.referrers
		needGrown(ctx, l)
		a := asked{removed: referrers[:2], kept: referrers[2:]}
		suite.Alone(ctx, func(ctx context.Context) { // a push may clear the registry's caches
			listsOf(ctx, subject, a.removed)
			for _, r := range a.removed {
				remove(ctx, repo, r)
			}
			a.after = listsOf(ctx, subject, a.removed)
		})
		if suite.IsCareful(ctx) {
			needShared(ctx, repo, subject)
		}
		for _, r := range a.removed {
			repo.PushManifest(ctx, r)
		}
		a.again = listsOf(ctx, subject, a.removed)
		return a
	})

	It("removes it from the list", require.ReferencesListOnly, func(ctx SpecContext) {
		a := ask(ctx)
		for i, r := range a.removed {
			for _, list := range []pagedList{a.after.whole, a.after.ofTypes[i]} {
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
		a.after.whole.expectEntries(ctx, suite.Repo(ctx), a.kept) // the list before the new push
	})
	It("allows it to be listed again after a new push", require.ReferencesListComplete, func(ctx SpecContext) {
		a := ask(ctx)
		a.again.whole.expectEntries(ctx, suite.Repo(ctx), a.removed)
		needGrownTypes(ctx, grown(ctx))
		for i, r := range a.removed {
			if find(a.again.ofTypes[i].entries, r) == nil {
				needFiltered(ctx, r)
			}
			a.again.ofTypes[i].expectEntries(ctx, suite.Repo(ctx), []fixtures.Manifest{r})
		}
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
