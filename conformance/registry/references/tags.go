package references

import (
	"context"
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// fallback is the tag under which clients store the referrers of a digest if there is
// no referrers API (distribution-spec, "Referrers Tag Schema").
func fallback(d digest.Digest) string { return strings.Replace(d.String(), ":", "-", 1) }

var _ = Describe("A tag that spells a digest", func() {
	It("returns 404 Not Found unless it was pushed", require.ReferencesTagIsNotDigest, func(ctx SpecContext) {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, image)
		pulls := suite.AskEach(ctx, "", []fixtures.Shape{
			{Title: "a digest with a hyphen for its colon", Text: fallback(image.Digest)},
			{Title: "the digits of a digest", Text: image.Digest.Encoded()},
			{Title: "the first digits of a digest", Text: image.Digest.Encoded()[:12]},
		}, func(ctx context.Context, tag string) *wire.Exchange { return repo.GetManifest(ctx, tag) })
		if ExpectEach(pulls).First(HaveStatus(http.StatusNotFound)) != nil {
			if unknown := repo.GetManifest(ctx, suite.Tag()); unknown.Status != http.StatusNotFound {
				suite.Blocked(require.PullManifestGetUnknown, unknown, "another tag that does not exist does not return 404, either")
			}
		}
		ExpectEach(pulls).To(HaveStatus(http.StatusNotFound))
	})
})

var _ = Describe("Pushing a referrer to a registry with the referrers API", func() {
	It("creates no tags", require.ReferencesServerMadeTags, func(ctx SpecContext) {
		suite.Need(ctx, suite.Referrers)
		repo, subject, tag := suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag()
		repo.PushTagged(ctx, tag, subject)
		if early := repo.GetManifest(ctx, fallback(subject.Digest)); early.OK() {
			suite.Blocked(require.ReferencesTagIsNotDigest, early, "the fallback tag exists before a referrer is pushed")
		}
		referrers := together(artifact(), index())(subject)
		for _, r := range referrers {
			repo.PushManifest(ctx, r)
		}
		list := suite.Must(repo.ListTags(ctx), require.DiscoveryTagsStatus)
		if _, named := namedAfter(list, append(referrers, subject)...); named {
			plain := fixtures.NewImage(suite.Nonce())
			repo.PushManifest(ctx, plain)
			again := suite.Must(repo.ListTags(ctx), require.DiscoveryTagsStatus)
			if made, named := namedAfter(again, plain); named {
				suite.Blocked(require.DiscoveryTagsComplete, again, "the registry made the tag %s for a manifest that is no referrer, too", made)
			}
		}
		// Other specs push tags at the same time: tags that the registry created here
		// are recognised by the digests in their names.
		Expect(list).To(Check("no tag named after "+subject.Digest.String()+" or a referrer", func(ex *wire.Exchange) (string, bool) {
			if made, named := namedAfter(ex, append(referrers, subject)...); named {
				return "the tag " + made, false
			}
			return "", true
		}))
		Expect(repo.GetManifest(ctx, fallback(subject.Digest))).To(Check("no manifest under the fallback tag", func(ex *wire.Exchange) (string, bool) {
			return "status " + wire.StatusText(ex.Status), !ex.OK()
		}))
	})
})

// namedAfter is a tag in the list that is named after one of the manifests.
func namedAfter(list *wire.Exchange, manifests ...fixtures.Manifest) (tag string, found bool) {
	var body struct {
		Tags []string `json:"tags"`
	}
	_ = list.JSON(&body) // other specs judge the form of the list
	for _, t := range body.Tags {
		for _, m := range manifests {
			if strings.Contains(t, m.Digest.Encoded()[:10]) {
				return t, true
			}
		}
	}
	return "", false
}
