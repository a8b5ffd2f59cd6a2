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

var _ = Describe("Pushing a manifest under the digest of something else", func() {
	It("does not store it", require.PushManifestDigestMismatch, func(ctx SpecContext) {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushContent(ctx, image)
		other := fixtures.NewImage(suite.Nonce()).Digest.String()
		if there := repo.GetManifest(ctx, other); there.OK() {
			suite.Blocked(require.PullManifestGetUnknown, there, "what was not pushed is there, too")
		}
		suite.TakeBack(ctx, repo, image)
		repo.PutManifest(ctx, other, image.MediaType, image.Data)
		Expect(repo.GetManifest(ctx, other)).To(Check("no manifest under a digest that it does not have",
			func(ex *wire.Exchange) (string, bool) { return "status " + wire.StatusText(ex.Status), !ex.OK() }))
	})
})

// References that are made from the right digest, so that a registry that
// guesses finds it, and that are no tags either: those have no colon.
var _ = Describe("Pushing a manifest", func() {
	for _, c := range []struct {
		title     string
		reference func(digest.Digest) string
	}{
		{"under a digest that is too short", func(d digest.Digest) string { return "sha256:" + d.Encoded()[:63] }},
		{"under a digest that is too long", func(d digest.Digest) string { return "sha256:" + d.Encoded() + "0" }},
		{"under a digest in upper case", func(d digest.Digest) string { return "sha256:" + strings.ToUpper(d.Encoded()) }},
		{"under an algorithm alone", func(digest.Digest) string { return "sha256:" }},
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

// needTagGrammar ends the spec when any word is taken for a tag. The first
// version of the specification has no rule for that.
func needTagGrammar(ctx SpecContext) {
	if suite.Version(ctx) == require.V1_0 {
		return
	}
	if put := push(ctx, "-"+suite.Nonce()); put.OK() {
		suite.Blocked(require.PushTagGrammarRefused, put, "what is no tag is taken in any case")
	}
}
