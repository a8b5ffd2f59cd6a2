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

// chunks cuts a new blob into three chunks of the minimum size that the registry
// announced. The last one could be shorter, but some specs do not send it last.
func chunks(s *suite.Session) (fixtures.Blob, []fixtures.Chunk) {
	size := s.ChunkMinimum(128)
	blob := fixtures.NewBlob(suite.Nonce(), 3*size)
	return blob, blob.Chunks(size)
}

var _ = Describe("Pushing a chunk of a blob", func() {
	var (
		first  fixtures.Chunk
		second fixtures.Chunk
		patch  *wire.Exchange
		next   *wire.Exchange // the response to the second chunk
	)
	type begun struct {
		session *suite.Session
		parts   []fixtures.Chunk
		patch   *wire.Exchange
		next    *wire.Exchange
	}

	begin := suite.Once(func(ctx context.Context) begun {
		session := suite.Repo(ctx).OpenUpload(ctx, wire.WithHeader("Content-Length", "0"))
		_, parts := chunks(session)
		return begun{session, parts, session.Patch(ctx, parts[0]), session.Patch(ctx, parts[1])}
	})

	BeforeEach(func(ctx SpecContext) {
		got := begin(ctx)
		first, second, patch = got.parts[0], got.parts[1], got.patch
		next = got.next
	})

	It("returns 202 Accepted", require.PushBlobChunkStatus, func() {
		Expect(patch).To(HaveStatus(http.StatusAccepted))
	})
	It("returns 202 Accepted for the second chunk, too", require.PushBlobChunkStatus, func(ctx SpecContext) {
		suite.Must(patch, require.PushBlobChunkStatus)
		if !next.OK() {
			needChunksInOrder(ctx)
		}
		if patch.Status != http.StatusAccepted && patch.Status == next.Status {
			suite.Blocked(require.PushBlobChunkStatus, patch, "the first chunk gets the same status")
		}
		Expect(next).To(HaveStatus(http.StatusAccepted))
	})
	It("returns a Location", require.PushBlobChunkLocation, func() {
		suite.Must(patch, require.PushBlobChunkStatus)
		Expect(patch).To(HaveLocation())
	})
	It("returns the range received so far", require.PushBlobChunkRange, func() {
		suite.Must(patch, require.PushBlobChunkStatus)
		Expect(patch).To(HaveHeader("Range", first.Received()))
	})
	It("returns the whole range received so far after the second chunk, too", require.PushBlobChunkRange, func() {
		suite.Must(patch, require.PushBlobChunkStatus)
		suite.Must(next, require.PushBlobChunkStatus)
		if wrong := patch.Header.Get("Range"); wrong != first.Received() {
			suite.Blocked(require.PushBlobChunkRange, patch, "the Range of the first chunk is wrong, too")
		}
		Expect(next).To(HaveHeader("Range", second.Received()))
	})
})

// expect416 judges the status of a chunk out of order. The spec is blocked if a
// chunk in order is refused, too.
func expect416(ctx SpecContext, patch *wire.Exchange) {
	if !patch.OK() && patch.Status != http.StatusRequestedRangeNotSatisfiable {
		needChunksInOrder(ctx)
	}
	Expect(patch).To(HaveStatus(http.StatusRequestedRangeNotSatisfiable))
}

// needChunksInOrder ends the spec unless two chunks in order are accepted.
func needChunksInOrder(ctx SpecContext) {
	session := suite.Repo(ctx).OpenUpload(ctx)
	_, parts := chunks(session)
	session.Chunk(ctx, parts[0])
	session.Chunk(ctx, parts[1])
}

var _ = Describe("Pushing a chunk out of order", func() {
	var (
		repo    *suite.Repository
		session *suite.Session
		blob    fixtures.Blob
		parts   []fixtures.Chunk
	)

	BeforeEach(func(ctx SpecContext) {
		repo = suite.Repo(ctx)
		session = repo.OpenUpload(ctx)
		blob, parts = chunks(session)
	})

	It("returns 416 if there is a gap before it", require.PushBlobChunkOutOfOrder, func(ctx SpecContext) {
		session.Chunk(ctx, parts[0])
		expect416(ctx, session.Patch(ctx, parts[2]))
	})
	It("returns 416 if it is the first and does not begin at 0", require.PushBlobChunkOutOfOrder, func(ctx SpecContext) {
		expect416(ctx, session.Patch(ctx, parts[1]))
	})
	It("returns 416 if it was sent before", require.PushBlobChunkOutOfOrder, func(ctx SpecContext) {
		session.Chunk(ctx, parts[0])
		expect416(ctx, session.Patch(ctx, parts[0]))
	})
	It("returns 416 if it is the last one, in the closing PUT", require.PushBlobChunkCloseOutOfOrder, func(ctx SpecContext) {
		session.Chunk(ctx, parts[0])
		last := session.PutLast(ctx, blob, parts[2])
		if !last.OK() && last.Status != http.StatusRequestedRangeNotSatisfiable {
			other := repo.OpenUpload(ctx)
			blob, parts := chunks(other)
			other.Chunk(ctx, parts[0])
			other.Chunk(ctx, parts[1])
			suite.Must(other.PutLast(ctx, blob, parts[2]), require.PushBlobChunkCloseStatus)
		}
		Expect(last).To(HaveStatus(http.StatusRequestedRangeNotSatisfiable))
	})
	It("leaves the upload usable", require.PushBlobChunkOutOfOrderResume, func(ctx SpecContext) {
		session.Chunk(ctx, parts[0])
		if before := session.Status(ctx); before.Header.Get("Range") != parts[0].Received() {
			suite.Blocked(require.PushBlobUploadStatusRangeValue, before, "the range received so far is wrong before the chunk out of order, too")
		}
		if gap := session.Patch(ctx, parts[2]); gap.OK() {
			suite.Blocked(require.PushBlobChunkOutOfOrder, gap, "the chunk out of order was accepted")
		}
		status := session.Status(ctx) // the same request succeeded before
		if !status.OK() {
			needStatusLocation(ctx)
		}
		Expect(status).To(BeAccepted())
		Expect(status).To(HaveHeader("Range", parts[0].Received()))
	})
})

