package downlevel

import (
	"context"
	"slices"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// tagsOf are the tags on the pages of a list.
func tagsOf(pages []*wire.Exchange) []string {
	var tags []string
	for _, page := range pages {
		var list struct {
			Tags []string `json:"tags"`
		}
		_ = page.JSON(&list) // other specs judge the form of the list
		tags = append(tags, list.Tags...)
	}
	return tags
}

// movable claims that the tag can be moved to another image.
func movable(h *history) []claim {
	return []claim{accepted("the push of another image to the tag", h.move, "")}
}

// moved claims that the tag points to the other image, if it could be moved.
func moved(h *history) []claim {
	if !h.move.OK() {
		return nil
	}
	return []claim{unchanged("the tag after another image was pushed to it", h.untagged[byTag], h.other.Data, require.PullManifestGetBytes)}
}

var _ = Describe("The tag of an image that artifacts are attached to", func() {
	It("is in the tag list", require.DownlevelTagListed, func(ctx SpecContext) {
		suite.Must(together(ctx).tags[0], require.DiscoveryTagsStatus)
		judge(ctx, func(h *history) []claim {
			var claims []claim
			for name, tag := range h.names() {
				claims = append(claims, claim{name, h.tags[0], "the tag " + tag + " on one of the pages", func(*wire.Exchange) (string, bool) {
					return "pages without that tag", slices.Contains(tagsOf(h.tags), tag)
				}, require.DiscoveryTagsComplete})
			}
			return claims
		})
	})
	// Another requirement, references.server-made-tags, covers existing tags that the
	// registry makes itself.
	It("is in a tag list that has only tags that exist", require.DownlevelTagListedOnly, func(ctx SpecContext) {
		h := together(ctx)
		suite.Must(h.tags[0], require.DiscoveryTagsStatus)
		var missing []string
		for tag, pull := range h.foreign {
			if !pull.OK() {
				missing = append(missing, tag)
			}
		}
		if len(missing) > 0 {
			needTagsOnly(ctx)
		}
		Expect(h.tags[0]).To(Check("no tag named after the image or an artifact that GET does not return", func(*wire.Exchange) (string, bool) {
			return strings.Join(missing, ", "), len(missing) == 0
		}))
	})
	It("can be moved to another image", require.DownlevelTagMovable, func(ctx SpecContext) {
		needMovable(ctx)
		judge(ctx, movable)
	})
	It("returns the other image after it was moved", require.DownlevelTagMoved, func(ctx SpecContext) {
		needMovable(ctx)
		if !together(ctx).move.OK() {
			suite.Blocked(require.DownlevelTagMovable, together(ctx).move, "the tag cannot be moved")
		}
		judge(ctx, moved)
	})
	It("can be deleted and returns 404 Not Found afterwards", require.DownlevelTagDeleted, func(ctx SpecContext) {
		suite.Need(ctx, suite.TagDelete)
		judge(ctx, func(h *history) []claim {
			claims := []claim{accepted("the delete of the tag", h.untag, require.ManagementTagDeleteStatus)}
			if h.untag.OK() {
				claims = append(claims, gone(bySecondTag, h.untagged[bySecondTag], require.ManagementTagDeleteGone))
			}
			return claims
		})
	})
})

// needTagsOnly ends the spec if the list also has an image without artifacts that was
// pushed by digest.
func needTagsOnly(ctx context.Context) {
	repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
	repo.PushManifest(ctx, image)
	pages := repo.Pages(ctx, repo.ListTags(ctx))
	if slices.ContainsFunc(tagsOf(pages), func(tag string) bool { return strings.Contains(tag, image.Digest.Encoded()) }) {
		suite.Blocked(require.DiscoveryTagsComplete, pages[0], "an image without artifacts that was pushed by digest is listed as a tag, too")
	}
}

// needMovable ends the spec if no tag can be moved.
func needMovable(ctx context.Context) {
	if !together(ctx).move.OK() && !alone(ctx).move.OK() {
		suite.NotApplicable("the registry does not let a tag be moved")
	}
}

// names are the tags of the image with their meaning.
func (h *history) names() func(func(name, tag string) bool) {
	return func(yield func(name, tag string) bool) {
		_ = yield("the first tag", h.tag) && yield("the second tag", h.second)
	}
}

// unknown pulls the tags that are named after a digest of the history but were not
// pushed. Other specs push tags at the same time.
func (h *history) unknown(tags []string) []request {
	var requests []request
	for _, tag := range tags {
		ours := strings.Contains(tag, h.image.Digest.Encoded())
		for _, a := range h.artifacts {
			ours = ours || strings.Contains(tag, a.Digest.Encoded())
		}
		pushed := slices.ContainsFunc(h.artifacts, func(a artifact) bool { return a.reference == tag })
		if ours && !pushed {
			requests = append(requests, h.manifest(tag, tag))
		}
	}
	return requests
}
