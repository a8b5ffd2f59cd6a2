package push

import (
	"net/url"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

var _ = Describe("A cancelled upload", func() {
	for _, c := range []struct {
		title string
		goOn  func(SpecContext, *suite.Repository, *url.URL) *wire.Exchange
	}{
		{"accepts no chunk", func(ctx SpecContext, repo *suite.Repository, location *url.URL) *wire.Exchange {
			chunk := fixtures.NewBlob(suite.Nonce(), 64).Chunks(64)[0]
			return repo.PatchUpload(ctx, location, chunk.ContentRange(), chunk.Data)
		}},
		{"cannot be completed", func(ctx SpecContext, repo *suite.Repository, location *url.URL) *wire.Exchange {
			blob := fixtures.NewBlob(suite.Nonce(), 64)
			return repo.PutUpload(ctx, location, blob.Digest.String(), blob.Data)
		}},
	} {
		It(c.title, require.PushBlobCancelGone, func(ctx SpecContext) {
			suite.Need(ctx, suite.Cancel)
			repo := suite.Repo(ctx)
			session := repo.OpenUpload(ctx)
			suite.Must(session.Cancel(ctx), require.PushBlobCancelStatus)
			answer := c.goOn(ctx, repo, session.Location)
			if answer.OK() {
				over := repo.OpenUpload(ctx)
				suite.Must(over.PutWhole(ctx, fixtures.NewBlob(suite.Nonce(), 64)), require.PushBlobPostPutStatus)
				if again := c.goOn(ctx, repo, over.Location); again.OK() {
					suite.Blocked(require.PushBlobSessionUnknown, again, "a completed upload can be continued, too")
				}
			}
			Expect(answer).To(BeRefused())
		})
	}
})

var _ = Describe("Cancelling one of two uploads", func() {
	It("leaves the other", require.PushBlobCancelOthers, func(ctx SpecContext) {
		suite.Need(ctx, suite.Cancel)
		repo := suite.Repo(ctx)
		one, other := repo.OpenUpload(ctx), repo.OpenUpload(ctx)
		suite.Must(one.Cancel(ctx), require.PushBlobCancelStatus)
		put := other.PutWhole(ctx, fixtures.NewBlob(suite.Nonce(), 64))
		if !put.OK() {
			suite.Must(repo.OpenUpload(ctx).PutWhole(ctx, fixtures.NewBlob(suite.Nonce(), 64)), require.PushBlobPostPutStatus)
		}
		Expect(put).To(BeAccepted())
	})
})
