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
		both, untagged  fixtures.Manifest // children without a tag; another index lists the first, too
		byBoth, byAlone *wire.Exchange
		byOtherIndex    *wire.Exchange // another index, by its tag
		otherIndex      fixtures.Manifest
	}
	remove := suite.Once(func(ctx context.Context) deleted {
		suite.Need(ctx, suite.ManifestDelete)
		repo, child, other := suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), fixtures.NewImage(suite.Nonce())
		tag, childTag := suite.Tag(), suite.Tag()
		repo.PushTagged(ctx, childTag, child)
		d := deleted{child: child, both: fixtures.NewImage(suite.Nonce()), untagged: fixtures.NewImage(suite.Nonce())}
		index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child, other, d.both, d.untagged})
		repo.PushTagged(ctx, tag, index)
		d.index, d.otherIndex = index, fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{d.both})
		otherTag := suite.Tag()
		suite.Must(repo.PutManifest(ctx, otherTag, d.otherIndex.MediaType, d.otherIndex.Data), require.PushManifestStatus)
		d.feature, d.by = suite.ManifestDelete, require.ManagementManifestDeleteStatus
		d.delOther = repo.DeleteManifest(ctx, other.Digest.String())
		d.byTag = repo.GetManifest(ctx, tag)
		d.del = repo.DeleteManifest(ctx, index.Digest.String())
		left := suite.AtOnce(ctx, get(repo, index.Digest.String()), get(repo, childTag),
			get(repo, d.both.Digest.String()), get(repo, d.untagged.Digest.String()), get(repo, otherTag))
		d.get, d.byChildTag, d.byBoth, d.byAlone, d.byOtherIndex = left[0], left[1], left[2], left[3], left[4]
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
	It("leaves the manifests of a deleted index that another index lists, and that index", require.ManagementManifestDeleteOthers, func(ctx SpecContext) {
		d.needDeleted()
		expectContent(ctx, d.byOtherIndex, d.otherIndex.Data, "another index that lists one of its manifests, by its tag", controlIndex(repo))
		expectContent(ctx, d.byBoth, d.both.Data, "the manifest that another index lists, too", repo.ControlManifest)
	})
	It("leaves the manifests of a deleted index that have no tag", require.ManagementManifestDeleteChildren, func(ctx SpecContext) {
		d.needDeleted()
		if !d.byBoth.OK() {
			suite.Blocked(require.ManagementManifestDeleteOthers, d.byBoth, "a manifest that another index lists was deleted, too")
		}
		expectContent(ctx, d.byAlone, d.untagged.Data, "the manifest that the index listed", repo.ControlManifest)
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
