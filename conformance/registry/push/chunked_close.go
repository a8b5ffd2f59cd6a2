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

// longChunk is the size in bytes of a last chunk. It is long enough for any registry
// with a minimum of its own.
const longChunk = 64 << 10

var _ = Describe("Closing a chunked upload", func() {
	for _, how := range []string{"with the last chunk sent by PATCH", "with the last chunk in the PUT"} {
		Context(how, func() {
			var (
				repo *suite.Repository
				blob fixtures.Blob
				put  *wire.Exchange
			)

			// pushed sends two chunks and a last one of lastSize bytes. It returns the
			// refusal of the last one, or the response to the closing PUT.
			pushed := func(ctx context.Context, lastSize int) blobPush {
				session := suite.Repo(ctx).OpenUpload(ctx)
				size := session.ChunkMinimum(128)
				blob := fixtures.NewBlob(suite.Nonce(), 2*size+lastSize)
				parts := blob.Chunks(size)
				last := fixtures.Chunk{Start: 2 * size, Data: blob.Data[2*size:]}
				session.Chunk(ctx, parts[0])
				session.Chunk(ctx, parts[1])
				if how == "with the last chunk in the PUT" {
					return blobPush{blob, session.PutLast(ctx, blob, last)}
				}
				if patch := session.Patch(ctx, last); !patch.OK() {
					return blobPush{blob, patch}
				}
				return blobPush{blob, session.Put(ctx, blob)}
			}
			closed := suite.Once(func(ctx context.Context) blobPush { return pushed(ctx, 1) })

			BeforeEach(func(ctx SpecContext) {
				got := closed(ctx)
				repo, blob, put = suite.Repo(ctx), got.blob, got.answer
			})

			// needClosed ends the spec if the upload was not closed, and gives the
			// reason.
			needClosed := func(ctx SpecContext) {
				if put.OK() {
					return
				}
				if long := pushed(ctx, longChunk).answer; !long.OK() {
					by := require.PushBlobChunkCloseStatus
					if long.Endpoint == wire.EndUploadPatch {
						by = require.PushBlobChunkStatus
					}
					if by != suite.Judging(ctx) {
						suite.Blocked(by, long, "a long last chunk is refused, too")
					}
				} else if suite.Judging(ctx) != require.PushBlobChunkLast {
					suite.Blocked(require.PushBlobChunkLast, put, "a last chunk of one byte is refused, and a long one is accepted")
				}
			}

			It("accepts a last chunk of one byte", require.PushBlobChunkLast, func(ctx SpecContext) {
				if suite.Version(ctx) != require.V1_0 {
					needClosed(ctx)
				}
				Expect(put).To(BeAccepted())
			})

			// The same PUT closes both kinds of upload. If it is wrong for both, the
			// finding belongs to the upload in one PUT, which is simpler.
			whole := func(ctx SpecContext) *wire.Exchange {
				return repo.OpenUpload(ctx).PutWhole(ctx, fixtures.NewBlob(suite.Nonce(), 64))
			}

			It("returns 201 Created", require.PushBlobChunkCloseStatus, func(ctx SpecContext) {
				needClosed(ctx)
				if put.Status != http.StatusCreated {
					if other := whole(ctx); other.Status == put.Status {
						suite.Blocked(require.PushBlobPostPutStatus, other, "an upload in one PUT gets the same status")
					}
				}
				Expect(put).To(HaveStatus(http.StatusCreated))
			})
			It("returns a Location", require.PushBlobChunkCloseLocation, func(ctx SpecContext) {
				needClosed(ctx)
				suite.Must(put, require.PushBlobChunkCloseStatus)
				if _, err := put.Location(); err != nil {
					other := whole(ctx)
					if _, err := other.Location(); err != nil {
						suite.Blocked(require.PushBlobPostPutLocation, other, "an upload in one PUT returns no Location, either")
					}
				}
				Expect(put).To(HaveLocation())
			})
			It("returns a Location from which the blob can be pulled", require.PushBlobChunkCloseLocationPullable, func(ctx SpecContext) {
				needClosed(ctx)
				suite.Must(put, require.PushBlobChunkCloseStatus)
				if location, err := put.Location(); err == nil && !repo.Get(ctx, wire.EndBlob, location).OK() {
					other := whole(ctx)
					if there, err := other.Location(); err == nil && !repo.Get(ctx, wire.EndBlob, there).OK() {
						suite.Blocked(require.PushBlobPostPutLocationPullable, other, "the Location of an upload in one PUT cannot be pulled, either")
					}
				}
				expectBlobAtLocation(ctx, repo, put, blob, require.PushBlobChunkCloseLocation, require.PushBlobChunkStored)
			})
			It("stores the blob", require.PushBlobChunkStored, func(ctx SpecContext) {
				needClosed(ctx)
				suite.Must(put, require.PushBlobChunkCloseStatus)
				expectStored(ctx, repo, blob, inOnePut(ctx, repo))
			})
		})
	}
})

// As for an upload in one PUT: a registry that accepts a blob without a digest still has
// to store it.
var _ = Describe("Closing a chunked upload without a digest", func() {
	It("is refused, or stores the blob", require.PushBlobChunkStored, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		session := repo.OpenUpload(ctx)
		blob, parts := chunks(session)
		for _, part := range parts {
			session.Chunk(ctx, part)
		}
		put := repo.PutUpload(ctx, session.Location, "", nil, withoutDigest)
		if !put.OK() || repo.HasBlob(ctx, blob) {
			return
		}
		one := repo.PutUpload(ctx, repo.OpenUpload(ctx).Location, "", blob.Data, withoutDigest)
		if one.OK() && !repo.HasBlob(ctx, blob) {
			suite.Blocked(require.PushBlobPostPutStored, one, "an upload in one PUT without a digest is accepted and not stored, either")
		}
		expectStored(ctx, repo, inChunks(ctx, repo).push(0), inOnePut(ctx, repo)) // with its digest
		Expect(put).To(storeWithoutDigest)
	})
})
