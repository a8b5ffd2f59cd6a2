package pull

import (
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

var _ = Describe("Pulling a manifest", func() {
	var (
		repo  *suite.Repository
		image fixtures.Manifest
		tag   string
	)

	BeforeEach(func(ctx SpecContext) {
		repo, image, tag = suite.AnImage(ctx)
	})

	for _, by := range []string{"tag", "digest"} {
		Context("by "+by, func() {
			var pull *wire.Exchange

			BeforeEach(func(ctx SpecContext) {
				reference := tag
				if by == "digest" {
					reference = image.Digest.String()
				}
				pull = repo.GetManifest(ctx, reference)
			})

			It("is answered 200", require.PullManifestGetStatus, func() {
				Expect(pull).To(HaveStatus(http.StatusOK))
			})
			It("gives the bytes that were pushed", require.PullManifestGetBytes, func() {
				suite.Must(pull, require.PullManifestGetStatus)
				Expect(pull).To(HaveBody(image.Data))
			})
			It("names the digest", require.PullManifestGetDigestHeader, func() {
				suite.Must(pull, require.PullManifestGetStatus)
				Expect(pull).To(HaveAnyHeader("Docker-Content-Digest"))
			})
			It("names no digest of something else", require.PullManifestGetDigestValue, func() {
				suite.Must(pull, require.PullManifestGetStatus)
				Expect(pull).To(HaveDigestOf(image.Data))
			})
			It("has the Content-Type that was pushed", require.PullManifestContentTypePushed, func() {
				suite.Must(pull, require.PullManifestGetStatus)
				Expect(pull).To(HaveContentType(image.MediaType))
			})
			It("has a Content-Type without parameters", require.PullManifestContentTypeParameters, func() {
				suite.Must(pull, require.PullManifestGetStatus)
				Expect(pull).To(Check("a Content-Type without parameters", func(ex *wire.Exchange) (string, bool) {
					value := ex.Header.Get("Content-Type")
					return "Content-Type: " + value, value != "" && !strings.Contains(value, ";")
				}))
			})
		})
	}
})

var _ = Describe("Pulling a manifest that is not there", func() {
	for _, by := range []string{"tag", "digest"} {
		It("is answered 404 by "+by, require.PullManifestGetUnknown, func(ctx SpecContext) {
			repo := suite.Occupied(ctx)
			reference := suite.Tag()
			if by == "digest" {
				reference = suite.MissingDigest()
			}
			Expect(repo.GetManifest(ctx, reference)).To(HaveStatus(http.StatusNotFound))
		})
	}
})
