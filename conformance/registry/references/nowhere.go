package references

import (
	"errors"
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/wire"
)

var _ = Describe("Listing referrers in a repository that does not exist", func() {
	It("returns 200 OK and an empty list", require.ReferencesListUnknownRepository, func(ctx SpecContext) {
		l := listed(ctx) // the digest has referrers in a repository that exists
		nowhere := suite.RepoNamed(ctx, suite.MissingRepository(ctx))
		list := nowhere.ListReferrers(ctx, l.subject.String())
		if errors.Is(list.Err, wire.ErrCredentials) || list.Status == http.StatusUnauthorized || list.Status == http.StatusForbidden {
			suite.NotApplicable("the login does not reach repositories that do not exist")
		}
		if list.OK() && len(referrersOf(list)) > 0 {
			if empty := suite.Repo(ctx).ListReferrers(ctx, suite.MissingDigest()); len(referrersOf(empty)) > 0 {
				suite.Blocked(require.ReferencesListEmpty, empty, "a digest without referrers has some, too")
			}
			suite.Blocked(require.SecurityIsolationReferrers, list, "the referrers of another repository are listed")
		}
		Expect(list).To(HaveStatus(http.StatusOK))
	})
})
