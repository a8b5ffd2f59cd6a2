package references

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
)

var _ = Describe("Pushing a manifest with a subject", func() {
	It("is answered with OCI-Subject", require.ReferencesSubjectHeader, func(ctx SpecContext) {
		suite.Need(suite.Referrers)
		repo, subject := suite.Repo(), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, subject)
		referrer := artifact()(subject)[0]
		repo.PushContent(ctx, referrer)
		put := suite.Must(repo.PutManifest(ctx, referrer.Digest.String(), referrer.MediaType, referrer.Data), require.PushManifestStatus)
		Expect(put).To(HaveHeader("OCI-Subject", subject.Digest.String()))
	})
	It("is listed when the subject comes later", require.ReferencesListNewlyPushed, func(ctx SpecContext) {
		suite.Need(suite.Referrers)
		repo, subject := suite.Repo(), fixtures.NewImage(suite.Nonce())
		referrer := artifact()(subject)[0]
		repo.PushContent(ctx, referrer)
		suite.Must(repo.PutManifest(ctx, referrer.Digest.String(), referrer.MediaType, referrer.Data), require.PushSubjectMissing)
		repo.PushManifest(ctx, subject)
		list := suite.Must(repo.ListReferrers(ctx, subject.Digest.String()), require.ReferencesListStatus)
		if find(allPages(ctx, repo, list), referrer) == nil {
			again := artifact()(subject)[0]
			repo.PushManifest(ctx, again)
			list := suite.Must(repo.ListReferrers(ctx, subject.Digest.String()), require.ReferencesListStatus)
			needListed(ctx, repo, list, []fixtures.Manifest{again})
		}
		Expect(list).To(entry(ctx, repo, referrer, "an entry for "+referrer.Digest.String(), anything))
	})
})
