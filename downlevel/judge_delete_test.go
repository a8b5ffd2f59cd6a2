package downlevel

import (
	"net/http"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

// untag deletes the tag.
func untag(h *hands) { h.remove(h.source, h.vars.Tag) }

// erase deletes the manifest.
func erase(h *hands) { h.remove(h.source, h.vars.Digest) }

// isAttached says whether the mechanism has done its work.
func (h *hands) isAttached() bool {
	return len(h.tags(h.source)) != 3 || len(h.referrers(h.source, h.pull(h.source, "stable").Digest)) > 0
}

// unlist takes an entry out of the list under the referrers tag of a subject,
// and the list away when nothing else is in it.
func (h *hands) unlist(subject, entry digest.Digest) {
	var left []ocispec.Descriptor
	for _, d := range h.index(h.source, mechanisms.FallbackTag(subject)) {
		if d.Digest != entry {
			left = append(left, d)
		}
	}
	if left == nil {
		h.remove(h.source, h.pull(h.source, mechanisms.FallbackTag(subject)).Digest.String())
		return
	}
	h.list(h.source, subject, left...)
}

func TestDeletedTags(t *testing.T) {
	deleting := func(s scene) scene { s.verb = toolchains.DeleteTag; return s }
	play(t, map[string]scene{
		"the tag alone":                     deleting(scene{do: untag, outcome: reports.Works}),
		"the tag alone, without the API":    deleting(scene{old: true, do: untag, outcome: reports.Works}),
		"the tag alone, beside cosign's":    deleting(scene{mechanism: "cosign-tags", do: untag, outcome: reports.Works}),
		"the tag alone, which an index has": deleting(scene{mechanism: "buildkit-attestation", do: untag, outcome: reports.Works}),
		"the tag is there": deleting(scene{
			do: func(h *hands) {
				if !h.isAttached() {
					untag(h)
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmNotDone}, says: "the tag v1 is still there",
		}),
		"the other tag goes, too": deleting(scene{
			do: func(h *hands) {
				if h.isAttached() {
					h.remove(h.source, "stable")
				}
				untag(h)
			},
			outcome: reports.SilentHarm, harms: []string{harmTags}, says: "the tag stable (the image) is gone, too",
		}),
		"the other image goes, too": deleting(scene{
			do: func(h *hands) {
				if h.isAttached() {
					h.remove(h.source, h.pull(h.source, "v2").Digest.String())
				}
				untag(h)
			},
			outcome: reports.SilentHarm, harms: []string{harmTags, harmManifest}, says: "the tag v2",
		}),
		"what is attached goes, too": deleting(scene{
			do: func(h *hands) {
				for _, d := range h.referrers(h.source, digest.Digest(h.vars.Digest)) {
					h.remove(h.source, d.Digest.String())
				}
				untag(h)
			},
			outcome: reports.SilentHarm, harms: []string{harmAttached}, says: "is not found any more",
		}),
		"the list of what is attached goes, too": deleting(scene{
			old: true,
			do: func(h *hands) {
				if tag := mechanisms.FallbackTag(digest.Digest(h.vars.Digest)); h.has(h.source, tag) {
					h.remove(h.source, tag)
				}
				untag(h)
			},
			outcome: reports.SilentHarm, harms: []string{harmAttached},
		}),
		"cosign's tags go, too": deleting(scene{
			mechanism: "cosign-tags",
			do: func(h *hands) {
				for _, tag := range h.tags(h.source) {
					if len(tag) > 60 {
						h.remove(h.source, tag)
					}
				}
				untag(h)
			},
			outcome: reports.SilentHarm, harms: []string{harmTags, harmTags, harmTags, harmAttached, harmAttached, harmAttached},
		}),
		// A registry where a tag is deleted with its manifest.
		"by digest, with every tag of the image": deleting(scene{
			do: erase, outcome: reports.Baseline, says: "on the image alone: the tag stable", control: reports.SilentHarm,
		}),
		"by digest, with what is attached": deleting(scene{
			do: func(h *hands) {
				for _, d := range h.referrers(h.source, digest.Digest(h.vars.Digest)) {
					h.remove(h.source, d.Digest.String())
				}
				erase(h)
			}, outcome: reports.Baseline,
		}),
		"by digest, which no other tag names": deleting(scene{
			mechanism: "buildkit-attestation",
			do: func(h *hands) {
				if h.index(h.source, h.vars.Tag) == nil {
					untag(h)
					return
				}
				erase(h)
			},
			outcome: reports.Works,
		}),
		"by digest, of an image that is a referrer": deleting(scene{
			mechanism: "image-with-subject",
			do: func(h *hands) {
				if !h.isAttached() {
					untag(h)
					return
				}
				erase(h)
			},
			outcome: reports.Works,
		}),
		// A registry that tidies up what no tag leads to.
		"with the orphans of the index": deleting(scene{
			mechanism: "buildkit-attestation",
			do: func(h *hands) {
				if index := h.index(h.source, h.vars.Tag); index != nil {
					erase(h)
					for _, d := range index[1:] {
						h.remove(h.source, d.Digest.String())
					}
					return
				}
				untag(h)
			},
			outcome: reports.Works,
		}),
		"with what is no orphan, as it has another tag": deleting(scene{
			mechanism: "buildkit-attestation",
			do: func(h *hands) {
				if index := h.index(h.source, h.vars.Tag); index != nil {
					h.remove(h.source, index[0].Digest.String())
				}
				untag(h)
			},
			outcome: reports.SilentHarm, harms: []string{harmTags, harmManifest}, says: "the tag stable",
		}),
		"with what is attached to an orphan": deleting(scene{
			mechanism: "embedded-data",
			do: func(h *hands) {
				refs := h.referrers(h.source, digest.Digest(h.vars.Digest))
				untag(h)
				for _, d := range refs {
					h.remove(h.source, d.Digest.String())
					h.remove(h.source, h.vars.Digest)
				}
			},
			outcome: reports.Works,
		}),
		"with a layer that is shared": deleting(scene{
			mechanism: "image-with-subject",
			do: func(h *hands) {
				var doc ocispec.Manifest
				h.Expect(h.source.GetManifest(h.ctx, h.vars.Tag).JSON(&doc)).To(Succeed())
				if h.isAttached() {
					h.Expect(h.source.DeleteBlob(h.ctx, doc.Layers[0].Digest.String()).OK()).To(BeTrue())
				}
				untag(h)
			},
			outcome: reports.SilentHarm, harms: []string{harmIncomplete, harmIncomplete}, says: "of the image is gone",
		}),
		"in another repository": deleting(scene{
			do: func(h *hands) {
				if h.isAttached() {
					h.remove(h.other, h.vars.Tag)
				}
				untag(h)
			},
			outcome: reports.SilentHarm, harms: []string{harmNeighbour},
		}),
	})
}

func TestDeletedManifests(t *testing.T) {
	deleting := func(s scene) scene { s.verb = toolchains.DeleteDigest; return s }
	play(t, map[string]scene{
		"the manifest alone":                  deleting(scene{do: erase, outcome: reports.Works, says: "1 attached to it stay behind"}),
		"the manifest alone, without the API": deleting(scene{old: true, do: erase, outcome: reports.Works}),
		"with the list of its referrers": deleting(scene{
			old: true,
			do: func(h *hands) {
				erase(h)
				if tag := mechanisms.FallbackTag(digest.Digest(h.vars.Digest)); h.has(h.source, tag) {
					h.remove(h.source, tag)
				}
			},
			outcome: reports.Works,
		}),
		"with its referrers": deleting(scene{
			do: func(h *hands) {
				for _, d := range h.referrers(h.source, digest.Digest(h.vars.Digest)) {
					h.remove(h.source, d.Digest.String())
				}
				erase(h)
			},
			outcome: reports.Works,
		}),
		"with cosign's tags of it": deleting(scene{
			mechanism: "cosign-tags",
			do: func(h *hands) {
				for _, tag := range h.tags(h.source) {
					if len(tag) > 60 {
						h.remove(h.source, h.pull(h.source, tag).Digest.String())
					}
				}
				erase(h)
			},
			outcome: reports.Works,
		}),
		"of a referrer, which leaves the list of its subject": deleting(scene{
			old: true, mechanism: "image-with-subject",
			do: func(h *hands) {
				subject := h.pull(h.source, "stable").Digest
				if h.isAttached() {
					h.unlist(subject, digest.Digest(h.vars.Digest))
				}
				erase(h)
			},
			outcome: reports.Works,
		}),
		"the children of the index": deleting(scene{
			mechanism: "buildkit-attestation",
			do: func(h *hands) {
				index := h.index(h.source, h.vars.Tag)
				erase(h)
				for _, d := range index {
					if d.Platform.Architecture != "amd64" {
						h.remove(h.source, d.Digest.String())
					}
				}
			},
			outcome: reports.Works,
		}),
		"the manifest is there": deleting(scene{
			do: func(h *hands) {
				if !h.isAttached() {
					erase(h)
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmNotDone}, says: "is still there",
		}),
		"the image of an index": deleting(scene{
			mechanism: "artifact-first-index",
			do: func(h *hands) {
				index := h.index(h.source, h.vars.Tag)
				erase(h)
				for _, d := range index {
					h.remove(h.source, d.Digest.String())
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmTags, harmManifest}, says: "the tag stable (the image) is gone, too",
		}),
		"the sibling": deleting(scene{
			do: func(h *hands) {
				if h.isAttached() {
					h.remove(h.source, h.pull(h.source, "v2").Digest.String())
				}
				erase(h)
			},
			outcome: reports.SilentHarm, harms: []string{harmTags, harmManifest}, says: "the tag v2",
		}),
		"an artifact that is attached to nothing": deleting(scene{
			mechanism: "tagged-artifact",
			do: func(h *hands) {
				if h.isAttached() {
					h.remove(h.source, "v1-sbom")
				}
				erase(h)
			},
			outcome: reports.SilentHarm, harms: []string{harmTags, harmAttached}, says: "the tag v1-sbom",
		}),
	})
}

// A registry that does not delete is a clear refusal of the tool's, on the
// image alone, too.
func TestDeletesThatAreRefused(t *testing.T) {
	play(t, map[string]scene{
		"by the registry": {
			verb: toolchains.DeleteTag,
			registry: []func(http.Handler) http.Handler{func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
					if req.Method == http.MethodDelete {
						w.WriteHeader(http.StatusMethodNotAllowed)
						return
					}
					next.ServeHTTP(w, req)
				})
			}},
			do:      func(h *hands) { h.exit, h.stderr = 1, "Error: 405 UNSUPPORTED: the operation is unsupported" },
			outcome: reports.Baseline, control: reports.ClearRefusal, says: "on the image alone: Error: 405",
		},
	})
}
