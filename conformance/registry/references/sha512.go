package references

import (
	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
)

// A registry need not know SHA-512. If it takes the manifests and names their subject in
// OCI-Subject, or lists the referrers of such a digest, it does know it.
var _ = Describe("Listing the referrers of a manifest that is named by its SHA-512 digest", func() {
	It("returns every referrer", require.ReferencesListComplete, func(ctx SpecContext) {
		suite.Need(ctx, suite.Referrers)
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushContent(ctx, image) // the blobs, which the referrers use; the manifest itself is not pushed
		subject := image.With(digest.SHA512)
		referrers := withoutSharedBlobs(subject, together(artifact(), index())(subject))
		known := true
		for _, r := range referrers {
			put := repo.PutManifest(ctx, r.Digest.String(), r.MediaType, r.Data)
			if !put.OK() {
				suite.NotApplicable("the registry does not take a subject with a SHA-512 digest")
			}
			known = known && put.Header.Get("OCI-Subject") == subject.Digest.String()
		}
		list := repo.ListReferrers(ctx, subject.Digest.String())
		if !known && !list.OK() {
			suite.NotApplicable("the registry does not list the referrers of a SHA-512 digest")
		}
		suite.Must(list, require.ReferencesListStatus)
		if entries := paged(ctx, repo, list); len(without(entries.entries, referrers)) > 0 {
			other := fixtures.NewImage(suite.Nonce())
			theirs := withoutSharedBlobs(other, together(artifact(), index())(other))
			for _, r := range theirs {
				repo.PushManifest(ctx, r)
			}
			list := suite.Must(repo.ListReferrers(ctx, other.Digest.String()), require.ReferencesListStatus)
			if len(without(allPages(ctx, repo, list), theirs)) > 0 {
				suite.Blocked(require.ReferencesListNewlyPushed, list, "the referrers of a SHA-256 digest that was not pushed are not listed, either")
			}
		}
		expectListed(ctx, repo, list, referrers)
	})
})
