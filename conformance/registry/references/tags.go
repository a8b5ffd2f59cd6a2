package references

import (
	"context"
	"net/http"
	"slices"
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
		named := namedAfter(list, append(referrers, subject))
		for _, t := range named {
			if pull := repo.GetManifest(ctx, t); !pull.OK() {
				suite.Blocked(require.DownlevelTagListedOnly, pull, "the tag %s is in the tag list, and does not exist", t)
			}
		}
		// Other specs push tags at the same time: tags that the registry created here
		// are recognised by the digests in their names.
		needTagsOnly(ctx, list, repo, append(referrers, subject))
		Expect(list).To(Check("no tag named after "+subject.Digest.String()+" or a referrer", func(*wire.Exchange) (string, bool) {
			return "the tags " + strings.Join(named, ", "), len(named) == 0
		}))
		Expect(repo.GetManifest(ctx, fallback(subject.Digest))).To(Check("no manifest under the fallback tag", func(ex *wire.Exchange) (string, bool) {
			return ex.StatusAndReason(), !ex.OK()
		}))
	})
})

// namedAfter are the tags in a list that have the digest of one of the manifests in
// their names.
func namedAfter(list *wire.Exchange, manifests []fixtures.Manifest) []string {
	var body struct {
		Tags []string `json:"tags"`
	}
	_ = list.JSON(&body) // other specs judge the form of the list
	return slices.DeleteFunc(body.Tags, func(t string) bool {
		return !slices.ContainsFunc(manifests, func(m fixtures.Manifest) bool { return strings.Contains(t, m.Digest.Encoded()) })
	})
}

// needTagsOnly ends the spec if the list has tags named after these manifests, and also
// a tag named after a manifest that has nothing to do with referrers.
func needTagsOnly(ctx SpecContext, list *wire.Exchange, repo *suite.Repository, manifests []fixtures.Manifest) {
	named := func(ex *wire.Exchange, m fixtures.Manifest) bool {
		return strings.Contains(string(ex.Body), m.Digest.Encoded())
	}
	for _, m := range manifests {
		if !named(list, m) {
			continue
		}
		image := fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, image)
		if again := repo.ListTags(ctx); named(again, image) {
			suite.Blocked(require.DiscoveryTagsComplete, again, "manifests that were pushed by digest are listed as tags")
		}
		return
	}
}
