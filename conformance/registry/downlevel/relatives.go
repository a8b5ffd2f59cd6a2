package downlevel

import (
	"assay/conformance/suite"

	require "assay/conformance/requirements"
	. "assay/conformance/spec"
)

// What is known of the family after its artifacts were attached.
func indexAttached(f *family) []claim {
	return f.kept(f.attached, require.PullManifestGetBytes, indexByTag, indexBySecond, indexByDigest)
}

func childrenAttached(f *family) []claim {
	return f.kept(f.attached, require.PullManifestGetBytes, ofIndex, siblingOf)
}

func loneAttached(f *family) []claim {
	return f.kept(f.attached, require.PullManifestGetBytes, loneByDigest)
}

func blobsAttached(f *family) []claim {
	return f.kept(f.attached, require.PullBlobGetBytes, configOfChild, layerOfChild, configOfLone, layerOfLone)
}

func loneDetached(f *family) []claim {
	return f.kept(f.detached, require.PullManifestGetBytes, loneByDigest)
}

var _ = Describe("An index that an artifact is attached to, and one of its images, and an image without a tag", func() {
	It("are pulled unchanged", require.DownlevelImageKept, func(ctx SpecContext) {
		needAttached(ctx)
		if len(broken(indexAttached(kin(ctx)))) > 0 { // an artifact of one of its images may be the cause
			need(ctx, require.DownlevelImageInIndex, listing)
		}
		judgeKin(ctx, indexAttached)
		judgeKin(ctx, loneAttached)
	})
	It("leave the images that the index lists", require.DownlevelImageInIndex, func(ctx SpecContext) {
		needAttached(ctx)
		judgeKin(ctx, childrenAttached)
	})
	It("have their blobs unchanged", require.DownlevelImageBlobs, func(ctx SpecContext) {
		needAttached(ctx)
		judgeKin(ctx, blobsAttached)
	})
	It("can be deleted, and all their tags return 404 Not Found afterwards", require.DownlevelImageDeleted, func(ctx SpecContext) {
		suite.Need(ctx, suite.ManifestDelete)
		needAttached(ctx)
		judgeKin(ctx, func(f *family) []claim {
			claims := []claim{
				accepted("the delete of the index", f.del, require.ManagementManifestDeleteStatus),
				accepted("the delete of the image", f.delLone, require.ManagementManifestDeleteStatus),
			}
			if f.del.OK() {
				claims = append(claims, gone(indexByDigest, f.removed[indexByDigest], require.ManagementManifestDeleteGone))
				for _, name := range []string{indexByTag, indexBySecond, indexByThird, headIndex} {
					claims = append(claims, gone(name, f.removed[name], require.ManagementManifestDeleteTagsGone))
				}
			}
			if f.delLone.OK() {
				claims = append(claims, gone(loneByDigest, f.removed[loneByDigest], require.ManagementManifestDeleteGone))
				for _, name := range []string{loneByTag, loneBySecond, loneByThird, headLone} {
					claims = append(claims, gone(name, f.removed[name], require.ManagementManifestDeleteTagsGone))
				}
			}
			return claims
		})
	})
})

var _ = Describe("Deleting the only artifact", func() {
	It("of an index, or of one of its images, leaves the index and its images", require.DownlevelArtifactDeletedImage, func(ctx SpecContext) {
		needLeft(ctx)
		needKin(ctx, require.DownlevelImageKept, indexAttached)
		needKin(ctx, require.DownlevelImageInIndex, childrenAttached)
		judgeKin(ctx, func(f *family) []claim {
			return f.kept(f.detached, require.PullManifestGetBytes, indexByTag, indexBySecond, indexByDigest, ofIndex, siblingOf)
		})
	})
	It("of an image leaves the image's blobs", require.DownlevelArtifactDeletedBlobs, func(ctx SpecContext) {
		needLeft(ctx)
		needKin(ctx, require.DownlevelImageBlobs, blobsAttached)
		judgeKin(ctx, func(f *family) []claim {
			claims := f.kept(f.detached, require.PullBlobGetBytes, configOfChild, layerOfChild)
			if len(broken(loneDetached(f))) == 0 { // a registry may delete an image that has no tag
				claims = append(claims, f.kept(f.detached, require.PullBlobGetBytes, configOfLone, layerOfLone)...)
			}
			return claims
		})
	})
	It("of an image without a tag leaves the image", require.DownlevelArtifactDeletedUntagged, func(ctx SpecContext) {
		needLeft(ctx)
		needKin(ctx, require.DownlevelImageKept, loneAttached)
		judgeKin(ctx, loneDetached)
	})
})
