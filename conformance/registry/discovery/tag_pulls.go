package discovery

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/wire"
)

// A tag names the manifest that was pushed under it last, until the tag is deleted.
// Whatever happens to other content does not change that.
var _ = Describe("Pulling tags after changes to other content", func() {
	It("finds each tag", require.PullManifestGetStatus, func(ctx SpecContext) {
		h := historyOf(ctx)
		for _, p := range h.pulls {
			if !p.exists || p.get.OK() || p.after != h.pulls[0].after {
				continue // specs of deletes judge what is lost later
			}
			if p.reference == h.name+"one" && h.kept != nil {
				continue // it was deleted and pushed again, which other specs judge
			}
			if strings.HasPrefix(p.reference, "sha256-") {
				continue // other specs judge whether a tag is taken for a digest
			}
			h.repo.ControlTag(ctx)
			h.repo.ControlTags(ctx)
			h.needUnreferred(ctx)
			Expect(p.get).To(Check("the manifest of an existing tag, after "+p.after, func(ex *wire.Exchange) (string, bool) {
				return ex.StatusAndReason(), false
			}))
		}
	})
	It("returns the manifest that was pushed last under each tag", require.PullManifestGetBytes, func(ctx SpecContext) {
		h := historyOf(ctx)
		for _, p := range h.pulls {
			if !p.exists || !p.get.OK() || p.get.Is(p.want.Data) || !h.isOwn(p.get) {
				continue // other specs judge manifests that come back changed
			}
			h.repo.ControlTag(ctx)
			h.repo.ControlTags(ctx)
			h.needUnreferred(ctx)
			Expect(p.get).To(Check(fmt.Sprintf("the manifest that was pushed last under the tag (%s), after %s", p.want.Digest, p.after),
				func(ex *wire.Exchange) (string, bool) {
					return "another manifest (" + ex.BodyDigest.String() + ")", false
				}))
		}
	})
	It("returns it with the type that it was pushed with", require.PullManifestContentTypePushed, func(ctx SpecContext) {
		for _, p := range historyOf(ctx).pulls {
			if p.exists && p.get.OK() && p.get.Is(p.want.Data) {
				if kept, _ := HaveContentType(p.want.MediaType).Match(p.get); !kept {
					historyOf(ctx).needUnreferred(ctx)
				}
				Expect(p.get).To(HaveContentType(p.want.MediaType))
			}
		}
	})
	It("returns the same manifest to HEAD", require.PullManifestHeadDigestValue, func(ctx SpecContext) {
		for _, p := range historyOf(ctx).pulls {
			if p.exists && p.head != nil && p.get.OK() && p.get.Is(p.want.Data) {
				Expect(suite.Must(p.head, require.PullManifestHeadStatus)).To(HaveDigestOf(p.get.Body))
			}
		}
	})
})

// isOwn says whether a pull returned one of the manifests that were pushed here.
func (h history) isOwn(pull *wire.Exchange) bool {
	for _, m := range append(slices.Collect(maps.Values(h.named)), h.refused...) {
		if pull.Is(m.Data) {
			return true
		}
	}
	return slices.Contains(h.pushed, pull.BodyDigest)
}

// expectGone judges that deleted tags return 404.
func expectGone(ctx SpecContext, h history, pulls []pulled) {
	for _, p := range pulls {
		if p.exists {
			continue
		}
		if p.get.Status != http.StatusNotFound {
			h.repo.ControlUnknownTag(ctx)
		}
		Expect(p.get).To(Check("404 Not Found for a deleted tag, after "+p.after, isNotFound))
		if p.head == nil {
			continue
		}
		if p.head.Status != http.StatusNotFound {
			h.needFreshHeads()
			if unknown := h.repo.HeadManifest(ctx, suite.Tag()); unknown.Status != http.StatusNotFound {
				suite.Blocked(require.PullManifestHeadUnknown, unknown, "HEAD of a tag that never existed does not return 404, either")
			}
		}
		Expect(p.head).To(Check("404 Not Found for a deleted tag, after "+p.after, isNotFound))
	}
}

// needFreshHeads ends the spec if HEAD names an old manifest of a tag that was moved.
func (h history) needFreshHeads() {
	for _, p := range h.pulls {
		if p.exists && p.head != nil && p.head.OK() && p.get.OK() && p.get.Is(p.want.Data) {
			if fresh, _ := HaveDigestOf(p.get.Body).Match(p.head); !fresh {
				suite.Blocked(require.PullManifestHeadDigestValue, p.head, "HEAD of a tag that was moved names an old manifest, too")
			}
		}
	}
}

func isNotFound(ex *wire.Exchange) (string, bool) {
	return ex.StatusAndReason(), ex.Status == http.StatusNotFound
}

var _ = Describe("Pushing a manifest again", func() {
	It("does not bring back a tag that was deleted", require.ManagementTagDeleteGone, func(ctx SpecContext) {
		h := historyOf(ctx)
		expectGone(ctx, h, h.pulls)
	})
	It("does not bring back the tag that it had when it was deleted", require.ManagementManifestDeleteTagsGone, func(ctx SpecContext) {
		h := historyOf(ctx)
		if h.undeleted != nil && h.undeleted.OK() {
			suite.Blocked(require.ManagementManifestDeleteGone, h.undeleted, "the manifest is still there after its delete")
		}
		expectGone(ctx, h, h.removed)
	})
})

var _ = Describe("A manifest of the repository above, or of a nested one,", func() {
	It("returns 404 Not Found", require.SecurityIsolationManifest, func(ctx SpecContext) {
		h := historyOf(ctx)
		if h.astray == nil {
			suite.NotApplicable("the run has no nested repository")
		}
		for _, pull := range h.astray {
			if pull.Status == http.StatusNotFound {
				continue
			}
			h.repo.ControlUnknownTag(ctx)
			h.repo.ControlUnknownManifest(ctx)
			for _, reference := range []string{suite.Tag(), suite.MissingDigest()} {
				if head := h.repo.HeadManifest(ctx, reference); head.Status != http.StatusNotFound {
					suite.Blocked(require.PullManifestHeadUnknown, head, "HEAD of a manifest that never existed does not return 404, either")
				}
			}
			Expect(pull).To(HaveStatus(http.StatusNotFound))
		}
	})
})
