package push

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"

	"github.com/opencontainers/go-digest"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// Sizes in bytes. Content of these sizes is never held in memory.
const (
	large      = 1 << 30
	largeChunk = 64 << 20
)

// largeBlob is content that is generated each time it is read.
type largeBlob struct {
	nonce  string
	digest digest.Digest
}

func newLargeBlob() largeBlob {
	b := largeBlob{nonce: suite.Nonce()}
	hash := sha256.New()
	_, _ = io.Copy(hash, b.from(0, large)) // neither the reader nor the hash can fail
	b.digest = digest.NewDigest(digest.SHA256, hash)
	return b
}

// from reads size bytes, beginning at offset.
func (b largeBlob) from(offset, size int64) io.Reader {
	stream := fixtures.Stream(b.nonce, offset+size)
	_, _ = io.CopyN(io.Discard, stream, offset) // the stream does not fail
	return stream
}

// part is an option that sends size bytes, beginning at offset.
func (b largeBlob) part(offset, size int64) wire.Option {
	return func(r *wire.Request) {
		wire.WithStream(size, func() io.Reader { return b.from(offset, size) })(r)
		wire.Moving(size)(r)
	}
}

// expectLargeBlob judges that the blob can be pulled unchanged.
func expectLargeBlob(ctx SpecContext, repo *suite.Repository, b largeBlob) {
	pull := repo.GetBlob(ctx, b.digest.String(), wire.Into(io.Discard), wire.Moving(large))
	Expect(pull).To(Check(fmt.Sprintf("%d bytes (%s)", large, b.digest), func(ex *wire.Exchange) (string, bool) {
		return fmt.Sprintf("%s, %d bytes (%s)", wire.StatusText(ex.Status), ex.BodySize, ex.BodyDigest),
			ex.Status == http.StatusOK && ex.BodyDigest == b.digest
	}))
}

var _ = Describe("A blob of one gibibyte", Label(suite.LargeLabel), func() {
	var (
		repo    *suite.Repository
		blob    largeBlob
		session *suite.Session
	)

	BeforeEach(func(ctx SpecContext) {
		repo, blob = suite.Repo(ctx), newLargeBlob()
	})

	It("is stored if it is pushed with POST, then PUT", require.PushBlobPostPutStored, func(ctx SpecContext) {
		session = repo.OpenUpload(ctx)
		put := repo.PutUpload(ctx, session.Location, blob.digest.String(), []byte{}, blob.part(0, large))
		suite.Must(put, require.PushBlobPostPutStatus)
		expectLargeBlob(ctx, repo, blob)
	})
	It("is stored if it is pushed with a single POST", require.PushBlobSinglePostStored, func(ctx SpecContext) {
		suite.Need(ctx, suite.SinglePost)
		post := repo.PostBlob(ctx, blob.digest.String(), nil, blob.part(0, large))
		needSinglePost(post)
		suite.Must(post, require.PushBlobSinglePostStatus)
		expectLargeBlob(ctx, repo, blob)
	})
	It("is stored if it is pushed in chunks", require.PushBlobChunkStored, func(ctx SpecContext) {
		session = repo.OpenUpload(ctx)
		for start := int64(0); start < large; start += largeChunk {
			patch := session.Patch(ctx, fixtures.Chunk{}, blob.part(start, largeChunk),
				wire.WithHeader("Content-Range", fmt.Sprintf("%d-%d", start, start+largeChunk-1)))
			suite.Must(patch, require.PushBlobChunkStatus)
		}
		suite.Must(repo.PutUpload(ctx, session.Location, blob.digest.String(), nil), require.PushBlobChunkCloseStatus)
		expectLargeBlob(ctx, repo, blob)
	})
	It("is stored if it is streamed", require.PushBlobStreamAccepted, func(ctx SpecContext) {
		session = repo.OpenUpload(ctx)
		patch := session.Stream(ctx, nil, blob.part(0, large), wire.WithoutLength())
		suite.Must(patch, require.PushBlobChunkStatus)
		suite.Must(repo.PutUpload(ctx, session.Location, blob.digest.String(), nil), require.PushBlobChunkCloseStatus)
		expectLargeBlob(ctx, repo, blob)
	})
})
