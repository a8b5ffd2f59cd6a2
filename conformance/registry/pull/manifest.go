package pull

import (
	"context"
	"net/http"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

var _ = Describe("Pulling a manifest", func() {
	for _, k := range kinds {
		for _, by := range []string{"tag", "digest"} {
			Context("("+k.title+", by "+by+")", func() {
				var (
					m    fixtures.Manifest
					pull *wire.Exchange
				)
				pulled := suite.Once(func(ctx context.Context) asked {
					return k.ask(ctx, by, func(repo *suite.Repository, reference string) *wire.Exchange {
						return repo.GetManifest(ctx, reference)
					})
				})

				BeforeEach(func(ctx SpecContext) {
					got := pulled(ctx)
					m, pull = got.m, got.answer
				})

				It("returns 200 OK", require.PullManifestGetStatus, func() {
					Expect(pull).To(HaveStatus(http.StatusOK))
				})
				It("returns the bytes that were pushed", require.PullManifestGetBytes, func(ctx SpecContext) {
					suite.Must(pull, require.PullManifestGetStatus)
					if string(pull.Body) != string(m.Data) && k.kept != "" {
						if by == "tag" {
							suite.Repo(ctx).ControlTag(ctx)
						}
						suite.Repo(ctx).ControlManifest(ctx)
						by := k.kept
						if by == require.PushSubjectArtifact {
							by = subjectBy(ctx)
						}
						suite.Blocked(by, pull, "an ordinary image comes back unchanged, so the registry changes what only %s has", k.title)
					}
					Expect(pull).To(HaveBody(m.Data))
				})
				It("returns a Docker-Content-Digest", require.PullManifestGetDigestHeader, func() {
					suite.Must(pull, require.PullManifestGetStatus)
					Expect(pull).To(HaveHeaderOnAnyHop("Docker-Content-Digest"))
				})
				It("returns no digest of other content", require.PullManifestGetDigestValue, func() {
					suite.Must(pull, require.PullManifestGetStatus)
					Expect(pull).To(HaveDigestOf(m.Data))
				})
				It("returns the Content-Type that it was pushed with", require.PullManifestContentTypePushed, func() {
					suite.Must(pull, require.PullManifestGetStatus)
					Expect(pull).To(HaveContentType(m.MediaType))
				})
				It("returns a Content-Type without parameters", require.PullManifestContentTypeParameters, func() {
					suite.Must(pull, require.PullManifestGetStatus)
					Expect(pull).To(Check("a Content-Type without parameters", func(ex *wire.Exchange) (string, bool) {
						value := ex.Header.Get("Content-Type")
						return "Content-Type: " + value, !strings.Contains(value, ";")
					}))
				})
			})
		}
	}
})

// In some registries, the first GET was right, but the second came from a cache and was
// wrong.
var _ = Describe("Pulling a manifest a second time", func() {
	It("returns the same bytes", require.PullManifestGetBytes, func(ctx SpecContext) {
		repo, image, tag := suite.TaggedImage(ctx)
		if !suite.ReadOnly(ctx) { // no other spec has pulled this one
			image, tag = fixtures.NewImage(suite.Nonce()), suite.Tag()
			repo.PushTagged(ctx, tag, image)
		}
		for _, reference := range []string{tag, image.Digest.String()} {
			first := suite.Must(repo.GetManifest(ctx, reference), require.PullManifestGetStatus)
			need200(first, require.PullManifestGetStatus)
			if !first.Is(image.Data) {
				suite.Blocked(require.PullManifestGetBytes, first, "the first GET returns other bytes, too")
			}
			second := repo.GetManifest(ctx, reference)
			Expect(second).To(HaveStatus(http.StatusOK))
			Expect(second).To(HaveBody(image.Data))
		}
	})
})

var _ = Describe("Pulling a manifest that does not exist", func() {
	for _, by := range []string{"tag", "digest"} {
		It("by "+by+" returns 404 Not Found", require.PullManifestGetUnknown, func(ctx SpecContext) {
			repo := suite.NonEmptyRepo(ctx)
			reference := suite.Tag()
			if by == "digest" {
				reference = suite.MissingDigest()
			}
			Expect(repo.GetManifest(ctx, reference)).To(HaveStatus(http.StatusNotFound))
		})
	}
	It("by the digest of a blob returns 404 Not Found", require.PullManifestGetUnknown, func(ctx SpecContext) {
		repo, blob := suite.StoredBlob(ctx, 64)
		pull := repo.GetManifest(ctx, blob.Digest.String())
		if pull.Status != http.StatusNotFound {
			repo.ControlUnknownManifest(ctx)
		}
		Expect(pull).To(HaveStatus(http.StatusNotFound))
	})
	It("by a tag in upper case returns 404 Not Found", require.PullManifestGetUnknown, func(ctx SpecContext) {
		repo, _, tag := suite.TaggedImage(ctx)
		upper := strings.ToUpper(tag)
		if upper == tag {
			suite.NotApplicable("the tag has no letter in lower case")
		}
		pull := repo.GetManifest(ctx, upper)
		if pull.Status != http.StatusNotFound && !suite.ReadOnly(ctx) {
			repo.ControlUnknownTag(ctx)
			repo.ControlTags(ctx)
		}
		Expect(pull).To(HaveStatus(http.StatusNotFound))
	})
})
