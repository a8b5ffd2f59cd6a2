package pull

import (
	"context"
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// Registries and proxies take no bytes for no content: they leave out the size, or answer
// 204 or 404.
var _ = Describe("A blob of zero bytes", func() {
	type asked struct{ get, head *wire.Exchange }
	ask := suite.Once(func(ctx context.Context) asked {
		suite.NeedPushed(ctx)
		repo, blob := suite.Repo(ctx), fixtures.BlobOf([]byte{})
		var a asked
		for range 2 { // another run may have deleted it, because it has the same blob
			repo.PushBlob(ctx, blob)
			both := suite.AtOnce(ctx,
				func(ctx context.Context) *wire.Exchange { return repo.GetBlob(ctx, blob.Digest.String()) },
				func(ctx context.Context) *wire.Exchange { return repo.HeadBlob(ctx, blob.Digest.String()) })
			if a = (asked{both[0], both[1]}); a.get.OK() && a.head.OK() {
				break
			}
		}
		if !a.get.OK() && !a.head.OK() {
			suite.Blocked(require.PushBlobZeroBytes, a.get, "the blob is not there after its push")
		}
		return a
	})
	// needLongBlob ends the spec if a longer blob is answered wrongly, too.
	needLongBlob := func(ctx SpecContext, by require.ID, request func(*suite.Repository, string) *wire.Exchange, kept func(*wire.Exchange, fixtures.Blob) bool) {
		repo, blob := suite.StoredBlob(ctx, 64)
		if answer := request(repo, blob.Digest.String()); !kept(answer, blob) {
			suite.Blocked(by, answer, "a longer blob is answered wrongly, too")
		}
	}
	is200 := func(ex *wire.Exchange, _ fixtures.Blob) bool { return ex.Status == http.StatusOK }
	hasLength := func(ex *wire.Exchange, b fixtures.Blob) bool {
		kept, _ := haveLength(len(b.Data)).Match(ex)
		return kept
	}
	get := func(ctx SpecContext) func(*suite.Repository, string) *wire.Exchange {
		return func(repo *suite.Repository, digest string) *wire.Exchange { return repo.GetBlob(ctx, digest) }
	}
	head := func(ctx SpecContext) func(*suite.Repository, string) *wire.Exchange {
		return func(repo *suite.Repository, digest string) *wire.Exchange { return repo.HeadBlob(ctx, digest) }
	}

	It("is returned by GET with 200 OK", require.PullBlobGetStatus, func(ctx SpecContext) {
		a := ask(ctx)
		if a.get.Status != http.StatusOK {
			needLongBlob(ctx, require.PullBlobGetStatus, get(ctx), is200)
			suite.Repo(ctx).ControlBlob(ctx)
			if a.get.Status == http.StatusNotFound {
				suite.Blocked(require.PushBlobZeroBytes, a.get, "GET does not find the blob")
			}
		}
		Expect(a.get).To(HaveStatus(http.StatusOK))
		Expect(a.get).To(HaveBody(nil))
	})
	It("is found by HEAD with 200 OK", require.PullBlobHeadStatus, func(ctx SpecContext) {
		a := ask(ctx)
		if a.head.Status != http.StatusOK {
			needLongBlob(ctx, require.PullBlobHeadStatus, head(ctx), is200)
			needLongBlob(ctx, require.PullBlobHeadLength, head(ctx), hasLength)
			if a.get.Status == a.head.Status {
				suite.Blocked(require.PullBlobGetStatus, a.get, "GET returns the same status")
			}
		}
		Expect(a.head).To(HaveStatus(http.StatusOK))
	})
	It("has the size 0 in the Content-Length of HEAD", require.PullBlobHeadLength, func(ctx SpecContext) {
		a := ask(ctx)
		need200(a.head, require.PullBlobHeadStatus)
		if ok, _ := haveLength(0).Match(a.head); !ok {
			needLongBlob(ctx, require.PullBlobHeadLength, head(ctx), hasLength)
		}
		Expect(a.head).To(haveLength(0))
	})
	It("has no digest of other content", require.PullBlobHeadDigestValue, func(ctx SpecContext) {
		head := suite.Must(ask(ctx).head, require.PullBlobHeadStatus)
		Expect(head).To(HaveDigestOf(nil))
	})
})
