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

// mismatch is the push of a manifest under the digest of other content, with pulls by
// both digests afterwards.
type mismatch struct {
	put        *wire.Exchange
	other, own *wire.Exchange // pulls by the other digest, and by the manifest's own digest
}

var pushMismatch = suite.Once(func(ctx context.Context) mismatch {
	suite.NeedPushed(ctx)
	repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
	repo.PushContent(ctx, image)
	other := fixtures.NewImage(suite.Nonce()).Digest.String()
	suite.DeleteLater(ctx, repo, image)
	put := repo.PutManifest(ctx, other, image.MediaType, image.Data)
	pulls := suite.AtOnce(ctx,
		func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, other) },
		func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, image.Digest.String()) })
	return mismatch{put, pulls[0], pulls[1]}
})

// beNothing judges a pull by the digest of other content.
var beNothing = Check("no manifest under this digest, which is the digest of other content",
	func(ex *wire.Exchange) (string, bool) { return "status " + wire.StatusText(ex.Status), !ex.OK() })

// needNothingThere ends the spec if a manifest that was never pushed can be pulled.
func needNothingThere(ctx context.Context) {
	if there := suite.Repo(ctx).GetManifest(ctx, suite.MissingDigest()); there.OK() {
		suite.Blocked(require.PullManifestGetUnknown, there, "a manifest that nobody pushed can be pulled, too")
	}
}

var _ = Describe("Pushing a manifest under the digest of other content", func() {
	It("does not store the manifest", require.PushManifestDigestMismatch, func(ctx SpecContext) {
		m := pushMismatch(ctx)
		if m.other.OK() {
			needNothingThere(ctx)
		}
		Expect(m.other).To(beNothing)
	})
	// A refused push must not have an effect.
	It("does not store the manifest under its own digest if it is refused", require.PushManifestDigestMismatchRefused, func(ctx SpecContext) {
		m := pushMismatch(ctx)
		if m.put.OK() {
			suite.Blocked(require.PushManifestDigestMismatch, m.put, "the push is not refused")
		}
		if m.own.OK() {
			needNothingThere(ctx)
		}
		Expect(m.own).To(Check("no manifest under its own digest, as its push was refused",
			func(ex *wire.Exchange) (string, bool) { return "status " + wire.StatusText(ex.Status), !ex.OK() }))
	})
	It("does not cause a server error", require.ErrorsSemantics, func(ctx SpecContext) {
		Expect(pushMismatch(ctx).put).To(BeNoServerError())
	})
})
