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

// uploadWay is a way to push data under a digest. It returns the response to the last
// request, or the first refusal.
type uploadWay struct {
	title    string
	mismatch require.ID // nothing is stored under the digest of other content
	push     func(ctx context.Context, repo *suite.Repository, digest string, data []byte) *wire.Exchange
}

// started starts an upload and goes on at its location.
func started(goOn func(ctx context.Context, repo *suite.Repository, start *wire.Exchange, digest string, data []byte) *wire.Exchange) func(context.Context, *suite.Repository, string, []byte) *wire.Exchange {
	return func(ctx context.Context, repo *suite.Repository, digest string, data []byte) *wire.Exchange {
		start := repo.StartUpload(ctx)
		if _, err := start.Location(); err != nil || !start.OK() {
			return start
		}
		return goOn(ctx, repo, start, digest, data)
	}
}

// uploadWays are the ways to push a blob.
var uploadWays = []uploadWay{
	{"in one PUT", require.PushBlobPostPutDigestMismatch, started(func(ctx context.Context, repo *suite.Repository, start *wire.Exchange, digest string, data []byte) *wire.Exchange {
		location, _ := start.Location() // it was there
		return repo.PutUpload(ctx, location, digest, data)
	})},
	{"in a chunk", require.PushBlobChunkDigestMismatch, started(func(ctx context.Context, repo *suite.Repository, start *wire.Exchange, digest string, data []byte) *wire.Exchange {
		location, _ := start.Location() // it was there
		patch := repo.PatchUpload(ctx, location, fixtures.Chunk{Data: data}.ContentRange(), data)
		if moved, err := patch.Location(); err == nil {
			location = moved
		}
		if !patch.OK() {
			return patch
		}
		return repo.PutUpload(ctx, location, digest, nil)
	})},
	{"in a single POST", require.PushBlobSinglePostDigestMismatch, func(ctx context.Context, repo *suite.Repository, digest string, data []byte) *wire.Exchange {
		return repo.PostBlob(ctx, digest, data)
	}},
}

// untrue is an upload of other content under the digest of a blob that exists.
type untrue struct {
	way    uploadWay
	data   []byte
	answer *wire.Exchange
	title  string
}

// done says whether the upload was answered as if the blob was pushed. A single POST
// may only start an upload.
func (u untrue) done() bool {
	return u.answer.OK() && (u.answer.Endpoint != wire.EndUploadSingle || u.answer.Status != http.StatusAccepted)
}

// A registry that finds the digest among its blobs may save itself the work: it does not
// look at the content. Then it confirms what was not pushed.
var _ = Describe("Pushing other content under the digest of a blob that exists", func() {
	type pushed struct {
		blob                fixtures.Blob
		here, there         []untrue // in its repository, and in another one
		get, head, getThere *wire.Exchange
	}
	push := suite.Once(func(ctx context.Context) pushed {
		repo, elsewhere := suite.Repo(ctx), suite.Repo2(ctx)
		p := pushed{blob: fixtures.NewBlob(suite.Nonce(), 64)}
		repo.PushBlob(ctx, p.blob)
		digest := p.blob.Digest.String()
		for _, way := range uploadWays {
			p.here = append(p.here, untrue{way: way, data: fixtures.NewBlob(suite.Nonce(), 64).Data, title: way.title})
		}
		p.here = append(p.here, untrue{way: uploadWays[0], data: []byte{}, title: "of no bytes in one PUT"})
		for _, way := range []uploadWay{uploadWays[0], uploadWays[2]} {
			p.there = append(p.there, untrue{way: way, data: fixtures.NewBlob(suite.Nonce(), 64).Data, title: way.title + " to another repository"})
		}
		var all []func(context.Context)
		for _, some := range []struct {
			repo    *suite.Repository
			uploads []untrue
		}{{repo, p.here}, {elsewhere, p.there}} {
			for i := range some.uploads {
				u := &some.uploads[i]
				all = append(all, func(ctx context.Context) { u.answer = u.way.push(ctx, some.repo, digest, u.data) })
			}
		}
		suite.Concurrently(ctx, all...)
		left := suite.AtOnce(ctx,
			func(ctx context.Context) *wire.Exchange { return repo.GetBlob(ctx, digest) },
			func(ctx context.Context) *wire.Exchange { return repo.HeadBlob(ctx, digest) },
			func(ctx context.Context) *wire.Exchange { return elsewhere.GetBlob(ctx, digest) })
		p.get, p.head, p.getThere = left[0], left[1], left[2]
		return p
	})

	// needRefused ends the spec if an upload of the same kind is not refused under a
	// digest that no blob has, either.
	needRefused := func(ctx SpecContext, uploads []untrue) {
		for _, u := range uploads {
			if !u.done() {
				continue
			}
			unknown := suite.MissingDigest()
			u.answer = u.way.push(ctx, suite.Repo(ctx), unknown, u.data)
			if u.done() && u.way.mismatch != suite.Judging(ctx) {
				suite.Blocked(u.way.mismatch, u.answer, "other content is accepted under a digest that no blob has, too")
			}
			if pull := suite.Repo(ctx).GetBlob(ctx, unknown); pull.OK() {
				suite.Blocked(u.way.mismatch, pull, "other content is stored under a digest that no blob has, too")
			}
		}
	}

	It("is refused", require.PushBlobDigestMismatchKnown, func(ctx SpecContext) {
		p := push(ctx)
		var cases []Case
		for _, uploads := range [][]untrue{p.here, p.there} {
			needRefused(ctx, uploads)
			for _, u := range uploads {
				if u.answer.Endpoint != wire.EndUploadSingle || u.done() {
					cases = append(cases, Case{Title: u.title, Exchange: u.answer})
				}
			}
		}
		ExpectEach(cases).To(BeRefused())
	})
	It("leaves the blob unchanged", require.PushBlobDigestMismatchKept, func(ctx SpecContext) {
		p := push(ctx)
		if !isBlob(p.get, p.blob) || !p.head.OK() {
			needRefused(ctx, p.here)
			needRefused(ctx, p.there)
			suite.Repo(ctx).ControlBlob(ctx)
			_, stored := suite.StoredBlob(ctx, 64)
			suite.Must(suite.Repo(ctx).HeadBlob(ctx, stored.Digest.String()), require.PullBlobHeadStatus)
		}
		Expect(p.get).To(BeAccepted())
		Expect(p.get).To(HaveBody(p.blob.Data))
		Expect(p.head).To(BeAccepted())
	})
	It("gives the blob to no other repository", require.PushBlobPostPutDigestMismatch, func(ctx SpecContext) {
		p := push(ctx)
		if p.getThere.OK() {
			needRefused(ctx, p.there)
			_, stored := suite.StoredBlob(ctx, 64)
			if shared := suite.Repo2(ctx).GetBlob(ctx, stored.Digest.String()); shared.OK() {
				suite.Blocked(require.SecurityIsolationBlob, shared, "the blobs of the repository can be pulled from the other one, too")
			}
			suite.Repo2(ctx).ControlUnknownBlob(ctx)
		}
		Expect(p.getThere).To(BeRefused())
	})
})
