package downlevel

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/wire"
)

// manifests claims that the image is pulled unchanged.
func manifests(h *history) []claim {
	return []claim{
		unchanged(byTag, h.attached[byTag], h.image.Data, require.PullManifestGetBytes),
		unchanged(bySecondTag, h.attached[bySecondTag], h.image.Data, require.PullManifestGetBytes),
		unchanged(byDigest, h.attached[byDigest], h.image.Data, require.PullManifestGetBytes),
	}
}

// heads claims that HEAD finds the image.
func heads(h *history) []claim {
	return []claim{
		accepted(byHeadTag, h.attached[byHeadTag], require.PullManifestHeadStatus),
		accepted(byHead, h.attached[byHead], require.PullManifestHeadStatus),
	}
}

// blobs claims that the image's blobs are unchanged.
func blobs(h *history) []claim {
	return append(blobsAt(h, h.attached, require.PullBlobGetBytes), accepted(headLayer, h.attached[headLayer], require.PullBlobHeadStatus))
}

// blobsAt claims that the image's config and layers are unchanged.
func blobsAt(h *history, at look, by require.ID) []claim {
	return []claim{
		unchanged(config, at[config], configOf(h.image).Data, by),
		unchanged(layer, at[layer], layerOf(h.image).Data, by),
		unchanged(lastLayer, at[lastLayer], lastLayerOf(h.image).Data, by),
	}
}

// indexesAt claims that the index that lists the image is unchanged.
func indexesAt(h *history, at look) []claim {
	return []claim{
		unchanged(inIndex, at[inIndex], h.index.Data, require.PullManifestGetBytes),
		unchanged(inIndexTag, at[inIndexTag], h.index.Data, require.PullManifestGetBytes),
	}
}

func listing(h *history) []claim { return indexesAt(h, h.attached) }

// byAccept claims that a client gets the image for its Accept.
func byAccept(name string) question {
	return func(h *history) []claim {
		return []claim{unchanged(name, h.attached[name], h.image.Data, require.PullManifestGetBytes)}
	}
}

