package management

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

var _ = Describe("Deleting a tag", func() {
	type deleted struct {
		image      fixtures.Manifest
		tag, other string
		del        *wire.Exchange
		// What is left: GET and HEAD of the tag, GET of the other tag and of the digest.
		get, head, byOther, byDigest *wire.Exchange
		again                        anew
	}
	remove := suite.Once(func(ctx context.Context) deleted {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		d := deleted{image: image, tag: suite.Tag(), other: suite.Tag()}
		repo.PushTagged(ctx, d.tag, image)
		repo.PushTagged(ctx, d.other, image)
		d.del = repo.DeleteManifest(ctx, d.tag)
		left := suite.AtOnce(ctx, get(repo, d.tag), head(repo, d.tag), get(repo, d.other), get(repo, image.Digest.String()))
		d.get, d.head, d.byOther, d.byDigest = left[0], left[1], left[2], left[3]
		if d.del.OK() {
			d.again.push = repo.PutManifest(ctx, d.tag, image.MediaType, image.Data)
			d.again.pull = repo.GetManifest(ctx, d.tag)
		}
		return d
	})
	var (
		repo *suite.Repository
		d    deleted
	)

	BeforeEach(func(ctx SpecContext) { repo, d = suite.Repo(ctx), remove(ctx) })

	It("returns 202 Accepted", require.ManagementTagDeleteStatus, func() {
		if unsupportedStatus(d.del) {
			suite.FeatureMissing(suite.TagDelete, "deleting a tag returned "+wire.StatusText(d.del.Status))
		}
		Expect(d.del).To(HaveStatus(http.StatusAccepted))
	})
	It("returns 400 or 405 if the registry does not support it, and deletes nothing", require.ManagementTagDeleteDisabled, func(ctx SpecContext) {
		if !unsupportedStatus(d.del) {
			suite.NeedUnsupported(ctx, suite.TagDelete)
		}
		expectDisabled(d.del)
		expectUntouched(ctx, d.del, d.get, repo.ControlTag)
	})
	It("makes the tag return 404 Not Found", require.ManagementTagDeleteGone, func(ctx SpecContext) {
		if unsupportedStatus(d.del) {
			suite.FeatureMissing(suite.TagDelete, "deleting a tag returned "+wire.StatusText(d.del.Status))
		}
		suite.Must(d.del, require.ManagementTagDeleteStatus)
		expectGone(ctx, d.get, repo.ControlUnknownTag)
		expectGone(ctx, d.head, headUnknown(repo, suite.Tag()))
	})
	It("leaves the manifest and its other tags", require.ManagementTagDeleteOthers, func(ctx SpecContext) {
		needDeleted(d.del, suite.TagDelete, require.ManagementTagDeleteStatus)
		expectLeft(ctx, repo, d.byOther, "the tag "+d.other, d.image)
		expectLeft(ctx, repo, d.byDigest, "the digest of the manifest", d.image)
	})
	It("allows the tag to be pushed again", require.ManagementRefusedAgain, func(ctx SpecContext) {
		needDeleted(d.del, suite.TagDelete, require.ManagementTagDeleteStatus)
		if !d.again.push.OK() {
			repo.ControlTag(ctx)
		}
		Expect(d.again.push).To(BeAccepted())
	})
	It("does not keep the tag from being pulled after a new push", require.ManagementTagDeleteAgain, func() {
		needDeleted(d.del, suite.TagDelete, require.ManagementTagDeleteStatus)
		d.again.expectBack(d.image.Data)
	})
})

// get and head are requests for a manifest, to be sent beside others.
func get(repo *suite.Repository, reference string) func(context.Context) *wire.Exchange {
	return func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, reference) }
}

func head(repo *suite.Repository, reference string) func(context.Context) *wire.Exchange {
	return func(ctx context.Context) *wire.Exchange { return repo.HeadManifest(ctx, reference) }
}
