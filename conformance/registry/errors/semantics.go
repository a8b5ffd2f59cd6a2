package errors

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// Mistakes for whose answer the distribution-spec names no status, so that
// only the class of it can be judged.
var _ = Describe("A mistake of the client", func() {
	for _, c := range []struct {
		title string
		make  func(SpecContext, *suite.Repository, fixtures.Manifest) *wire.Exchange
	}{
		{"in the digest of a manifest", func(ctx SpecContext, repo *suite.Repository, _ fixtures.Manifest) *wire.Exchange {
			return repo.GetManifest(ctx, "sha256:baddigest")
		}},
		{"in the digest of a blob", func(ctx SpecContext, repo *suite.Repository, _ fixtures.Manifest) *wire.Exchange {
			return repo.GetBlob(ctx, "sha256:baddigest")
		}},
		{"in the digest to push under", func(ctx SpecContext, repo *suite.Repository, m fixtures.Manifest) *wire.Exchange {
			return repo.PutManifest(ctx, "sha256:baddigest", m.MediaType, m.Data)
		}},
		{"in a manifest that is no JSON", func(ctx SpecContext, repo *suite.Repository, m fixtures.Manifest) *wire.Exchange {
			return repo.PutManifest(ctx, suite.Tag(), m.MediaType, []byte("this is no manifest"))
		}},
		{"in a manifest that is a list", func(ctx SpecContext, repo *suite.Repository, m fixtures.Manifest) *wire.Exchange {
			return repo.PutManifest(ctx, suite.Tag(), m.MediaType, []byte("[]"))
		}},
		{"in the number of tags asked for", func(ctx SpecContext, repo *suite.Repository, _ fixtures.Manifest) *wire.Exchange {
			return repo.ListTags(ctx, wire.WithQuery("n", "many"))
		}},
	} {
		It(c.title+" is no failure of the server", require.ErrorsSemantics, func(ctx SpecContext) {
			repo, image := suite.Repo(), fixtures.NewImage(suite.Nonce())
			repo.PushManifest(ctx, image)
			Expect(c.make(ctx, repo, image)).To(Check("a status below 500", func(ex *wire.Exchange) (string, bool) {
				return "status " + wire.StatusText(ex.Status), ex.Status < 500
			}))
		})
	}
})