var _ = Describe("An image that artifacts are attached to", func() {
	It("is pulled unchanged by its tag and by its digest", require.DownlevelImageKept, func(ctx SpecContext) {
		judge(ctx, manifests)
	})
	It("is returned with its own Content-Type", require.DownlevelImageContentType, func(ctx SpecContext) {
		need(ctx, require.DownlevelImageKept, manifests)
		judge(ctx, func(h *history) []claim {
			var claims []claim
			for _, name := range []string{byTag, byDigest, byImageType} {
				claims = append(claims, contentType(name, h.attached[name], h.image.MediaType))
			}
			return claims
		})
	})
	It("is returned with its own digest", require.DownlevelImageDigestValue, func(ctx SpecContext) {
		need(ctx, require.DownlevelImageKept, manifests)
		judge(ctx, func(h *history) []claim {
			return []claim{
				digestOf(byTag, h.attached[byTag], h.image.Data, require.PullManifestGetDigestValue),
				digestOf(byDigest, h.attached[byDigest], h.image.Data, require.PullManifestGetDigestValue),
				digestOf(byHeadTag, h.attached[byHeadTag], h.image.Data, require.PullManifestHeadDigestValue),
				digestOf(byHead, h.attached[byHead], h.image.Data, require.PullManifestHeadDigestValue),
			}
		})
	})
	It("is found by HEAD", require.DownlevelImageHead, func(ctx SpecContext) {
		need(ctx, require.DownlevelImageKept, manifests)
		judge(ctx, heads)
	})
	It("has its own size in the Content-Length of HEAD", require.DownlevelImageHeadLength, func(ctx SpecContext) {
		need(ctx, require.DownlevelImageKept, manifests)
		need(ctx, require.DownlevelImageHead, heads)
		judge(ctx, func(h *history) []claim {
			size := strconv.Itoa(len(h.image.Data))
			return []claim{
				header(byHeadTag, h.attached[byHeadTag], "Content-Length", size, require.PullManifestHeadLength),
				header(byHead, h.attached[byHead], "Content-Length", size, require.PullManifestHeadLength),
			}
		})
	})
	It("is returned to a client that accepts images alone", require.DownlevelImageAccept, func(ctx SpecContext) {
		need(ctx, require.DownlevelImageKept, manifests)
		judge(ctx, byAccept(byImageType))
	})
	// A registry may refuse such a client an OCI image, or convert it. It must do the
	// same with artifacts as without.
	It("is the same to a client of Docker's media types as one without artifacts", require.DownlevelImageOldAccept, func(ctx SpecContext) {
		need(ctx, require.DownlevelImageKept, manifests)
		need(ctx, require.DownlevelImageAccept, byAccept(byImageType))
		with := together(ctx).attached[byDocker]
		if len(broken(byAccept(byDocker)(together(ctx)))) == 0 {
			return
		}
		before := alone(ctx)
		was := before.attached[byDocker]
		Expect(with).To(Check("what an image without artifacts returns: "+described(was), func(ex *wire.Exchange) (string, bool) {
			return described(ex), described(ex) == described(was) && !was.Is(before.image.Data)
		}))
	})
	It("is still returned as a member of an index", require.DownlevelImageInIndex, func(ctx SpecContext) {
		needListing(ctx)
		judge(ctx, listing)
	})
	It("has its config and layers unchanged", require.DownlevelImageBlobs, func(ctx SpecContext) {
		judge(ctx, blobs)
	})
	It("has layers of which a part can be pulled", require.DownlevelImageBlobRange, func(ctx SpecContext) {
		need(ctx, require.DownlevelImageBlobs, blobs)
		judge(ctx, func(h *history) []claim {
			data := layerOf(h.image).Data
			return []claim{{partOfLayer, h.attached[partOfLayer], "the part, or the whole layer", func(ex *wire.Exchange) (string, bool) {
				whole := ex.Status == http.StatusOK && ex.Is(data)
				return fmt.Sprintf("status %s, %d bytes", wire.StatusText(ex.Status), ex.BodySize),
					whole || ex.Status == http.StatusPartialContent && len(ex.Body) > 0 && strings.HasPrefix(string(data[10:20]), string(ex.Body))
			}, require.PullBlobRange}}
		})
	})
	It("has layers that are in another repository after they were mounted", require.DownlevelImageMounted, func(ctx SpecContext) {
		suite.Need(ctx, suite.Mount)
		need(ctx, require.DownlevelImageBlobs, blobs)
		if together(ctx).mounted == nil {
			suite.NotApplicable("the registry did not mount the layer: " + wire.StatusText(together(ctx).mount.Status))
		}
		judge(ctx, func(h *history) []claim {
			return []claim{unchanged("the layer after it was mounted", h.mounted, layerOf(h.image).Data, require.PushBlobMountStored)}
		})
	})
	It("can be pushed again to its tag", require.DownlevelImagePushed, func(ctx SpecContext) {
		judge(ctx, func(h *history) []claim {
			return []claim{accepted("the push of the same image to its tag", h.pushAgain, require.PushManifestStatus)}
		})
	})
	It("leaves the index that lists it when it is pushed again", require.DownlevelImageInIndex, func(ctx SpecContext) {
		needListing(ctx)
		need(ctx, require.DownlevelImageInIndex, listing)
		judge(ctx, func(h *history) []claim { return indexesAt(h, h.again) })
	})
	It("has its config and layers when its tags are moved or deleted, if it is still there", require.DownlevelImageUntagged, func(ctx SpecContext) {
		needUntagged(ctx)
		need(ctx, require.DownlevelImageBlobs, blobs)
		need(ctx, require.DownlevelArtifactDeletedBlobs, blobsWithout)
		judge(ctx, func(h *history) []claim { return blobsAt(h, h.untagged, require.ManagementTagDeleteOthers) })
	})
})

// needListing ends the spec if the registry does not take the index.
func needListing(ctx context.Context) {
	if pull := together(ctx).attached[inIndex]; pull.Status == http.StatusNotFound && alone(ctx).attached[inIndex].Status == http.StatusNotFound {
		suite.NotApplicable("the registry does not take the index")
	}
}

func described(ex *wire.Exchange) string {
	if !ex.OK() {
		return "status " + wire.StatusText(ex.Status)
	}
	return "status " + wire.StatusText(ex.Status) + ", Content-Type " + ex.MediaType()
}
