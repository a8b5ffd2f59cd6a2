package downlevel

import (
	"context"

	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
)

var _ = Describe("Deleting an artifact", func() {
	It("leaves its image and the image's tags", require.DownlevelArtifactDeletedImage, func(ctx SpecContext) {
		needDetached(ctx)
		need(ctx, require.DownlevelImageKept, manifests)
		judge(ctx, func(h *history) []claim {
			return []claim{
				unchanged(byTag, h.without[byTag], h.image.Data, require.PullManifestGetBytes),
				unchanged(bySecondTag, h.without[bySecondTag], h.image.Data, require.PullManifestGetBytes),
				unchanged(byDigest, h.without[byDigest], h.image.Data, require.PullManifestGetBytes),
			}
		})
	})
	It("leaves the index that lists its image", require.DownlevelArtifactDeletedImage, func(ctx SpecContext) {
		needDetached(ctx)
		needListing(ctx)
		need(ctx, require.DownlevelImageInIndex, listing)
		need(ctx, require.DownlevelImageInIndex, func(h *history) []claim { return indexesAt(h, h.again) })
		judge(ctx, func(h *history) []claim { return indexesAt(h, h.without) })
	})
	It("leaves the blobs of its image, also those that the two share", require.DownlevelArtifactDeletedBlobs, func(ctx SpecContext) {
		needDetached(ctx)
		need(ctx, require.DownlevelImageBlobs, blobs)
		needShared(ctx)
		judge(ctx, blobsWithout)
	})
	It("leaves the other artifacts of its image, and the blobs that they share", require.DownlevelArtifactDeletedArtifacts, func(ctx SpecContext) {
		needDetached(ctx)
		need(ctx, require.DownlevelArtifactKept, whenAttached)
		need(ctx, require.DownlevelArtifactImagePushed, whenAgain)
		judge(ctx, whenWithout)
		need(ctx, require.DownlevelArtifactBlobs, contents)
		needShared(ctx)
		judge(ctx, contentsWithout)
	})
})

var _ = Describe("Deleting an image that artifacts are attached to", func() {
	It("is possible, and makes it return 404 Not Found", require.DownlevelImageDeleted, func(ctx SpecContext) {
		needImage(ctx)
		judge(ctx, func(h *history) []claim {
			claims := []claim{accepted("the delete of the image", h.remove, require.ManagementManifestDeleteStatus)}
			if h.remove.OK() {
				claims = append(claims, gone(byDigest, h.removed[byDigest], require.ManagementManifestDeleteGone))
			}
			return claims
		})
	})
	It("leaves another image, and the blobs that they share", require.DownlevelImageDeletedOthers, func(ctx SpecContext) {
		needRemoved(ctx)
		need(ctx, require.DownlevelTagMoved, moved)
		need(ctx, require.DownlevelImageBlobs, blobs)
		needShared(ctx)
		need(ctx, require.DownlevelArtifactDeletedBlobs, blobsWithout)
		need(ctx, require.DownlevelImageUntagged, func(h *history) []claim { return blobsAt(h, h.untagged, "") })
		judge(ctx, func(h *history) []claim {
			return append(blobsRemoved(h), unchanged(otherImage, h.removed[otherImage], h.other.Data, require.ManagementManifestDeleteOthers))
		})
	})
})

// blobsWithout claims that the image's blobs stay after the artifact is deleted.
func blobsWithout(h *history) []claim { return blobsAt(h, h.without, require.PullBlobGetBytes) }

// blobsRemoved claims that blobs shared with another image stay after the image is
// deleted.
func blobsRemoved(h *history) []claim {
	return blobsAt(h, h.removed, require.ManagementManifestDeleteOthers)
}

// needShared ends the spec in this case: a blob was deleted with an artifact, and the
// delete of an image also deletes a blob that another image shares.
func needShared(ctx context.Context) {
	if len(broken(append(blobsWithout(together(ctx)), contentsWithout(together(ctx))...))) == 0 {
		return
	}
	for _, c := range broken(blobsRemoved(alone(ctx))) {
		needOrdinary(ctx, c.ex)
		suite.Blocked(c.by, c.ex, "the blobs of an image go with another image that is deleted, too")
	}
}

// needDetached ends the spec unless an artifact was deleted.
func needDetached(ctx context.Context) {
	suite.Need(ctx, suite.ManifestDelete)
	h := together(ctx)
	for _, del := range h.deletes {
		if del.OK() {
			return
		}
	}
	if len(h.deletes) == 0 {
		suite.NotApplicable("the registry does not take an artifact that can be deleted alone")
	}
	suite.Must(h.deletes[0], require.ManagementManifestDeleteStatus)
}

// needImage ends the spec unless the image existed before the delete.
func needImage(ctx context.Context) {
	suite.Need(ctx, suite.ManifestDelete)
	if !together(ctx).untagged[byDigest].OK() {
		suite.NotApplicable("the image was not there any more: it was deleted with its last tag")
	}
}

// needRemoved ends the spec unless the image was deleted.
func needRemoved(ctx context.Context) {
	needImage(ctx)
	suite.Must(together(ctx).remove, require.DownlevelImageDeleted)
}
