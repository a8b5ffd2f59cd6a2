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

// Clients ask for a blob before they push it. A cache in front of a registry may keep
// the answer, that there is no such blob.
var _ = Describe("A blob that was requested before it was pushed", func() {
	type asked struct {
		title           string
		push, head, get *wire.Exchange
	}
	ask := suite.Once(func(ctx context.Context) []asked {
		var all []asked
		var steps []func(context.Context)
		step := func(title string, repo *suite.Repository, push func(context.Context, fixtures.Blob) *wire.Exchange) {
			blob, i := fixtures.NewBlob(suite.Nonce(), 64), len(all)
			all = append(all, asked{title: title})
			steps = append(steps, func(ctx context.Context) {
				digest := blob.Digest.String()
				repo.HeadBlob(ctx, digest)
				repo.GetBlob(ctx, digest)
				all[i].push = push(ctx, blob)
				all[i].head, all[i].get = repo.HeadBlob(ctx, digest), repo.GetBlob(ctx, digest)
			})
		}
		repo, other := suite.Repo(ctx), suite.Repo2(ctx)
		for _, way := range uploadWays {
			step("pushed "+way.title, repo, func(ctx context.Context, b fixtures.Blob) *wire.Exchange {
				return way.push(ctx, repo, b.Digest.String(), b.Data)
			})
		}
		step("mounted", other, func(ctx context.Context, b fixtures.Blob) *wire.Exchange {
			repo.PostThenPut(ctx, b)
			return other.Mount(ctx, b.Digest.String(), repo.Name())
		})
		suite.Concurrently(ctx, steps...)
		return all
	})
	// stored are the cases in which the registry says that it has the blob.
	stored := func(ctx SpecContext, of func(asked) *wire.Exchange) (cases []Case) {
		for _, a := range ask(ctx) {
			if a.push.OK() && a.push.Status != http.StatusAccepted {
				cases = append(cases, Case{Title: "a blob that was " + a.title, Exchange: of(a)})
			}
		}
		return cases
	}
	gets := func(a asked) *wire.Exchange { return a.get }
	heads := func(a asked) *wire.Exchange { return a.head }
	ok := HaveStatus(http.StatusOK)

	// needUnasked ends the spec if blobs are not found either if nobody asked for them
	// before their push.
	needUnasked := func(ctx SpecContext) {
		suite.Repo(ctx).ControlUpload(ctx)
		for i, way := range uploadWays {
			blob := fixtures.NewBlob(suite.Nonce(), 64)
			push := way.push(ctx, suite.Repo(ctx), blob.Digest.String(), blob.Data)
			if push.Status == http.StatusCreated && !suite.Repo(ctx).GetBlob(ctx, blob.Digest.String()).OK() {
				suite.Blocked([]require.ID{require.PushBlobPostPutStored, require.PushBlobChunkStored, require.PushBlobSinglePostStored}[i], push, "a blob that nobody asked for before is not found, either")
			}
		}
		if suite.Has(ctx, suite.Mount) {
			if got := ordinaryMount(ctx); got.answer.OK() && !suite.Repo2(ctx).GetBlob(ctx, got.blob.Digest.String()).OK() {
				suite.Blocked(require.PushBlobMountLocationPullable, got.answer, "a mounted blob that nobody asked for before is not found, either")
			}
		}
	}

	It("is returned by GET", require.PullBlobGetStatus, func(ctx SpecContext) {
		if ExpectEach(stored(ctx, gets)).First(ok) != nil {
			needUnasked(ctx)
		}
		ExpectEach(stored(ctx, gets)).To(ok)
	})
	It("is found by HEAD", require.PullBlobHeadStatus, func(ctx SpecContext) {
		if ExpectEach(stored(ctx, heads)).First(ok) != nil {
			if missing := ExpectEach(stored(ctx, gets)).First(ok); missing != nil {
				needUnasked(ctx)
				suite.Blocked(require.PullBlobGetStatus, missing, "GET does not return the blob, either")
			}
			_, blob := suite.StoredBlob(ctx, 64)
			if plain := suite.Repo(ctx).HeadBlob(ctx, blob.Digest.String()); plain.Status != http.StatusOK {
				suite.Blocked(require.PullBlobHeadStatus, plain, "HEAD of another blob does not return 200, either")
			}
			if suite.Has(ctx, suite.Mount) {
				got := ordinaryMount(ctx)
				if head := suite.Repo2(ctx).HeadBlob(ctx, got.blob.Digest.String()); got.answer.OK() && !head.OK() {
					suite.Blocked(require.PushBlobMountStored, head, "HEAD does not find a mounted blob that nobody asked for before, either")
				}
			}
		}
		ExpectEach(stored(ctx, heads)).To(ok)
	})
})
