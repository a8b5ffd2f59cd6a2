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

// mountCase is a mount, and how the blob was pulled afterwards. The exchanges are nil if
// there was no such mount.
type mountCase struct {
	title      string
	blob       fixtures.Blob
	mount, get *wire.Exchange
}

// look pulls the blob if the mount says that it succeeded.
func (c *mountCase) look(ctx context.Context, to *suite.Repository, mount *wire.Exchange) {
	c.mount = mount
	if mount.Status == http.StatusCreated {
		c.get = to.GetBlob(ctx, c.blob.Digest.String())
	}
}

// expectMounted judges that the blobs can be pulled whose mounts returned 201.
func expectMounted(ctx SpecContext, cases []mountCase) {
	blobs, gets := map[*wire.Exchange]fixtures.Blob{}, []Case(nil)
	for _, c := range cases {
		if c.get != nil {
			blobs[c.get], gets = c.blob, append(gets, Case{Title: c.title, Exchange: c.get})
		}
	}
	there := Check("the blob that was mounted", func(ex *wire.Exchange) (string, bool) {
		return ex.StatusAndReason(), isBlob(ex, blobs[ex])
	})
	if ExpectEach(gets).First(there) != nil {
		needOrdinaryMount(ctx)
		needPushedAgain(ctx)
	}
	ExpectEach(gets).To(there)
}

// needOrdinaryMount ends the spec if an ordinary blob is not in both repositories after
// its mount.
func needOrdinaryMount(ctx SpecContext) {
	from, to := suite.Repo(ctx), suite.Repo2(ctx)
	c := mountCase{blob: fixtures.NewBlob(suite.Nonce(), 64)}
	from.PushBlob(ctx, c.blob)
	if c.look(ctx, to, to.Mount(ctx, c.blob.Digest.String(), from.Name())); c.get == nil {
		return
	}
	if !isBlob(c.get, c.blob) {
		to.ControlBlob(ctx)
		suite.Blocked(require.PushBlobMountLocationPullable, c.get, "an ordinary blob is not there after its mount, either")
	}
	if source := from.GetBlob(ctx, c.blob.Digest.String()); !isBlob(source, c.blob) {
		suite.Blocked(require.PushBlobMountSource, source, "a mounted blob is not in its source any more")
	}
}

// needPushedAgain ends the spec if a blob that was deleted is not there after it was
// pushed again.
func needPushedAgain(ctx SpecContext) {
	if !suite.Has(ctx, suite.BlobDelete) {
		return
	}
	repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
	repo.PushBlob(ctx, blob)
	del := repo.DeleteBlob(ctx, blob.Digest.String())
	if push := repo.PostThenPut(ctx, blob); del.OK() && push.OK() && !repo.GetBlob(ctx, blob.Digest.String()).OK() {
		suite.Blocked(require.ManagementBlobDeleteAgain, push, "a deleted blob is not there after its next push, either")
	}
}

