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
)

// remove deletes a manifest, and ends the spec if that fails.
func remove(ctx context.Context, repo *suite.Repository, m fixtures.Manifest) {
	del := repo.DeleteManifest(ctx, m.Digest.String())
	needDelete(del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
	if repo.GetManifest(ctx, m.Digest.String()).OK() {
		suite.Blocked(require.ManagementManifestDeleteGone, del, "the deleted manifest still exists")
	}
}

func needDelete(del *wire.Exchange, f suite.Feature, by require.ID) {
	switch del.Status {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		suite.Absent(f, "the delete returned "+wire.StatusText(del.Status))
	}
	suite.Must(del, by)
}

var _ = Describe("Deleting a manifest that has referrers", func() {
	It("leaves the referrers in the list", require.ReferencesSubjectDeleted, func(ctx SpecContext) {
		suite.Need(ctx, suite.ManifestDelete)
		repo, subject, referrers, list := listWith(ctx, together(artifact(), index()))
		needListed(ctx, repo, list, referrers)
		remove(ctx, repo, subject)
		after := suite.Must(repo.ListReferrers(ctx, subject.Digest.String()), require.ReferencesListStatus)
		for _, r := range referrers {
			Expect(after).To(entry(ctx, repo, r))
		}
	})
})

var _ = Describe("Deleting a referrer", func() {
	type deleted struct {
		subject       fixtures.Manifest
		removed, kept []fixtures.Manifest
	}
	// removeTwo deletes the first two of the referrers that make makes.
	removeTwo := func(ctx context.Context, make making) deleted {
		suite.Need(ctx, suite.ManifestDelete)
		repo, subject, referrers, list := listWith(ctx, make)
		needListed(ctx, repo, list, referrers)
		for _, r := range referrers[:2] {
			remove(ctx, repo, r)
		}
		return deleted{subject, referrers[:2], referrers[2:]}
	}
	type asked struct {
		deleted
		after *wire.Exchange
	}
	ask := suite.Once(func(ctx context.Context) asked {
		d := removeTwo(ctx, together(artifact(), index(), artifact(), index()))
		return asked{d, suite.Repo(ctx).ListReferrers(ctx, d.subject.Digest.String())}
	})

	It("removes it from the list", require.ReferencesListOnly, func(ctx SpecContext) {
		repo, a := suite.Repo(ctx), ask(ctx)
		for _, r := range a.removed {
			Expect(suite.Must(a.after, require.ReferencesListStatus)).To(noEntry(ctx, repo, r))
			list := suite.Must(repo.ListReferrers(ctx, a.subject.Digest.String(), ofType(r.ArtifactType)), require.ReferencesListStatus)
			Expect(list).To(noEntry(ctx, repo, r))
		}
	})
	It("leaves the other referrers in the list", require.ReferencesListComplete, func(ctx SpecContext) {
		a := ask(ctx)
		expectListed(ctx, suite.Repo(ctx), a.after, a.kept)
	})
	It("allows it to be listed again after a new push", require.ReferencesListComplete, func(ctx SpecContext) {
		d := removeTwo(ctx, together(artifact(), index()))
		repo, subject, removed := suite.Repo(ctx), d.subject, d.removed
		for _, r := range removed {
			repo.PushManifest(ctx, r)
		}
		expectListed(ctx, repo, repo.ListReferrers(ctx, subject.Digest.String()), removed)
	})
})

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
			suite.Nothing("the registry deletes a manifest together with its tag")
		}
		expectListed(ctx, repo, repo.ListReferrers(ctx, subject.Digest.String()), there)
	})
})
