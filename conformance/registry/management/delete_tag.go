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

var _ = Describe("Deleting a tag", func() {
	type deleted struct {
		deletion
		image             fixtures.Manifest
		tag, other        string
		byOther, byDigest *wire.Exchange // the other tag of the manifest, and its digest
	}
	remove := suite.Once(func(ctx context.Context) deleted {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		d := deleted{image: image, tag: suite.Tag(), other: suite.Tag()}
		d.feature, d.by = suite.TagDelete, require.ManagementTagDeleteStatus
		repo.PushTagged(ctx, d.tag, image)
		repo.PushTagged(ctx, d.other, image)
		d.del = repo.DeleteManifest(ctx, d.tag)
		left := d.look(ctx, get(repo, d.tag), head(repo, d.tag), get(repo, d.other), get(repo, image.Digest.String()))
		d.byOther, d.byDigest = left[0], left[1]
		d.pushAgain(ctx, put(repo, d.tag, image), get(repo, d.tag))
		return d
	})
	var (
		repo *suite.Repository
		d    deleted
	)

	BeforeEach(func(ctx SpecContext) { repo, d = suite.Repo(ctx), remove(ctx) })

	It("returns 202 Accepted", require.ManagementTagDeleteStatus, func() {
		d.expectAccepted()
	})
	It("returns 400 or 405 if the registry does not support it, and deletes nothing", require.ManagementTagDeleteDisabled, func(ctx SpecContext) {
		d.expectDisabled(ctx, repo.ControlTag)
	})
	It("makes the tag return 404 Not Found", require.ManagementTagDeleteGone, func(ctx SpecContext) {
		d.needDeleted()
		expectGone(ctx, d.get, repo.ControlUnknownTag)
		expectGone(ctx, d.head, headUnknown(head(repo, suite.Tag()), require.PullManifestHeadUnknown))
	})
	It("leaves the manifest and its other tags", require.ManagementTagDeleteOthers, func(ctx SpecContext) {
		d.needDeleted()
		expectContent(ctx, d.byOther, d.image.Data, "the manifest that was pushed, by the tag "+d.other, repo.ControlTag)
		expectContent(ctx, d.byDigest, d.image.Data, "the manifest that was pushed, by its digest", repo.ControlManifest)
	})
	It("allows the tag to be pushed again", require.ManagementRefusedAgain, func(ctx SpecContext) {
		d.expectAllowedAgain(ctx, repo.ControlTag)
	})
	It("allows the tag to be pushed and pulled again", require.ManagementTagDeleteAgain, func(ctx SpecContext) {
		d.expectBack(ctx, d.image.Data, repo.ControlTag)
	})
})

// A registry that keeps the history of a tag has to forget it, too.
var _ = Describe("Deleting a tag that was moved", func() {
	It("makes the tag return 404 Not Found", require.ManagementTagDeleteGone, func(ctx SpecContext) {
		suite.Need(ctx, suite.TagDelete)
		repo, tag := suite.Repo(ctx), suite.Tag()
		for range 2 {
			repo.PushTagged(ctx, tag, fixtures.NewImage(suite.Nonce()))
		}
		suite.Must(repo.DeleteManifest(ctx, tag), require.ManagementTagDeleteStatus)
		pull := repo.GetManifest(ctx, tag)
		if pull.Status != http.StatusNotFound {
			needTagGone(ctx, repo)
		}
		expectGone(ctx, pull, repo.ControlUnknownTag)
	})
})

// needTagGone ends the spec if the deleted tag of an image, which was never moved, does
// not return 404, either.
func needTagGone(ctx context.Context, repo *suite.Repository) {
	tag := suite.Tag()
	repo.PushTagged(ctx, tag, fixtures.NewImage(suite.Nonce()))
	if !repo.DeleteManifest(ctx, tag).OK() {
		return
	}
	if pull := repo.GetManifest(ctx, tag); pull.Status != http.StatusNotFound {
		suite.Blocked(require.ManagementTagDeleteGone, pull, "the deleted tag of an image does not return 404, either")
	}
}
