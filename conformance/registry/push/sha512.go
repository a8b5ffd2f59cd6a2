package push

import (
	"context"
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// openSHA512 starts an upload that will be completed under a SHA-512 digest. Only the
// draft has a parameter that announces this.
func openSHA512(ctx context.Context, repo *suite.Repository) *suite.Session {
	if suite.Version(ctx) != require.Draft {
		return repo.OpenUpload(ctx)
	}
	return repo.OpenUpload(ctx, wire.WithQuery("digest-algorithm", digest.SHA512.String()))
}

var _ = Describe("Content with a SHA-512 digest", func() {
	var repo *suite.Repository

	shared := suite.Once(func(ctx context.Context) fixtures.Blob { return sha512Blob(ctx, suite.Repo(ctx), 64) })

	BeforeEach(func(ctx SpecContext) {
		suite.Need(ctx, suite.SHA512)
		repo = suite.Repo(ctx)
	})

	It("is accepted and stored if it is a blob", require.PushSha512Blob, func(ctx SpecContext) {
		blob := fixtures.NewBlob(suite.Nonce(), 64).With(digest.SHA512)
		put := openSHA512(ctx, repo).PutWhole(ctx, blob)
		if !put.OK() {
			other := fixtures.NewBlob(suite.Nonce(), 64)
			suite.Must(repo.OpenUpload(ctx).PutWhole(ctx, other), require.PushBlobPostPutStatus)
		}
		Expect(put).To(BeAccepted())
		expectStored(ctx, repo, blob, inOnePut(ctx, repo))
	})
	It("is returned by GET with no digest of other content", require.PullBlobGetDigestValue, func(ctx SpecContext) {
		blob := shared(ctx)
		Expect(suite.Must(repo.GetBlob(ctx, blob.Digest.String()), require.PullBlobGetStatus)).To(HaveDigestOf(blob.Data))
	})
	It("is returned by HEAD with no digest of other content", require.PullBlobHeadDigestValue, func(ctx SpecContext) {
		blob := shared(ctx)
		Expect(suite.Must(repo.HeadBlob(ctx, blob.Digest.String()), require.PullBlobHeadStatus)).To(HaveDigestOf(blob.Data))
	})
	It("is not stored under the digest of other content", require.PushBlobPostPutDigestMismatch, func(ctx SpecContext) {
		shared(ctx) // or the algorithm is not supported
		blob := fixtures.NewBlob(suite.Nonce(), 64)
		blob.Digest = fixtures.NewBlob(suite.Nonce(), 64).With(digest.SHA512).Digest
		put := openSHA512(ctx, repo).PutWhole(ctx, blob)
		if put.OK() {
			plain := misnamed()
			needNotStored(ctx, repo, repo.OpenUpload(ctx).PutWhole(ctx, plain), plain, require.PushBlobPostPutDigestMismatch)
		}
		expectNotStored(ctx, repo, put, blob)
	})
	It("is accepted and stored if it is a blob pushed in chunks", require.PushSha512Chunk, func(ctx SpecContext) {
		session := openSHA512(ctx, repo)
		blob, parts := chunks(session)
		blob = blob.With(digest.SHA512)
		for _, part := range parts {
			session.Chunk(ctx, part)
		}
		put := session.Put(ctx, blob)
		if !put.OK() {
			needChunks(ctx, repo)
			sha512Blob(ctx, repo, 64)
		}
		Expect(put).To(BeAccepted())
		expectStored(ctx, repo, blob, inOnePut(ctx, repo))
	})
	It("is accepted and stored if it is a manifest", require.PushSha512Manifest, func(ctx SpecContext) {
		expectKept(ctx, repo, fixtures.NewImage(suite.Nonce()).With(digest.SHA512))
	})
	It("returns a Location from which it can be pulled if it is a manifest", require.PushManifestLocationPullable, func(ctx SpecContext) {
		image := fixtures.NewImage(suite.Nonce()).With(digest.SHA512)
		put := repo.PutWithContent(ctx, image.Digest.String(), image)
		location, err := put.Location()
		if !put.OK() || err != nil {
			suite.NotApplicable("the registry does not accept the manifest, or returns no Location; other specs judge that")
		}
		pull := repo.Get(ctx, wire.EndManifest, location, wire.WithHeader("Accept", strings.Join(wire.ManifestTypes, ", ")))
		if !isKept(pull, image) {
			repo.ControlManifest(ctx)
			if byDigest := repo.GetManifest(ctx, image.Digest.String()); !isKept(byDigest, image) {
				suite.NotApplicable("the manifest cannot be pulled by its digest, either; another spec judges that")
			}
		}
		Expect(pull).To(beKept(image))
	})
	It("is not stored under the digest of another manifest", require.PushManifestDigestMismatch, func(ctx SpecContext) {
		image, other := fixtures.NewImage(suite.Nonce()), fixtures.NewImage(suite.Nonce()).With(digest.SHA512)
		repo.PushContent(ctx, image)
		suite.DeleteLater(ctx, repo, image)
		repo.PutManifest(ctx, other.Digest.String(), image.MediaType, image.Data)
		pull := repo.GetManifest(ctx, other.Digest.String())
		if pull.OK() {
			needNothingThere(ctx)
			if m := pushMismatch(ctx); m.other.OK() {
				suite.Blocked(require.PushManifestDigestMismatch, m.other, "a manifest is stored under the SHA-256 digest of other content, too")
			}
		}
		Expect(pull).To(beNothing)
	})
	It("can be referenced by a tagged manifest", require.PushSha512References, func(ctx SpecContext) {
		plain := fixtures.NewImage(suite.Nonce())
		image := fixtures.NewImage(suite.Nonce(),
			fixtures.WithConfig(sha512Blob(ctx, repo, 32).As(plain.Blobs[0].MediaType)),
			fixtures.WithLayers(shared(ctx).As(plain.Blobs[1].MediaType)))
		image.Blobs = nil // they exist already; if this spec pushed them again, its clean-up would delete them
		answer := pushAndPull(ctx, repo, suite.Tag(), image)
		if !isKept(answer, image) {
			needOrdinaryTag(ctx)
		}
		Expect(answer).To(Check("the manifest to be accepted and stored unchanged", func(ex *wire.Exchange) (string, bool) {
			return ex.StatusAndReason(), isKept(ex, image)
		}))
	})
})

// sha512Blob pushes a blob under its SHA-512 digest.
func sha512Blob(ctx context.Context, repo *suite.Repository, size int) fixtures.Blob {
	blob := fixtures.NewBlob(suite.Nonce(), size).With(digest.SHA512)
	if put := openSHA512(ctx, repo).PutWhole(ctx, blob); !repo.HasBlob(ctx, blob) {
		suite.Blocked(require.PushSha512Blob, put, "a blob could not be pushed under its SHA-512 digest")
	}
	return blob
}

// needChunks ends the spec unless a chunked upload can be closed under a SHA-256
// digest.
func needChunks(ctx SpecContext, repo *suite.Repository) {
	session := repo.OpenUpload(ctx)
	blob, parts := chunks(session)
	for _, part := range parts {
		session.Chunk(ctx, part)
	}
	suite.Must(session.Put(ctx, blob), require.PushBlobChunkCloseStatus)
}

// A registry need not support the algorithm. The table of endpoints says how it answers.
var _ = Describe("Starting an upload for a digest in SHA-512", func() {
	It("returns 202, 404 or 400", require.PushBlobDigestAlgorithmStatus, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		start := repo.StartUpload(ctx, wire.WithQuery("digest-algorithm", digest.SHA512.String()))
		if start.Status != http.StatusAccepted {
			if plain := repo.OpenUpload(ctx).Start; start.OK() && plain.Status != http.StatusAccepted {
				suite.Blocked(require.PushBlobPostPutStartStatus, plain, "an upload that names no algorithm does not return 202, either")
			}
		}
		Expect(start).To(HaveStatus(http.StatusAccepted, http.StatusNotFound, http.StatusBadRequest))
	})
	It("returns 202, 404 or 400 for an algorithm that does not exist, too", require.PushBlobDigestAlgorithmStatus, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		start := func(algorithm string) *wire.Exchange {
			start := repo.StartUpload(ctx, wire.WithQuery("digest-algorithm", algorithm))
			if location, err := start.Location(); err == nil && start.OK() {
				repo.CancelUpload(ctx, location)
			}
			return start
		}
		allowed := HaveStatus(http.StatusAccepted, http.StatusNotFound, http.StatusBadRequest)
		answer := start("assay-" + suite.Nonce())
		if ok, _ := allowed.Match(answer); !ok {
			if known := start(digest.SHA512.String()); known.Status == answer.Status {
				suite.Blocked(require.PushBlobDigestAlgorithmStatus, known, "an upload for a digest in SHA-512 gets the same status")
			}
			suite.Must(repo.OpenUpload(ctx).Start, require.PushBlobPostPutStartStatus)
		}
		Expect(answer).To(allowed)
	})
	It("allows the upload to be completed with such a digest", require.PushBlobDigestAlgorithmCompleted, func(ctx SpecContext) {
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64).With(digest.SHA512)
		start := repo.StartUpload(ctx, wire.WithQuery("digest-algorithm", digest.SHA512.String()))
		location, err := start.Location()
		if start.Status != http.StatusAccepted || err != nil {
			suite.NotApplicable("no such upload was started; another spec judges that")
		}
		put := repo.PutUpload(ctx, location, blob.Digest.String(), blob.Data)
		if !put.OK() && !repo.OpenUpload(ctx).PutWhole(ctx, blob).OK() {
			suite.FeatureMissing(suite.SHA512, "an ordinary upload with such a digest is refused, too")
		}
		Expect(put).To(BeAccepted())
	})
})
