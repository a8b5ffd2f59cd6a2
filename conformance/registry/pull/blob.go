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

var _ = Describe("Pulling a blob", func() {
	var (
		repo *suite.Repository
		blob fixtures.Blob
		pull *wire.Exchange
	)

	type asked struct {
		blob   fixtures.Blob
		answer *wire.Exchange
	}
	pulled := suite.Once(func(ctx context.Context) asked {
		repo, blob := suite.StoredBlob(ctx, 512)
		return asked{blob, repo.GetBlob(ctx, blob.Digest.String())}
	})

	BeforeEach(func(ctx SpecContext) {
		got := pulled(ctx)
		repo, blob, pull = suite.Repo(ctx), got.blob, got.answer
	})

	It("returns 200 OK", require.PullBlobGetStatus, func() {
		Expect(pull).To(HaveStatus(http.StatusOK))
	})
	It("returns the bytes that were pushed", require.PullBlobGetBytes, func(ctx SpecContext) {
		suite.Must(pull, require.PullBlobGetStatus)
		if !pull.Is(blob.Data) && !suite.ReadOnly(ctx) {
			repo.ControlOtherUpload(ctx, len(blob.Data))
		}
		Expect(pull).To(HaveBody(blob.Data))
	})
	It("returns a Docker-Content-Digest", require.PullBlobGetDigestHeader, func() {
		suite.Must(pull, require.PullBlobGetStatus)
		Expect(pull).To(HaveHeaderOnAnyHop("Docker-Content-Digest"))
	})
	It("returns no digest of other content", require.PullBlobGetDigestValue, func() {
		suite.Must(pull, require.PullBlobGetStatus)
		Expect(pull).To(HaveDigestOf(blob.Data))
	})
})

// Caches and object stores in front of a registry treat large blobs in another way.
// They may cut a blob whose size is not a multiple of their buffer.
var _ = Describe("Pulling a blob of five mebibytes", func() {
	It("returns all its bytes", require.PullBlobGetBytes, func(ctx SpecContext) {
		repo, blob := suite.ALargeBlob(ctx)
		pull := suite.Must(repo.GetBlob(ctx, blob.Digest.String(), wire.Moving(suite.LargeSize)), require.PullBlobGetStatus)
		if !pull.Is(blob.Data) {
			repo.ControlOtherUpload(ctx, len(blob.Data))
		}
		Expect(pull).To(HaveBody(blob.Data))
	})
	It("also returns 200 OK to a HEAD request", require.PullBlobHeadStatus, func(ctx SpecContext) {
		repo, blob := suite.ALargeBlob(ctx)
		head := headLarge(ctx)
		if head.Status != http.StatusOK {
			suite.Must(repo.GetBlob(ctx, blob.Digest.String(), wire.Moving(suite.LargeSize)), require.PullBlobGetStatus)
			needSmallHead(ctx)
		}
		Expect(head).To(HaveStatus(http.StatusOK))
	})
	It("also returns the size to a HEAD request", require.PullBlobHeadLength, func(ctx SpecContext) {
		_, blob := suite.ALargeBlob(ctx)
		head := headLarge(ctx)
		need200(head, require.PullBlobHeadStatus)
		if ok, _ := haveLength(len(blob.Data)).Match(head); !ok {
			needSmallHead(ctx)
		}
		Expect(head).To(haveLength(len(blob.Data)))
	})
})

var headLarge = suite.Once(func(ctx context.Context) *wire.Exchange {
	repo, blob := suite.ALargeBlob(ctx)
	return repo.HeadBlob(ctx, blob.Digest.String())
})

// needSmallHead ends the spec if HEAD of a small blob is wrong, too.
func needSmallHead(ctx SpecContext) {
	repo, blob := suite.StoredBlob(ctx, 333)
	head := repo.HeadBlob(ctx, blob.Digest.String())
	need200(head, require.PullBlobHeadStatus)
	if ok, _ := haveLength(len(blob.Data)).Match(head); !ok && suite.Judging(ctx) == require.PullBlobHeadLength {
		suite.Blocked(require.PullBlobHeadLength, head, "HEAD of a small blob returns a wrong size, too")
	}
}

// In some registries, the first GET was right, but the second came from a cache and was
// wrong.
var _ = Describe("Pulling a blob a second time", func() {
	It("returns the same bytes", require.PullBlobGetBytes, func(ctx SpecContext) {
		repo, blob := suite.StoredBlob(ctx, 65)
		first := suite.Must(repo.GetBlob(ctx, blob.Digest.String()), require.PullBlobGetStatus)
		need200(first, require.PullBlobGetStatus)
		if !first.Is(blob.Data) {
			suite.Blocked(require.PullBlobGetBytes, first, "the first GET returns other bytes, too")
		}
		second := repo.GetBlob(ctx, blob.Digest.String())
		Expect(second).To(HaveStatus(http.StatusOK))
		Expect(second).To(HaveBody(blob.Data))
	})
})

var _ = Describe("Pulling a blob that does not exist", func() {
	It("returns 404 Not Found", require.PullBlobGetUnknown, func(ctx SpecContext) {
		repo := suite.NonEmptyRepo(ctx)
		Expect(repo.GetBlob(ctx, suite.MissingDigest())).To(HaveStatus(http.StatusNotFound))
	})
})
