package references

import (
	"context"
	"net/http"
	"slices"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// again has the list of the same referrers after each of several further pushes.
type again struct {
	referrers []fixtures.Manifest
	late      fixtures.Manifest // pushed after the first list was requested
	// first is the list after the referrers were pushed. tagged is the list after each
	// got a tag. pushedAgain is the list after each was pushed again under another tag
	// and by digest. subjectAgain is the list after their subject was pushed again by
	// digest and with a tag. The pages of each are requested before the next push: a push
	// may move entries from one page to another.
	first, tagged, pushedAgain, subjectAgain pagedList
}

var listedAgain = suite.Once(func(ctx context.Context) again {
	repo, subject, referrers, first := listWith(ctx, together(artifact(), index()))
	list := func() pagedList { return paged(ctx, repo, repo.ListReferrers(ctx, subject.Digest.String())) }
	a := again{referrers: referrers, first: paged(ctx, repo, first), late: withoutSharedBlobs(subject, artifact()(subject))[0]}
	repo.PushManifest(ctx, a.late)
	for _, r := range referrers {
		repo.PushTagged(ctx, suite.Tag(), r)
	}
	a.tagged = list()
	for _, r := range referrers {
		repo.PushTagged(ctx, suite.Tag(), r)
		repo.PushManifest(ctx, r)
	}
	a.pushedAgain = list()
	pushAgain(ctx, repo, subject.Digest.String(), subject)
	pushAgain(ctx, repo, suite.Tag(), subject)
	a.subjectAgain = list()
	return a
})

// pushAgain pushes an image that has referrers, and ends the spec if the push is
// refused. If blobs are gone by then, which is another defect, it pushes them again.
func pushAgain(ctx context.Context, repo *suite.Repository, reference string, m fixtures.Manifest) {
	put := repo.PutManifest(ctx, reference, m.MediaType, m.Data)
	if !put.OK() && slices.ContainsFunc(m.Blobs, func(b fixtures.Blob) bool { return !repo.HasBlob(ctx, b) }) {
		repo.PushTagged(ctx, reference, m)
		return
	}
	suite.Must(put, require.DownlevelImagePushed)
}

var _ = Describe("Pushing a manifest with a subject", func() {
	It("returns OCI-Subject, by digest and by tag", require.ReferencesSubjectHeader, func(ctx SpecContext) {
		suite.Need(ctx, suite.Referrers)
		repo, missing, subject := suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, subject)
		repo.PushContent(ctx, missing) // the blobs, which the referrers use; the manifest itself is not pushed
		type pushes struct {
			subject, referrer fixtures.Manifest
			puts              []*wire.Exchange
		}
		var (
			all   []*pushes
			steps []func(context.Context)
		)
		for _, subject := range []fixtures.Manifest{subject, missing} {
			for _, r := range withoutSharedBlobs(subject, eachKind()(subject)) {
				p := &pushes{subject: subject, referrer: r}
				all = append(all, p)
				steps = append(steps, func(ctx context.Context) {
					// By digest twice: the second time, the manifest already exists.
					for _, reference := range []string{r.Digest.String(), suite.Tag(), r.Digest.String()} {
						p.puts = append(p.puts, repo.PutManifest(ctx, reference, r.MediaType, r.Data))
					}
				})
			}
		}
		suite.Concurrently(ctx, steps...)
		for _, p := range all {
			for _, put := range p.puts {
				repo.NeedAccepted(ctx, put, p.referrer)
				Expect(put).To(HaveHeader("OCI-Subject", p.subject.Digest.String()))
			}
		}
	})
	It("adds it to a list of referrers that was requested before", require.ReferencesListNewlyPushed, func(ctx SpecContext) {
		l := listedAgain(ctx)
		l.first.needEntries(ctx, suite.Repo(ctx), l.referrers)
		l.tagged.needEntries(ctx, suite.Repo(ctx), l.referrers)
		if find(l.tagged.entries, l.late) == nil {
			needPages(ctx, suite.Repo(ctx), l.tagged.first, len(l.referrers)+1)
		}
		l.tagged.expectEntry(l.late)
	})
	It("adds it to the list of referrers if the subject is pushed later", require.ReferencesListNewlyPushed, func(ctx SpecContext) {
		suite.Need(ctx, suite.Referrers)
		repo, subject := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		referrers := together(artifact(), index())(subject)
		repo.PushContent(ctx, subject)
		for _, r := range referrers {
			repo.PushContent(ctx, r)
			if put := repo.PutManifest(ctx, r.Digest.String(), r.MediaType, r.Data); !put.OK() {
				repo.PushManifest(ctx, subject)
				repo.NeedAccepted(ctx, repo.PutManifest(ctx, r.Digest.String(), r.MediaType, r.Data), r)
				suite.Blocked(require.PushSubjectMissing, put, "the manifest is refused while its subject does not exist; it is accepted afterwards")
			}
		}
		early := paged(ctx, repo, repo.ListReferrers(ctx, subject.Digest.String()))
		pushAgain(ctx, repo, subject.Digest.String(), subject)
		list := paged(ctx, repo, suite.Must(repo.ListReferrers(ctx, subject.Digest.String()), require.ReferencesListStatus))
		if len(without(list.entries, referrers)) > 0 {
			again := together(artifact(), index())(subject)
			for _, r := range again {
				repo.PushManifest(ctx, r)
			}
			list := suite.Must(repo.ListReferrers(ctx, subject.Digest.String()), require.ReferencesListStatus)
			needListed(ctx, repo, list, again)
		}
		for _, r := range referrers {
			list.expectEntry(r)
		}
		if early.first.Status == http.StatusNotFound {
			suite.Blocked(require.ReferencesListNotFound, early.first, "the list of a subject that does not exist returns 404")
		}
		suite.Must(early.first, require.ReferencesListStatus)
		for _, r := range referrers { // also while the subject does not exist
			early.expectEntry(r)
		}
	})
	It("adds it to the list of referrers if it is pushed only by tag", require.ReferencesListComplete, func(ctx SpecContext) {
		suite.Need(ctx, suite.Referrers)
		repo, subject := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, subject)
		referrers := together(artifact(), index())(subject)
		for _, r := range referrers {
			repo.PushTagged(ctx, suite.Tag(), r)
		}
		expectListed(ctx, repo, repo.ListReferrers(ctx, subject.Digest.String()), referrers)
	})
	It("keeps it in the list of referrers after it gets a tag", require.ReferencesListComplete, func(ctx SpecContext) {
		l := listedAgain(ctx)
		l.first.needEntries(ctx, suite.Repo(ctx), l.referrers)
		l.tagged.expectEntries(ctx, suite.Repo(ctx), l.referrers)
	})
	It("keeps it in the list of referrers after its subject is pushed again", require.ReferencesListComplete, func(ctx SpecContext) {
		l := listedAgain(ctx)
		l.pushedAgain.needEntries(ctx, suite.Repo(ctx), l.referrers)
		l.subjectAgain.expectEntries(ctx, suite.Repo(ctx), l.referrers)
	})
	// Most signatures have an index as their subject. Some have an SBOM as their
	// subject, and an SBOM is a referrer itself.
	It("adds it to the list of referrers if the subject is an index or a referrer", require.ReferencesListComplete, func(ctx SpecContext) {
		suite.Need(ctx, suite.Referrers)
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, image)
		for _, subject := range append(together(artifact(), untyped())(image), fixtures.NewIndex(suite.Nonce(), nil)) {
			repo.PushManifest(ctx, subject)
			theirs := together(artifact(), index())(subject)
			for _, r := range theirs {
				repo.PushManifest(ctx, r)
			}
			list := repo.ListReferrers(ctx, subject.Digest.String())
			if len(without(allPages(ctx, repo, list), theirs)) > 0 {
				repo, _, referrers, list := listWith(ctx, together(artifact(), untyped()))
				needListed(ctx, repo, list, referrers)
			}
			expectListed(ctx, repo, list, theirs)
		}
	})
})
