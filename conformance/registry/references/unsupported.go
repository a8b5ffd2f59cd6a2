package references

import (
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
)

var _ = Describe("Listing referrers in a registry without the referrers API", func() {
	It("returns 404 Not Found", require.ReferencesUnsupported404, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		repo, subject := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, subject)
		referrer := artifact()(subject)[0]
		repo.PushContent(ctx, referrer)
		// Only a registry with the API returns OCI-Subject or a list of referrers.
		// Whether the push succeeds does not matter here.
		put := repo.PutManifest(ctx, referrer.Digest.String(), referrer.MediaType, referrer.Data)
		list := repo.ListReferrers(ctx, subject.Digest.String())
		if put.Header.Get("OCI-Subject") != "" || list.OK() {
			suite.NotApplicable("the registry has the referrers API")
		}
		Expect(list).To(HaveStatus(http.StatusNotFound))
	})
})
