package push

import (
	"context"
	"fmt"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// expectSize judges that a request with a blob of 5 MiB was accepted. push sends a blob
// of another size: the message names a size that is accepted.
func expectSize(push *wire.Exchange, try func(size int) *wire.Exchange, small require.ID) {
	if push.OK() {
		return
	}
	limit := ""
	for size := 4 << 20; size > 1<<10; size /= 4 {
		if try(size).OK() {
			limit = fmt.Sprintf(", and a blob of %d KiB is accepted", size>>10)
			break
		}
	}
	if limit == "" {
		suite.Blocked(small, push, "small blobs are refused, too")
	}
	Expect(push).To(Check("success (any 2xx status)", func(ex *wire.Exchange) (string, bool) {
		return "status " + wire.StatusText(ex.Status) + " for " + fmt.Sprint(ex.Request.Length()) + " bytes" + limit, false
	}))
}

// largeChunks are two chunks, of 1 MiB and 7 bytes and of 5 MiB, and the responses to
// them. Their sizes are no multiples of a buffer.
type largeChunks struct {
	parts   []fixtures.Chunk
	answers []*wire.Exchange
}

var pushLargeChunks = suite.Once(func(ctx context.Context) largeChunks {
	session := suite.Repo(ctx).OpenUpload(ctx)
	size := session.ChunkMinimum(1<<20 + 7)
	data := fixtures.NewBlob(suite.Nonce(), size+5<<20).Data
	got := largeChunks{parts: []fixtures.Chunk{{Start: 0, Data: data[:size]}, {Start: size, Data: data[size:]}}}
	for _, part := range got.parts {
		answer := session.Patch(ctx, part, wire.Moving(int64(len(part.Data))))
		got.answers = append(got.answers, answer)
		if !answer.OK() {
			break
		}
	}
	return got
})

var _ = Describe("Pushing a blob of five mebibytes", func() {
	It("is accepted in one PUT", require.PushBlobSize, func(ctx SpecContext) {
		repo, _, push := suite.PushLarge(ctx)
		expectSize(push, func(size int) *wire.Exchange {
			return repo.PostThenPut(ctx, fixtures.NewBlob(suite.Nonce(), size))
		}, require.PushBlobPostPutStatus)
	})
	It("is accepted in a single POST", require.PushBlobSize, func(ctx SpecContext) {
		suite.Need(ctx, suite.SinglePost)
		post := func(size int) *wire.Exchange {
			blob := fixtures.NewBlob(suite.Nonce(), size)
			return suite.Repo(ctx).PostBlob(ctx, blob.Digest.String(), blob.Data, wire.Moving(int64(size)))
		}
		expectSize(post(suite.LargeSize), post, require.PushBlobSinglePostUnsupported)
	})
	It("is accepted in chunks", require.PushBlobSize, func(ctx SpecContext) {
		got := pushLargeChunks(ctx)
		if !got.answers[len(got.answers)-1].OK() {
			needChunksInOrder(ctx)
		}
		expectSize(got.answers[len(got.answers)-1], func(size int) *wire.Exchange {
			blob := fixtures.NewBlob(suite.Nonce(), size)
			return suite.Repo(ctx).OpenUpload(ctx).Patch(ctx, blob.Chunks(size)[0], wire.Moving(int64(size)))
		}, require.PushBlobChunkStatus)
	})
	// Some registries have counted only the bytes of their last read.
	It("is answered with the whole range received so far after each chunk", require.PushBlobChunkRange, func(ctx SpecContext) {
		got := pushLargeChunks(ctx)
		for i, answer := range got.answers {
			if !answer.OK() {
				needChunksInOrder(ctx)
				suite.Blocked(require.PushBlobSize, answer, "a large chunk is refused")
			}
			if answer.Header.Get("Range") != got.parts[i].Received() {
				session := suite.Repo(ctx).OpenUpload(ctx)
				_, parts := chunks(session)
				if small := session.Chunk(ctx, parts[0]); small.Header.Get("Range") != parts[0].Received() {
					suite.Blocked(require.PushBlobChunkRange, small, "the Range of a small chunk is wrong, too")
				}
			}
			Expect(answer).To(HaveHeader("Range", got.parts[i].Received()))
		}
	})
})

// Some registries keep small blobs in another place than large ones.
var _ = Describe("Pushing a blob of more than a mebibyte", func() {
	const size = 1<<20 + 7

	It("does not store it under the digest of other content", require.PushBlobPostPutDigestMismatch, func(ctx SpecContext) {
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), size)
		blob.Digest = fixtures.NewBlob(suite.Nonce(), 64).Digest
		put := repo.PutUpload(ctx, repo.OpenUpload(ctx).Location, blob.Digest.String(), blob.Data, wire.Moving(size))
		if put.OK() || repo.HasBlob(ctx, blob) {
			small := misnamed()
			needNotStored(ctx, repo, repo.OpenUpload(ctx).PutWhole(ctx, small), small, require.PushBlobPostPutDigestMismatch)
		}
		answer := *put
		if answer.Status >= 400 {
			answer.Err = nil // some registries return the whole blob in the error, which is then too long to be read
		}
		expectNotStored(ctx, repo, &answer, blob)
	})
	It("stores it after a single POST", require.PushBlobSinglePostStored, func(ctx SpecContext) {
		suite.Need(ctx, suite.SinglePost)
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), size)
		post := repo.PostBlob(ctx, blob.Digest.String(), blob.Data, wire.Moving(size))
		needSinglePost(post)
		if !post.OK() {
			suite.NotApplicable("the registry does not accept the blob; another spec judges that")
		}
		expectStored(ctx, repo, blob, inOnePut(ctx, repo))
	})
	It("stores it after two chunks", require.PushBlobChunkStored, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		session := repo.OpenUpload(ctx)
		blob := fixtures.NewBlob(suite.Nonce(), session.ChunkMinimum(size)+7)
		for _, part := range blob.Chunks(len(blob.Data) - 7) {
			session.Patch(ctx, part, wire.Moving(int64(len(part.Data))))
		}
		if put := session.Put(ctx, blob); !put.OK() {
			suite.NotApplicable("the registry does not accept the blob; other specs judge that")
		}
		expectStored(ctx, repo, blob, inOnePut(ctx, repo))
	})
	It("makes it available where it was mounted", require.PushBlobMountLocationPullable, func(ctx SpecContext) {
		suite.Need(ctx, suite.Mount)
		from, to := suite.Repo(ctx), suite.Repo2(ctx)
		c := mountCase{title: "a large blob", blob: fixtures.NewBlob(suite.Nonce(), size)}
		if !from.PostThenPut(ctx, c.blob).OK() {
			suite.NotApplicable("the registry does not accept the blob; other specs judge that")
		}
		c.look(ctx, to, to.Mount(ctx, c.blob.Digest.String(), from.Name()))
		expectMounted(ctx, []mountCase{c})
	})
})

// Software that copies by buffers may treat a blob of exactly one buffer in another way.
var _ = Describe("Pushing a blob of the size of a buffer", func() {
	It("stores it", require.PushBlobPostPutStored, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		for _, size := range []int{1, 512, 4 << 10, 8 << 10, 32 << 10, 64 << 10} {
			blob := fixtures.NewBlob(suite.Nonce(), size)
			suite.Must(repo.OpenUpload(ctx).PutWhole(ctx, blob), require.PushBlobPostPutStatus)
			expectStored(ctx, repo, blob, inOnePut(ctx, repo))
		}
	})
})
