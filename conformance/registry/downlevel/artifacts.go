package downlevel

import (
	"context"
	"slices"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// artifactsAt claims that the requested artifacts are unchanged.
func artifactsAt(at func(*history) look) question {
	return func(h *history) []claim {
		var claims []claim
		for _, a := range h.artifacts {
			claims = append(claims, unchanged(a.title, at(h)[a.title], a.Data, ""))
		}
		return claims
	}
}

var (
	whenAttached = artifactsAt(func(h *history) look { return h.attached })
	whenAgain    = artifactsAt(func(h *history) look { return h.again })
	whenWithout  = artifactsAt(func(h *history) look { return h.without })
	whenUntagged = artifactsAt(func(h *history) look { return h.untagged })
)

// contentsAt claims that the blobs that only an artifact uses are unchanged, if the
// artifact exists.
func contentsAt(at func(*history) look) question {
	return func(h *history) []claim {
		var claims []claim
		for _, a := range h.artifacts {
			if manifest := at(h)[a.title]; manifest == nil || !manifest.OK() {
				continue
			}
			for _, b := range a.own {
				claims = append(claims, unchanged(b.of+a.title, at(h)[b.of+a.title], b.Data, ""))
			}
		}
		return claims
	}
}

var (
	contents         = contentsAt(func(h *history) look { return h.attached })
	contentsWithout  = contentsAt(func(h *history) look { return h.without })
	contentsUntagged = contentsAt(func(h *history) look { return h.untagged })
)

// lone has one artifact of each kind, each attached to an image of its own.
var lone = suite.Once(func(ctx context.Context) []claim {
	repo := suite.Repo(ctx)
	var claims []claim
	for _, w := range waysOf(ctx) {
		for _, a := range w.attach(fixtures.NewImage(suite.Nonce()), nil) {
			image := fixtures.NewImage(suite.Nonce())
			repo.PushManifest(ctx, image)
			m := a.Edit(func(doc map[string]any) {
				if doc["subject"] != nil {
					doc["subject"] = image.Descriptor()
				}
			})
			for _, b := range a.Blobs {
				repo.PushBlob(ctx, b)
			}
			repo.PutManifest(ctx, m.Digest.String(), m.MediaType, m.Data)
			claims = append(claims, unchanged(a.title, repo.GetManifest(ctx, m.Digest.String()), m.Data, ""))
		}
	}
	return claims
})

var _ = Describe("Artifacts that are attached to one image", func() {
	It("are pulled unchanged by tag and by digest", require.DownlevelArtifactKept, func(ctx SpecContext) {
		if len(broken(whenAttached(together(ctx)))) > 0 {
			for _, c := range broken(lone(ctx)) {
				needOrdinary(ctx, c.ex)
				suite.Blocked(artifactBy(ctx), c.ex, "the only artifact of an image is not pulled unchanged, either")
			}
		}
		judge(ctx, whenAttached)
	})
	It("have their blobs unchanged", require.DownlevelArtifactBlobs, func(ctx SpecContext) {
		judge(ctx, contents)
	})
	It("stay when their image is pushed again", require.DownlevelArtifactImagePushed, func(ctx SpecContext) {
		need(ctx, require.DownlevelArtifactKept, whenAttached)
		suite.Must(together(ctx).pushAgain, require.DownlevelImagePushed)
		judge(ctx, whenAgain)
	})
	It("stay when the tags of their image are moved or deleted", require.DownlevelArtifactImageUntagged, func(ctx SpecContext) {
		needUntagged(ctx)
		need(ctx, require.DownlevelArtifactDeletedArtifacts, whenWithout)
		judge(ctx, whenUntagged)
		need(ctx, require.DownlevelArtifactBlobs, contents)
		need(ctx, require.DownlevelArtifactDeletedArtifacts, contentsWithout)
		judge(ctx, contentsUntagged)
	})
	It("are listed for their image and for no other when its tags are moved or deleted", require.DownlevelArtifactImageUntaggedListed, func(ctx SpecContext) {
		suite.Need(ctx, suite.Referrers)
		needUntagged(ctx)
		h := together(ctx)
		if h.listed == nil {
			suite.NotApplicable("no artifact is attached by a subject")
		}
		suite.Must(h.listed[0], require.ReferencesListStatus)
		suite.Must(h.stillListed[0], require.ReferencesListStatus)
		needOnlyOwn(ctx, h)
		judge(ctx, func(h *history) []claim {
			var claims []claim
			for _, a := range h.artifacts {
				if isListed(h.listed, a) && h.untagged[a.title] != nil {
					claims = append(claims, claim{a.title, h.stillListed[0], "an entry for " + a.Digest.String(), func(*wire.Exchange) (string, bool) {
						return "no entry for it", isListed(h.stillListed, a)
					}, ""}, claim{a.title, h.otherListed[0], "no entry for " + a.Digest.String(), func(*wire.Exchange) (string, bool) {
						return "an entry for it", !isListed(h.otherListed, a)
					}, ""})
				}
			}
			return claims
		})
	})
	It("have their blobs after their image was deleted, if they are still there", require.DownlevelArtifactImageDeleted, func(ctx SpecContext) {
		needRemoved(ctx)
		need(ctx, require.DownlevelArtifactBlobs, contents)
		need(ctx, require.DownlevelArtifactDeletedArtifacts, contentsWithout)
		need(ctx, require.DownlevelArtifactImageUntagged, contentsUntagged)
		judge(ctx, contentsAt(func(h *history) look { return h.removed }))
	})
})

// artifactBy is the requirement to store an artifact.
func artifactBy(ctx context.Context) require.ID {
	if suite.Version(ctx) == require.V1_0 {
		return require.PushManifestStatus
	}
	return require.PushSubjectArtifact
}

// needOnlyOwn ends the spec if an artifact is listed for the other image, and also for
// an image to which no tag was moved.
func needOnlyOwn(ctx context.Context, h *history) {
	for _, a := range h.artifacts {
		if !isListed(h.otherListed, a) {
			continue
		}
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushManifest(ctx, image)
		if pages := h.list(ctx, repo, image); isListed(pages, a) {
			suite.Blocked(require.ReferencesListOnly, pages[0], "an artifact is listed for an image that has nothing to do with it, too")
		}
		return
	}
}

// needUntagged ends the spec unless the tags were moved or deleted and the image still
// exists. A registry may delete an image that has no tag.
func needUntagged(ctx context.Context) {
	h := together(ctx)
	if !h.move.OK() && (h.untag == nil || !h.untag.OK()) {
		suite.NotApplicable("no tag can be moved or deleted")
	}
	if !h.untagged[byDigest].OK() {
		suite.NotApplicable("the image was deleted with its last tag")
	}
}

func isListed(pages []*wire.Exchange, a artifact) bool {
	for _, page := range pages {
		var list ocispec.Index
		_ = page.JSON(&list) // other specs judge the form of the list
		if slices.ContainsFunc(list.Manifests, func(d ocispec.Descriptor) bool { return d.Digest == a.Digest }) {
			return true
		}
	}
	return false
}
