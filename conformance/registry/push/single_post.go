package push

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

// needSinglePost ends the spec if the registry only started an upload, which the
// specification allows.
func needSinglePost(post *wire.Exchange) {
	if post.Status == http.StatusAccepted {
		suite.FeatureMissing(suite.SinglePost, "a single POST returned 202 Accepted")
	}
}

var _ = Describe("Pushing a blob with a single POST", func() {
	var (
		repo *suite.Repository
		blob fixtures.Blob
		post *wire.Exchange
	)

	posted := suite.Once(func(ctx context.Context) blobPush {
		blob := fixtures.NewBlob(suite.Nonce(), 256)
		return blobPush{blob, suite.Repo(ctx).PostBlob(ctx, blob.Digest.String(), blob.Data)}
	})

	BeforeEach(func(ctx SpecContext) {
		got := posted(ctx)
		repo, blob, post = suite.Repo(ctx), got.blob, got.answer
	})

	It("returns 201 Created", require.PushBlobSinglePostStatus, func() {
		needSinglePost(post)
		// A registry that does not support a single POST has to start an upload. That
		// it refuses the POST instead breaks another requirement.
		suite.Must(post, require.PushBlobSinglePostUnsupported)
		Expect(post).To(HaveStatus(http.StatusCreated))
	})
	It("returns a Location", require.PushBlobSinglePostLocation, func() {
		needSinglePost(post)
		suite.Must(post, require.PushBlobSinglePostStatus)
		Expect(post).To(HaveLocation())
	})
	It("returns a Location from which the blob can be pulled", require.PushBlobSinglePostLocationPullable, func(ctx SpecContext) {
		needSinglePost(post)
		suite.Must(post, require.PushBlobSinglePostStatus)
		expectBlobAtLocation(ctx, repo, post, blob, require.PushBlobSinglePostLocation, require.PushBlobSinglePostStored)
	})
	It("stores the blob", require.PushBlobSinglePostStored, func(ctx SpecContext) {
		needSinglePost(post)
		suite.Must(post, require.PushBlobSinglePostStatus)
		expectStored(ctx, repo, blob, inOnePut(ctx, repo))
	})
	It("returns 202 Accepted with a Location if the registry does not support it", require.PushBlobSinglePostUnsupported, func(ctx SpecContext) {
		if post.Status == http.StatusCreated || post.OK() && repo.HasBlob(ctx, blob) {
			suite.NeedUnsupported(ctx, suite.SinglePost)
		}
		Expect(post).To(HaveStatus(http.StatusAccepted))
		Expect(post).To(HaveLocation())
	})
})

// After a 202, a client goes on by uploading the blob to the Location.
var _ = Describe("The upload that a single POST starts", func() {
	It("can be completed", require.PushBlobSinglePostFallbackUpload, func(ctx SpecContext) {
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 256)
		suite.NeedUnsupported(ctx, suite.SinglePost)
		post := repo.PostBlob(ctx, blob.Digest.String(), blob.Data)
		if post.Status != http.StatusAccepted {
			suite.NotApplicable("the registry does not start an upload; another spec judges that")
		}
		location, err := post.Location()
		if err != nil {
			suite.Blocked(require.PushBlobSinglePostUnsupported, post, "the response has no Location")
		}
		put := repo.PutUpload(ctx, location, blob.Digest.String(), blob.Data)
		if !put.OK() {
			plain := repo.OpenUpload(ctx).PutWhole(ctx, fixtures.NewBlob(suite.Nonce(), 256))
			suite.Must(plain, require.PushBlobPostPutStatus)
		}
		Expect(put).To(BeAccepted())
	})
})

var _ = Describe("Pushing a blob with a single POST, under the digest of other content,", func() {
	var (
		repo *suite.Repository
		blob fixtures.Blob
		post *wire.Exchange
	)

	posted := suite.Once(func(ctx context.Context) blobPush {
		blob := misnamed()
		return blobPush{blob, suite.Repo(ctx).PostBlob(ctx, blob.Digest.String(), blob.Data)}
	})

	BeforeEach(func(ctx SpecContext) {
		suite.Need(ctx, suite.SinglePost)
		got := posted(ctx)
		repo, blob, post = suite.Repo(ctx), got.blob, got.answer
		needSinglePost(post)
	})

	It("does not store the blob", require.PushBlobSinglePostDigestMismatch, func(ctx SpecContext) {
		expectNotStored(ctx, repo, post, blob)
	})
	It("returns 400 Bad Request", require.PushBlobSinglePostDigestMismatchStatus, func(ctx SpecContext) {
		needNotStored(ctx, repo, post, blob, require.PushBlobSinglePostDigestMismatch)
		if post.Status != http.StatusBadRequest {
			ordinary := fixtures.NewBlob(suite.Nonce(), 256)
			suite.Must(repo.PostBlob(ctx, ordinary.Digest.String(), ordinary.Data), require.PushBlobSinglePostUnsupported)
		}
		Expect(post).To(HaveStatus(http.StatusBadRequest))
	})
})
