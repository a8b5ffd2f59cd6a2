package push

import (
	"context"
	"net/http"

	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// succeedOrWait expects success, 429 or 503: a registry may ask a client to wait
// while it has too many requests.
func succeedOrWait() types.GomegaMatcher {
	return Check("success (any 2xx status), 429 or 503", func(ex *wire.Exchange) (string, bool) {
		return ex.StatusAndReason(),
			ex.OK() || ex.Status == http.StatusTooManyRequests || ex.Status == http.StatusServiceUnavailable
	})
}

// Two machines that build from the same base image push the same layers.
var _ = Describe("Pushing one blob twice at the same time", func() {
	var (
		repo *suite.Repository
		blob fixtures.Blob
		puts [2]*wire.Exchange
	)

	type pushed struct {
		blob fixtures.Blob
		puts [2]*wire.Exchange
	}
	push := suite.Once(func(ctx context.Context) pushed {
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 256<<10)
		var puts [2]*wire.Exchange
		first, second := repo.OpenUpload(ctx).Location, repo.OpenUpload(ctx).Location
		suite.Concurrently(ctx,
			func(ctx context.Context) { puts[0] = repo.PutUpload(ctx, first, blob.Digest.String(), blob.Data) },
			func(ctx context.Context) { puts[1] = repo.PutUpload(ctx, second, blob.Digest.String(), blob.Data) },
		)
		return pushed{blob, puts}
	})

	BeforeEach(func(ctx SpecContext) {
		got := push(ctx)
		repo, blob, puts = suite.Repo(ctx), got.blob, got.puts
	})

	It("accepts both", require.PushBlobPostPutStatus, func(ctx SpecContext) {
		for _, put := range puts {
			if ok, _ := succeedOrWait().Match(put); !ok { // another spec judges a single upload
				alone := fixtures.NewBlob(suite.Nonce(), 64)
				suite.Must(repo.OpenUpload(ctx).PutWhole(ctx, alone), require.PushBlobPostPutStatus)
				needOverlap(ctx, repo)
			}
			Expect(put).To(succeedOrWait())
		}
	})
	It("stores the blob", require.PushBlobPostPutStored, func(ctx SpecContext) {
		if !puts[0].OK() && !puts[1].OK() {
			suite.Blocked(require.PushBlobPostPutStatus, puts[0], "both pushes were refused")
		}
		expectStored(ctx, repo, blob, inOnePut(ctx, repo))
	})
})

var _ = Describe("Pushing one manifest twice at the same time", func() {
	It("accepts both", require.PushManifestStatus, func(ctx SpecContext) {
		repo, image, tag := suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag()
		repo.PushContent(ctx, image)
		var puts [2]*wire.Exchange
		put := func(i int) func(context.Context) {
			return func(ctx context.Context) { puts[i] = repo.PutManifest(ctx, tag, image.MediaType, image.Data) }
		}
		suite.Concurrently(ctx, put(0), put(1))
		for _, put := range puts {
			if ok, _ := succeedOrWait().Match(put); !ok { // another spec judges a single push
				repo.PushManifest(ctx, fixtures.NewImage(suite.Nonce()))
			}
			Expect(put).To(succeedOrWait())
		}
		pull := repo.GetManifest(ctx, tag)
		if puts[0].OK() || puts[1].OK() {
			if !isKept(pull, image) {
				needOrdinaryTag(ctx)
			}
			Expect(pull).To(BeAccepted())
			Expect(pull).To(HaveBody(image.Data))
		}
	})
})