// longChunk is the size in bytes of a last chunk that is long enough for any registry
// that has a minimum of its own.
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

			// needClosed ends the spec if the upload was not closed, and names why.
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

var _ = Describe("Closing a chunked upload under the digest of other content", func() {
	var (
		repo *suite.Repository
		blob fixtures.Blob
		put  *wire.Exchange
	)

	closed := suite.Once(func(ctx context.Context) blobPush {
		session := suite.Repo(ctx).OpenUpload(ctx)
		blob, parts := chunks(session)
		session.Chunk(ctx, parts[0])
		blob.Digest = fixtures.NewBlob(suite.Nonce(), 64).Digest
		return blobPush{blob, session.Put(ctx, blob)}
	})

	BeforeEach(func(ctx SpecContext) {
		got := closed(ctx)
		repo, blob, put = suite.Repo(ctx), got.blob, got.answer
	})

	It("does not store the blob", require.PushBlobChunkDigestMismatch, func(ctx SpecContext) {
		expectNotStored(ctx, repo, put, blob)
	})
	// The digest is that of the whole blob, and not that of the last chunk.
	It("does not store its last chunk as a blob", require.PushBlobChunkDigestMismatch, func(ctx SpecContext) {
		session := repo.OpenUpload(ctx)
		_, parts := chunks(session)
		session.Chunk(ctx, parts[0])
		last := fixtures.BlobOf(parts[1].Data)
		put := session.PutLast(ctx, last, parts[1])
		if put.OK() {
			needNotStored(ctx, repo, closed(ctx).answer, closed(ctx).blob, require.PushBlobChunkDigestMismatch)
			if whole := misnamed(); repo.OpenUpload(ctx).PutWhole(ctx, whole).OK() {
				suite.Blocked(require.PushBlobPostPutDigestMismatch, put, "an upload in one PUT is accepted under the digest of other content, too")
			}
		}
		expectNotStored(ctx, repo, put, last)
	})
	It("returns 400 Bad Request", require.PushBlobChunkDigestMismatchStatus, func(ctx SpecContext) {
		needNotStored(ctx, repo, put, blob, require.PushBlobChunkDigestMismatch)
		if put.Status != http.StatusBadRequest {
			other := fixtures.NewBlob(suite.Nonce(), 64)
			other.Digest = blob.Digest
			if whole := repo.OpenUpload(ctx).PutWhole(ctx, other); whole.Status == put.Status {
				suite.Blocked(require.PushBlobPostPutDigestMismatchStatus, whole, "an upload in one PUT gets the same status")
			}
		}
		Expect(put).To(HaveStatus(http.StatusBadRequest))
	})
})

// Real tools stream a blob in one PATCH without Content-Range and Content-Length. The
// specification does not mention this, but these tools fail if it does not work.
var _ = Describe("Streaming a blob in one PATCH", func() {
	It("is accepted and stores the blob", require.PushBlobStreamAccepted, func(ctx SpecContext) {
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 1024)
		session := repo.OpenUpload(ctx)
		patch := session.Stream(ctx, blob.Data)
		put := session.Put(ctx, blob)
		if !patch.OK() || !put.OK() {
			inChunksAlone(ctx)
		}
		Expect(patch).To(BeAccepted()) // other specs judge the status
		Expect(put).To(BeAccepted())
		expectStored(ctx, repo, blob, inOnePut(ctx, repo))
	})
})

// needStatusLocation ends the spec if GET of an upload returns a Location at which the
// upload is not.
func needStatusLocation(ctx SpecContext) {
	session := suite.Repo(ctx).OpenUpload(ctx)
	_, parts := chunks(session)
	session.Chunk(ctx, parts[0])
	suite.Must(session.Status(ctx), require.PushBlobUploadStatusStatus)
	if second := session.Status(ctx); !second.OK() {
		suite.Blocked(require.PushBlobUploadStatusLocation, second, "an upload without a chunk out of order is not at the Location that GET returned, either")
	}
}
