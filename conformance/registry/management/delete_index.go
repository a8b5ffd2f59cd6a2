package management

import (
	"context"

	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// A registry may refuse to delete manifests that an index lists. If it deletes one,
// nothing that has a tag may be deleted with it.
var _ = Describe("Deleting an index and its manifests", func() {
	type deleted struct {
		deletion        // of the index
		index, child    fixtures.Manifest
		delOther, byTag *wire.Exchange // the delete of another child, and then a pull of the index by its tag
		byChildTag      *wire.Exchange
	}
	remove := suite.Once(func(ctx context.Context) deleted {
		suite.Need(ctx, suite.ManifestDelete)
		repo, child, other := suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), fixtures.NewImage(suite.Nonce())
		tag, childTag := suite.Tag(), suite.Tag()
		repo.PushTagged(ctx, childTag, child)
		index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child, other})
		repo.PushTagged(ctx, tag, index)
		d := deleted{index: index, child: child}
		d.feature, d.by = suite.ManifestDelete, require.ManagementManifestDeleteStatus
		d.delOther = repo.DeleteManifest(ctx, other.Digest.String())
		d.byTag = repo.GetManifest(ctx, tag)
		d.del = repo.DeleteManifest(ctx, index.Digest.String())
		left := suite.AtOnce(ctx, get(repo, index.Digest.String()), get(repo, childTag))
		d.get, d.byChildTag = left[0], left[1]
		return d
	})
	var (
		repo *suite.Repository
		d    deleted
	)

	BeforeEach(func(ctx SpecContext) { repo, d = suite.Repo(ctx), remove(ctx) })

	It("leaves the index if one of its manifests is deleted", require.ManagementManifestDeleteOthers, func(ctx SpecContext) {
		if !d.delOther.OK() {
			suite.NotApplicable("the registry does not delete what an index lists")
		}
		expectContent(ctx, d.byTag, d.index.Data, "the index that was pushed, by its tag", controlIndex(repo))
	})
	It("leaves the tagged manifests that a deleted index lists", require.ManagementManifestDeleteOthers, func(ctx SpecContext) {
		d.needDeleted()
		expectContent(ctx, d.byChildTag, d.child.Data, "the manifest that the index lists, by its tag", repo.ControlTag)
	})
	It("makes a deleted index return 404 Not Found", require.ManagementManifestDeleteGone, func(ctx SpecContext) {
		d.needDeleted()
		expectGone(ctx, d.get, repo.ControlUnknownManifest)
	})
})

// controlIndex ends the spec if a tag does not return its index even when none of the
// children was deleted.
func controlIndex(repo *suite.Repository) func(context.Context) {
	return func(ctx context.Context) {
		repo.ControlTag(ctx)
		index, tag := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{fixtures.NewImage(suite.Nonce(), fixtures.WithOwnBlobs())}), suite.Tag()
		repo.PushTagged(ctx, tag, index)
		pull := suite.Must(repo.GetManifest(ctx, tag), require.PullManifestGetStatus)
		if !pull.Is(index.Data) {
			suite.Blocked(require.PullManifestGetBytes, pull, "an index of which nothing was deleted comes back changed, too")
		}
	}
}
