package management

import (
	"context"
	"net/http"

	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// A registry may delete an index together with its only tag, and then the manifests that
// it lists. As long as the index is there, its manifests have to be there.
var _ = Describe("Deleting the tag of an index", func() {
	type deleted struct {
		deletion
		index, child   fixtures.Manifest
		byDigest, kept *wire.Exchange // the index by its digest, and the child
		byTag          *wire.Exchange
	}
	remove := suite.Once(func(ctx context.Context) deleted {
		suite.Need(ctx, suite.TagDelete)
		repo, child, tag := suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag()
		d := deleted{index: fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child}), child: child}
		d.feature, d.by = suite.TagDelete, require.ManagementTagDeleteStatus
		repo.PushTagged(ctx, tag, d.index)
		d.del = repo.DeleteManifest(ctx, tag)
		left := suite.AtOnce(ctx, get(repo, d.index.Digest.String()), get(repo, child.Digest.String()), get(repo, tag))
		d.byDigest, d.kept, d.byTag = left[0], left[1], left[2]
		return d
	})

	It("makes the tag return 404 Not Found", require.ManagementTagDeleteGone, func(ctx SpecContext) {
		d, repo := remove(ctx), suite.Repo(ctx)
		d.needDeleted()
		if d.byTag.Status != http.StatusNotFound {
			needTagGone(ctx, repo)
		}
		expectGone(ctx, d.byTag, repo.ControlUnknownTag)
	})
	It("leaves its manifests if the index is still there", require.ManagementTagDeleteOthers, func(ctx SpecContext) {
		d := remove(ctx)
		d.needDeleted()
		if !d.byDigest.OK() {
			suite.NotApplicable("the index was deleted with its only tag")
		}
		expectContent(ctx, d.kept, d.child.Data, "the manifest that the index lists", suite.Repo(ctx).ControlManifest)
	})
	It("leaves its manifests if the index is deleted, too", require.ManagementManifestDeleteChildren, func(ctx SpecContext) {
		d := remove(ctx)
		d.needDeleted()
		if d.byDigest.OK() {
			suite.NotApplicable("the index is still there")
		}
		expectContent(ctx, d.kept, d.child.Data, "the manifest that the index listed", suite.Repo(ctx).ControlManifest)
	})
})
