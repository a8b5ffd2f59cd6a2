package management

import (
	"context"
	"errors"
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

var _ = Describe("Deleting a manifest", func() {
	type deleted struct {
		deletion
		image, other fixtures.Manifest
		tags         []string // of the image
		otherTag     string
		byTag        []*wire.Exchange
		headTag      *wire.Exchange // of the first tag
		byOtherTag   *wire.Exchange
		blobs        []*wire.Exchange // blobs that the other manifest shares with it
	}
	remove := suite.Once(func(ctx context.Context) deleted {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce(), fixtures.WithOwnBlobs()) // no other spec pushes this image again
		repo.PushContent(ctx, image)
		blobs := image.Blobs
		image.Blobs = nil // they exist already
		d := deleted{image: image, tags: []string{suite.Tag(), suite.Tag()}, otherTag: suite.Tag()}
		d.feature, d.by = suite.ManifestDelete, require.ManagementManifestDeleteStatus
		d.other = image.Edit(func(doc map[string]any) { doc["annotations"].(map[string]any)["org.example.other"] = suite.Nonce() })
		for _, tag := range d.tags {
			repo.PushTagged(ctx, tag, image)
		}
		repo.PushTagged(ctx, d.otherTag, d.other)
		digest := image.Digest.String()
		d.del = repo.DeleteManifest(ctx, digest)
		others := []request{get(repo, d.tags[0]), get(repo, d.tags[1]), head(repo, d.tags[0]), get(repo, d.otherTag)}
		for _, b := range blobs {
			others = append(others, getBlob(repo, b.Digest.String()))
		}
		left := d.look(ctx, get(repo, digest), head(repo, digest), others...)
		d.byTag, d.headTag, d.byOtherTag, d.blobs = left[:2], left[2], left[3], left[4:]
		d.pushAgain(ctx, put(repo, digest, image), get(repo, digest))
		return d
	})
	var (
		repo *suite.Repository
		d    deleted
	)

	BeforeEach(func(ctx SpecContext) { repo, d = suite.Repo(ctx), remove(ctx) })

	It("returns 202 Accepted", require.ManagementManifestDeleteStatus, func() {
		d.expectAccepted()
	})
	It("returns 400 or 405 if the registry does not support it, and deletes nothing", require.ManagementManifestDeleteDisabled, func(ctx SpecContext) {
		d.expectDisabled(ctx, repo.ControlManifest)
	})
	It("makes the manifest return 404 Not Found", require.ManagementManifestDeleteGone, func(ctx SpecContext) {
		d.needDeleted()
		expectGone(ctx, d.get, repo.ControlUnknownManifest)
		expectGone(ctx, d.head, headUnknown(head(repo, suite.MissingDigest()), require.PullManifestHeadUnknown))
	})
	It("leaves other manifests, and the blobs that they share with it", require.ManagementManifestDeleteOthers, func(ctx SpecContext) {
		d.needDeleted()
		expectContent(ctx, d.byOtherTag, d.other.Data, "another manifest, by its tag "+d.otherTag, repo.ControlTag)
		for _, pull := range d.blobs {
			if !pull.OK() {
				repo.ControlBlob(ctx)
			}
			Expect(pull).To(BeAccepted())
		}
	})
	It("makes its tags return 404 Not Found", require.ManagementManifestDeleteTagsGone, func(ctx SpecContext) {
		d.needDeleted()
		if d.get.OK() {
			suite.Blocked(require.ManagementManifestDeleteGone, d.del, "the deleted manifest still exists")
		}
		for _, pull := range d.byTag {
			expectGone(ctx, pull, repo.ControlUnknownTag)
		}
		expectGone(ctx, d.headTag, headUnknown(head(repo, suite.Tag()), require.PullManifestHeadUnknown))
	})
	It("allows the manifest to be pushed again", require.ManagementRefusedAgain, func(ctx SpecContext) {
		for _, pull := range d.blobs {
			if d.push != nil && !d.push.OK() && !pull.OK() {
				suite.Blocked(require.ManagementManifestDeleteOthers, pull, "a blob of the manifest, which another one shares, was deleted with it")
			}
		}
		d.expectAllowedAgain(ctx, repo.ControlManifest)
	})
	It("allows the manifest to be pushed and pulled again", require.ManagementManifestDeleteAgain, func(ctx SpecContext) {
		d.expectBack(ctx, d.image.Data, repo.ControlManifest)
	})
	It("returns 404 Not Found in a repository that does not exist", require.ManagementManifestDeleteUnknownRepository, func(ctx SpecContext) {
		d.needDeleted()
		answer := suite.RepoNamed(ctx, suite.MissingRepository(ctx)).DeleteManifest(ctx, suite.MissingDigest())
		if errors.Is(answer.Err, wire.ErrCredentials) {
			suite.NotApplicable("the login does not reach repositories that do not exist")
		}
		Expect(answer).To(HaveStatus(http.StatusNotFound))
	})
})
