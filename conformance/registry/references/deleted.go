package references

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/wire"
)

var _ = Describe("Deleting a manifest that has referrers", func() {
	It("leaves them listed", require.ReferencesSubjectDeleted, func(ctx SpecContext) {
		suite.Need(suite.ManifestDelete)
		repo, subject, referrers, list := listWith(ctx, artifact())
		needListed(ctx, repo, list, referrers)
		del := repo.DeleteManifest(ctx, subject.Digest.String())
		switch del.Status {
		case http.StatusBadRequest, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotImplemented:
			suite.Absent(suite.ManifestDelete, "the delete was answered "+wire.StatusText(del.Status))
		}
		suite.Must(del, require.ManagementManifestDeleteStatus)
		if repo.GetManifest(ctx, subject.Digest.String()).OK() {
			suite.Blocked(require.ManagementManifestDeleteGone, del, "the manifest is still there")
		}
		after := suite.Must(repo.ListReferrers(ctx, subject.Digest.String()), require.ReferencesListStatus)
		Expect(after).To(entry(ctx, repo, referrers[0], "an entry for "+referrers[0].Digest.String(), anything))
	})
})