var _ = Describe("Mounting a blob in an unusual case", func() {
	mount := suite.Once(func(ctx context.Context) []mountCase {
		suite.Need(ctx, suite.Mount)
		from, to := suite.Repo(ctx), suite.Repo2(ctx)
		ordinary := func() fixtures.Blob { return fixtures.NewBlob(suite.Nonce(), 64) }
		cases := []mountCase{
			{title: "a blob of zero bytes", blob: fixtures.BlobOf([]byte{})},
			{title: "the empty descriptor's blob", blob: fixtures.Empty()},
			{title: "a blob that was mounted before", blob: ordinary()},
			{title: "a blob that was pushed to the repository before", blob: ordinary()},
			{title: "a blob of the same repository", blob: ordinary()},
			{title: "a blob that was mounted, and then deleted", blob: ordinary()},
		}
		again := func(c *mountCase) func(context.Context) {
			return func(ctx context.Context) {
				from.PostThenPut(ctx, c.blob)
				if to.Mount(ctx, c.blob.Digest.String(), from.Name()).OK() {
					if c == &cases[5] {
						to.DeleteBlob(ctx, c.blob.Digest.String())
					}
					c.look(ctx, to, to.Mount(ctx, c.blob.Digest.String(), from.Name()))
				}
			}
		}
		// Other runs may delete a blob that everybody has: then it is pushed and mounted once more.
		common := func(c *mountCase) func(context.Context) {
			return func(ctx context.Context) {
				for range 2 {
					from.PostThenPut(ctx, c.blob)
					if c.look(ctx, to, to.Mount(ctx, c.blob.Digest.String(), from.Name())); c.get == nil || isBlob(c.get, c.blob) {
						return
					}
				}
			}
		}
		suite.Concurrently(ctx, common(&cases[0]), common(&cases[1]), again(&cases[2]),
			func(ctx context.Context) {
				from.PostThenPut(ctx, cases[3].blob)
				to.PostThenPut(ctx, cases[3].blob)
				cases[3].look(ctx, to, to.Mount(ctx, cases[3].blob.Digest.String(), from.Name()))
			},
			func(ctx context.Context) {
				to.PostThenPut(ctx, cases[4].blob)
				cases[4].look(ctx, to, to.Mount(ctx, cases[4].blob.Digest.String(), to.Name()))
			},
			again(&cases[5]))
		return cases
	})

	It("makes the blob available, if it returns 201 Created", require.PushBlobMountLocationPullable, func(ctx SpecContext) {
		expectMounted(ctx, mount(ctx))
	})
	It("returns 201 Created or 202 Accepted", require.PushBlobMountFallback, func(ctx SpecContext) {
		var cases []Case
		for _, c := range mount(ctx) {
			if c.mount != nil {
				cases = append(cases, Case{Title: c.title, Exchange: c.mount})
			}
		}
		if wrong := ExpectEach(cases).First(HaveStatus(http.StatusCreated, http.StatusAccepted)); wrong != nil {
			if plain := ordinaryMount(ctx).answer; plain.Status == wrong.Status {
				suite.Blocked(require.PushBlobMountStatus, plain, "the mount of an ordinary blob gets the same status")
			}
		}
		ExpectEach(cases).To(HaveStatus(http.StatusCreated, http.StatusAccepted))
	})
})

var _ = Describe("Mounting a blob that was deleted", func() {
	It("does not return 201 Created without the blob", require.PushBlobMountLocationPullable, func(ctx SpecContext) {
		suite.Need(ctx, suite.Mount)
		suite.Need(ctx, suite.BlobDelete)
		from, to := suite.Repo(ctx), suite.Repo2(ctx)
		c := mountCase{title: "a blob that was deleted in both repositories", blob: fixtures.NewBlob(suite.Nonce(), 64)}
		digest := c.blob.Digest.String()
		from.PushBlob(ctx, c.blob)
		if to.Mount(ctx, digest, from.Name()).Status == http.StatusCreated {
			to.DeleteBlob(ctx, digest)
		}
		suite.Must(from.DeleteBlob(ctx, digest), require.ManagementBlobDeleteStatus)
		if c.look(ctx, to, to.Mount(ctx, digest, from.Name())); c.get == nil || isBlob(c.get, c.blob) {
			return // a registry may find the blob in another place
		}
		if unknown := to.Mount(ctx, suite.MissingDigest(), from.Name()); unknown.Status == http.StatusCreated {
			suite.Blocked(require.PushBlobMountFallback, unknown, "the mount of a blob that never existed returns 201 Created, too")
		}
		expectMounted(ctx, []mountCase{c})
	})
})

var _ = Describe("A manifest whose blobs were mounted", func() {
	It("is accepted and stored unchanged", require.PushBlobMountReferenced, func(ctx SpecContext) {
		got := ordinaryMount(ctx)
		suite.Must(got.answer, require.PushBlobMountStatus)
		answer, image := pushWithBlob(ctx, got.blob)
		if !isKept(answer, image) {
			to, other := suite.Repo2(ctx), fixtures.NewBlob(suite.Nonce(), 64)
			if !to.HasBlob(ctx, got.blob) {
				suite.Blocked(require.PushBlobMountLocationPullable, answer, "the mounted blob is not there")
			}
			to.PushBlob(ctx, other)
			plain, m := pushWithBlob(ctx, other)
			ordinaryPush{m, plain}.need()
		}
		Expect(answer).To(beKept(image))
	})
})

// pushWithBlob pushes and pulls an image of the second repository whose config and layer
// are the blob, which is there.
func pushWithBlob(ctx SpecContext, blob fixtures.Blob) (*wire.Exchange, fixtures.Manifest) {
	plain := fixtures.NewImage(suite.Nonce())
	image := fixtures.NewImage(suite.Nonce(), fixtures.WithConfig(blob.As(plain.Blobs[0].MediaType)), fixtures.WithLayers(blob.As(plain.Blobs[1].MediaType)))
	image.Blobs = nil
	return pushAndPull(ctx, suite.Repo2(ctx), image.Digest.String(), image), image
}
