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
		image, other fixtures.Manifest
		tags         []string // of the image
		otherTag     string
		del          *wire.Exchange
		// What is left: GET and HEAD by digest, GET of each tag and HEAD of the first,
		// GET of the other manifest.
		get, head *wire.Exchange
		byTag     []*wire.Exchange
		headTag   *wire.Exchange
		left      *wire.Exchange
		blobs     []*wire.Exchange // that the other manifest shares with it
		again     anew
	}
	remove := suite.Once(func(ctx context.Context) deleted {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		d := deleted{image: image, tags: []string{suite.Tag(), suite.Tag()}, otherTag: suite.Tag()}
		d.other = image.Edit(func(doc map[string]any) { doc["annotations"].(map[string]any)["org.example.other"] = suite.Nonce() })
		for _, tag := range d.tags {
			repo.PushTagged(ctx, tag, image)
		}
		repo.PushTagged(ctx, d.otherTag, d.other)
		digest := image.Digest.String()
		d.del = repo.DeleteManifest(ctx, digest)
		looks := []func(context.Context) *wire.Exchange{
			get(repo, digest), head(repo, digest), get(repo, d.tags[0]), get(repo, d.tags[1]), head(repo, d.tags[0]), get(repo, d.otherTag),
		}
		for _, b := range d.other.Blobs {
			looks = append(looks, func(ctx context.Context) *wire.Exchange { return repo.GetBlob(ctx, b.Digest.String()) })
		}
		left := suite.AtOnce(ctx, looks...)
		d.get, d.head, d.byTag, d.headTag, d.left, d.blobs = left[0], left[1], left[2:4], left[4], left[5], left[6:]
		if d.del.OK() {
			d.again.push = repo.PutManifest(ctx, digest, image.MediaType, image.Data)
			d.again.pull = repo.GetManifest(ctx, digest)
		}
		return d
	})
	var (
		repo *suite.Repository
		d    deleted
	)

	BeforeEach(func(ctx SpecContext) { repo, d = suite.Repo(ctx), remove(ctx) })

	It("returns 202 Accepted", require.ManagementManifestDeleteStatus, func() {
		if unsupportedStatus(d.del) {
			suite.FeatureMissing(suite.ManifestDelete, "deleting a manifest returned "+wire.StatusText(d.del.Status))
		}
		Expect(d.del).To(HaveStatus(http.StatusAccepted))
	})
	It("returns 400 or 405 if the registry does not support it, and deletes nothing", require.ManagementManifestDeleteDisabled, func(ctx SpecContext) {
		if !unsupportedStatus(d.del) {
			suite.NeedUnsupported(ctx, suite.ManifestDelete)
		}
		expectDisabled(d.del)
		expectUntouched(ctx, d.del, d.get, repo.ControlManifest)
	})
	It("makes the manifest return 404 Not Found", require.ManagementManifestDeleteGone, func(ctx SpecContext) {
		needDeleted(d.del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		expectGone(ctx, d.get, repo.ControlUnknownManifest)
		expectGone(ctx, d.head, headUnknown(repo, suite.MissingDigest()))
	})
	It("leaves other manifests, and the blobs that they share with it", require.ManagementManifestDeleteOthers, func(ctx SpecContext) {
		needDeleted(d.del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		expectLeft(ctx, repo, d.left, "the tag "+d.otherTag+" of another manifest", d.other)
		for _, pull := range d.blobs {
			if !pull.OK() {
				repo.ControlBlob(ctx)
			}
			Expect(pull).To(BeAccepted())
		}
	})
	It("makes its tags return 404 Not Found", require.ManagementManifestDeleteTagsGone, func(ctx SpecContext) {
		needDeleted(d.del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		if d.get.OK() {
			suite.Blocked(require.ManagementManifestDeleteGone, d.del, "the deleted manifest still exists")
		}
		for _, pull := range d.byTag {
			expectGone(ctx, pull, repo.ControlUnknownTag)
		}
		expectGone(ctx, d.headTag, headUnknown(repo, suite.Tag()))
	})
	It("allows the manifest to be pushed again", require.ManagementRefusedAgain, func(ctx SpecContext) {
		needDeleted(d.del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		if !d.again.push.OK() {
			repo.ControlManifest(ctx)
		}
		Expect(d.again.push).To(BeAccepted())
	})
	It("does not keep the manifest from being pulled after a new push", require.ManagementManifestDeleteAgain, func() {
		needDeleted(d.del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		d.again.expectBack(d.image.Data)
	})
	It("returns 404 Not Found in a repository that does not exist", require.ManagementManifestDeleteUnknownRepository, func(ctx SpecContext) {
		needDeleted(d.del, suite.ManifestDelete, require.ManagementManifestDeleteStatus)
		answer := suite.RepoNamed(ctx, suite.MissingRepository(ctx)).DeleteManifest(ctx, suite.MissingDigest())
		if errors.Is(answer.Err, wire.ErrCredentials) {
			suite.NotApplicable("the login does not reach repositories that do not exist")
		}
		Expect(answer).To(HaveStatus(http.StatusNotFound))
	})
})
