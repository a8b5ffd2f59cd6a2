package discovery

import (
	"net/http"
	"slices"
	"strings"

	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
)

// needUnreferred ends the spec if an image, its tag or the list of tags changes once an
// artifact refers to the image. Some of the tags here have artifacts, but images beside
// artifacts are another workflow.
func (h history) needUnreferred(ctx SpecContext) {
	image, tag := fixtures.NewImage(suite.Nonce(), fixtures.WithOwnBlobs()), suite.Tag()
	h.repo.PushTagged(ctx, tag, image)
	allPages(ctx, h.repo, h.repo.ListTags(ctx))
	before := allPages(ctx, h.repo, h.repo.ListTags(ctx)) // the first list may be another
	pull := h.repo.GetManifest(ctx, tag)
	artifact := fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), fixtures.WithSubject(image.Descriptor()))
	if pull.Status != http.StatusOK || !h.repo.PutWithContent(ctx, artifact.Digest.String(), artifact).OK() {
		return
	}
	now := h.repo.GetManifest(ctx, tag)
	if !now.OK() || !now.Is(pull.Body) {
		suite.Blocked(require.DownlevelImageKept, now, "a tag is not the same once an artifact refers to its image")
	}
	if now.MediaType() != pull.MediaType() {
		suite.Blocked(require.DownlevelImageContentType, now, "a tag has another type once an artifact refers to its image")
	}
	list := h.repo.ListTags(ctx)
	after := allPages(ctx, h.repo, list)
	if slices.Contains(before, tag) && !slices.Contains(after, tag) {
		suite.Blocked(require.DownlevelTagListed, list, "a tag is missing from the list once an artifact refers to its image")
	}
	for _, listed := range after {
		if strings.Contains(listed, image.Digest.Encoded()) && !slices.Contains(before, listed) {
			suite.Blocked(require.DownlevelTagListedOnly, list, "the list has a further tag once an artifact refers to an image")
		}
	}
}
