package push

import (
	"context"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// mismatch is the push of a manifest under the digest of other content, and the
// pulls of both digests afterwards.
type mismatch struct {
	repo              *suite.Repository
	put, other, under *wire.Exchange
}

var pushMismatch = suite.Once(func(ctx context.Context) mismatch {
	repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
	repo.PushContent(ctx, image)
	other := fixtures.NewImage(suite.Nonce()).Digest.String()
	suite.TakeBack(ctx, repo, image)
	put := repo.PutManifest(ctx, other, image.MediaType, image.Data)
	return mismatch{repo, put, repo.GetManifest(ctx, other), repo.GetManifest(ctx, image.Digest.String())}
})

var _ = Describe("Pushing a manifest under the digest of other content", func() {
	none := func(which string) func(*wire.Exchange) (string, bool) {
		return func(ex *wire.Exchange) (string, bool) {
			return "status " + wire.StatusText(ex.Status) + " for " + which, !ex.OK()
		}
	}
	It("does not store the manifest", require.PushManifestDigestMismatch, func(ctx SpecContext) {
		m := pushMismatch(ctx)
		if m.other.OK() {
			if there := m.repo.GetManifest(ctx, suite.MissingDigest()); there.OK() {
				suite.Blocked(require.PullManifestGetUnknown, there, "a manifest that nobody pushed can be pulled, too")
			}
		}
		Expect(m.other).To(Check("no manifest under this digest, which is the digest of other content", none("it")))
	})
	// What was refused should not have happened.
	It("does not store the manifest under its own digest if it is refused", require.PushManifestDigestMismatchRefused, func(ctx SpecContext) {
		m := pushMismatch(ctx)
		if m.put.OK() {
			suite.Blocked(require.PushManifestDigestMismatch, m.put, "the push is not refused")
		}
		if m.under.OK() {
			if there := m.repo.GetManifest(ctx, suite.MissingDigest()); there.OK() {
				suite.Blocked(require.PullManifestGetUnknown, there, "a manifest that nobody pushed can be pulled, too")
			}
		}
		Expect(m.under).To(Check("no manifest, as its push was refused", none("the digest of the manifest")))
	})
})
