package push

import (
	"strings"

	"github.com/opencontainers/go-digest"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

var _ = Describe("Pushing a manifest under the digest of other content", func() {
	It("does not store the manifest", require.PushManifestDigestMismatch, func(ctx SpecContext) {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushContent(ctx, image)
		other := fixtures.NewImage(suite.Nonce()).Digest.String()
		suite.TakeBack(ctx, repo, image)
		repo.PutManifest(ctx, other, image.MediaType, image.Data)
		pull := repo.GetManifest(ctx, other)
		if pull.OK() {
			repo.ControlUnknownManifest(ctx)
		}
		Expect(pull).To(Check("no manifest under this digest, which is the digest of other content",
			func(ex *wire.Exchange) (string, bool) { return ex.StatusAndReason(), !ex.OK() }))
	})
})

// The references are made from the right digest, which a lenient registry may
// recognise. They are not tags: a tag has no colon.
var _ = Describe("Pushing a manifest", func() {
	for _, c := range []struct {
		title     string
		reference func(digest.Digest) string
	}{
		{"under a digest that is too short", func(d digest.Digest) string { return "sha256:" + d.Encoded()[:63] }},
		{"under a digest that is too long", func(d digest.Digest) string { return "sha256:" + d.Encoded() + "0" }},
		{"under a digest in upper case", func(d digest.Digest) string { return "sha256:" + strings.ToUpper(d.Encoded()) }},
		{"under an algorithm without a digest", func(digest.Digest) string { return "sha256:" }},
		{"under a digest without its algorithm", func(d digest.Digest) string { return ":" + d.Encoded() }},
		{"under a tag and a digest", func(d digest.Digest) string { return suite.Tag() + "@" + d.String() }},
	} {
		It(c.title+" is refused", require.PushManifestReference, func(ctx SpecContext) {
			repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
			repo.PushContent(ctx, image)
			suite.TakeBack(ctx, repo, image)
			put := repo.PutManifest(ctx, c.reference(image.Digest), image.MediaType, image.Data)
			if put.OK() {
				needTagGrammar(ctx)
			}
			Expect(put).To(BeRefused())
		})
	}
})

// needTagGrammar ends the spec if the registry accepts any text as a tag. Version 1.0
// of the specification has no requirement for that.
func needTagGrammar(ctx SpecContext) {
	if suite.Version(ctx) == require.V1_0 {
		return
	}
	if put := push(ctx, "-"+suite.Nonce()); put.OK() {
		suite.Blocked(require.PushTagGrammarRefused, put, "a tag that breaks the grammar is accepted, too")
	}
}
