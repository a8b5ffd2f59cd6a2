package downlevel

import (
	"testing"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/toolchains"
	"assay/fixtures"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

// converted writes the image of a manifest as Docker does, and pushes it to
// the target.
func (h *hands) convert(reference string, names ...string) {
	m := h.pull(h.source, reference)
	h.blobs(m)
	m = m.Edit(func(doc map[string]any) {
		doc["mediaType"] = dockerManifest
		delete(doc, "annotations")
		delete(doc, "subject")
	})
	m.MediaType = dockerManifest
	for _, name := range names {
		h.put(h.target, name, m)
	}
}

func TestCopies(t *testing.T) {
	copyVerb := func(s scene) scene { s.verb = toolchains.Copy; return s }
	play(t, map[string]scene{
		"works, and leaves what is attached behind": copyVerb(scene{
			do:      func(h *hands) { h.copyTag() },
			outcome: reports.Works, says: "1 left behind, which nobody asked for", control: reports.Works,
		}),
		"works, and makes more tags in the target": copyVerb(scene{
			do: func(h *hands) { h.copyAs(h.vars.Tag, "latest"); h.copyTag() }, outcome: reports.Works,
		}),
		"also tags of cosign's": copyVerb(scene{
			mechanism: "cosign-tags", do: func(h *hands) { h.copyTag() },
			outcome: reports.Works, says: "3 left behind",
		}),
		"nothing arrives": copyVerb(scene{
			do: func(h *hands) {
				if len(h.referrers(h.source, digest.Digest(h.vars.Digest))) == 0 {
					h.copyTag()
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmNothing}, says: "the target has no tag v1",
		}),
		"something else arrives": copyVerb(scene{
			mechanism: "artifact-first-index",
			do: func(h *hands) {
				reference := h.vars.Tag
				if index := h.index(h.source, reference); index != nil {
					reference = index[0].Digest.String()
				}
				h.copyAs(reference, h.vars.Tag)
			},
			outcome: reports.SilentHarm, harms: []string{harmWrong}, says: "the copy is what is attached",
		}),
		"the image of an index alone": copyVerb(scene{
			mechanism: "buildkit-attestation", do: func(h *hands) { h.copyAs(h.platform(h.vars.Tag), h.vars.Tag) },
			outcome: reports.SilentHarm, harms: []string{harmChildren}, says: "v1 named an index; the copy is the image alone",
		}),
		"an index and all that is in it": copyVerb(scene{
			mechanism: "buildkit-attestation", do: func(h *hands) { h.copyTag() },
			outcome: reports.Works,
		}),
		"an index without some of its children": copyVerb(scene{
			mechanism: "buildkit-attestation",
			do: func(h *hands) {
				index := h.index(h.source, h.vars.Tag)
				h.copyTag()
				for i, d := range index {
					if i >= 2 {
						h.remove(h.target, d.Digest.String())
					}
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmChildren, harmChildren}, says: "which is what is attached, did not",
		}),
		"an index written anew without the attestations": copyVerb(scene{
			mechanism: "buildkit-attestation",
			do: func(h *hands) {
				index := h.index(h.source, h.vars.Tag)
				h.copyTag()
				if index == nil {
					return
				}
				h.put(h.target, h.vars.Tag, fixtures.NewIndex("", nil).Edit(func(doc map[string]any) { doc["manifests"] = index[:2] }))
			},
			outcome: reports.SilentHarm, harms: []string{harmChildren, harmChildren}, says: "the copy is another index, without",
		}),
		"an image in an index of its own, attached or not": copyVerb(scene{
			do: func(h *hands) {
				d := h.copyAs(h.vars.Tag, h.vars.Digest)
				image := h.pull(h.source, d.String()).Descriptor()
				h.put(h.target, h.vars.Tag, fixtures.NewIndex("", nil).Edit(func(doc map[string]any) { doc["manifests"] = []ocispec.Descriptor{image} }))
			},
			outcome: reports.Works, says: "the copy has the same content, but is another manifest", control: reports.Works,
		}),
		"a conversion, as of the image alone": copyVerb(scene{
			do:      func(h *hands) { h.convert(h.vars.Tag, h.vars.Tag) },
			outcome: reports.Works, says: "the copy has the same content, but is another manifest", control: reports.Works,
		}),
		"a conversion because of what is attached": copyVerb(scene{
			mechanism: "image-with-subject",
			do: func(h *hands) {
				if len(h.referrers(h.source, digest.Digest(h.pull(h.source, "stable").Digest))) > 0 {
					h.convert(h.vars.Tag, h.vars.Tag)
					return
				}
				h.copyTag()
			},
			outcome: reports.SilentHarm, harms: []string{harmConverted}, says: "but is another manifest",
		}),
		"a layer is lost": copyVerb(scene{
			do: func(h *hands) {
				d := h.copyTag()
				if len(h.referrers(h.source, d)) == 0 {
					return
				}
				var doc ocispec.Manifest
				h.Expect(h.source.GetManifest(h.ctx, d.String()).JSON(&doc)).To(Succeed())
				h.Expect(h.target.DeleteBlob(h.ctx, doc.Layers[1].Digest.String()).OK()).To(BeTrue())
			},
			outcome: reports.SilentHarm, harms: []string{harmIncomplete}, says: "of the image did not arrive",
		}),
		"the source is changed": copyVerb(scene{
			do: func(h *hands) {
				h.copyTag()
				if refs := h.referrers(h.source, digest.Digest(h.vars.Digest)); len(refs) > 0 {
					h.remove(h.source, refs[0].Digest.String())
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmSource, harmSource}, says: "the source: manifest",
		}),
		"another repository is changed": copyVerb(scene{
			do: func(h *hands) {
				h.copyTag()
				if len(h.referrers(h.source, digest.Digest(h.vars.Digest))) > 0 {
					h.remove(h.other, "v2")
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmNeighbour}, says: "another repository: tag v2",
		}),
		"pushed again by an engine that has one platform": {
			verb: toolchains.PushAgain, mechanism: "artifact-first-index",
			do:      func(h *hands) { h.convert(h.platform(h.vars.Tag), h.vars.Tag) },
			outcome: reports.SilentHarm, harms: []string{harmChildren},
		},
	})
}

func TestCopiesWithWhatIsAttached(t *testing.T) {
	everything := func(h *hands) { h.copyReferrers(h.copyTag()) }
	// Cosign's tags of the image.
	tags := func(h *hands) {
		h.copyTag()
		for _, suffix := range []string{".sig", ".att", ".sbom"} {
			if tag := mechanisms.FallbackTag(digest.Digest(h.vars.Digest)) + suffix; h.has(h.source, tag) {
				h.copyAs(tag, tag)
			}
		}
	}
	asked := func(s scene) scene { s.verb = toolchains.CopyReferrers; return s }
	play(t, map[string]scene{
		"all of it": asked(scene{do: everything, outcome: reports.Works}),
		"what is attached to what is attached": asked(scene{
			mechanism: "referrers-of-referrers", do: everything, outcome: reports.Works,
		}),
		"not what is attached to what is attached": asked(scene{
			mechanism: "referrers-of-referrers",
			do: func(h *hands) {
				for _, d := range h.referrers(h.source, h.copyTag()) {
					h.copyAs(d.Digest.String(), d.Digest.String())
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmAttached}, says: "a referrer) did not arrive",
		}),
		"none of it": asked(scene{
			do:      func(h *hands) { h.copyTag() },
			outcome: reports.SilentHarm, harms: []string{harmAttached}, says: "did not arrive",
		}),
		"the list is not kept where there is no API": asked(scene{
			old: true, do: everything,
			outcome: reports.SilentHarm, harms: []string{harmAttached}, says: "was copied, but is not found as a referrer",
		}),
		"the list is kept where there is no API": asked(scene{
			old: true,
			do: func(h *hands) {
				d := h.copyTag()
				h.copyReferrers(d)
				if refs := h.referrers(h.source, d); refs != nil {
					h.list(h.target, d, refs...)
				}
			},
			outcome: reports.Works,
		}),
		"the converted image is the subject of nothing": asked(scene{
			mechanism: "docker-image",
			do: func(h *hands) {
				h.copyReferrers(digest.Digest(h.vars.Digest))
				m := h.pull(h.source, h.vars.Tag)
				h.blobs(m)
				m = m.Edit(func(doc map[string]any) { doc["mediaType"] = ocispec.MediaTypeImageManifest })
				m.MediaType = ocispec.MediaTypeImageManifest
				h.put(h.target, h.vars.Tag, m)
				for _, d := range h.referrers(h.target, digest.Digest(h.vars.Digest)) {
					h.remove(h.target, d.Digest.String())
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmAttached},
		}),
		"cosign's tags": asked(scene{mechanism: "cosign-tags", do: tags, outcome: reports.Works}),
		"cosign's tags, by whom they do not concern": asked(scene{
			mechanism: "cosign-tags", brings: []mechanisms.Kind{mechanisms.Referrer}, do: everything,
			outcome: reports.Works, says: "3 left behind",
		}),
		"cosign's tags are left behind": asked(scene{
			mechanism: "cosign-tags", do: everything,
			outcome: reports.SilentHarm, harms: []string{harmAttached, harmAttached, harmAttached}, says: "a tag) did not arrive",
		}),
		"another tag is nobody's": asked(scene{mechanism: "tagged-artifact", do: everything, outcome: reports.Works}),
		"what nobody can find": asked(scene{
			registry: hideReferrers, do: everything,
			outcome: reports.Works, says: "cannot be found in the source either",
		}),
	})
}

func TestCopiesOfRepositories(t *testing.T) {
	all := func(h *hands, tags []string) {
		for _, tag := range tags {
			h.copyReferrers(h.copyAs(tag, tag))
		}
	}
	repository := func(s scene) scene { s.verb = toolchains.CopyRepository; return s }
	play(t, map[string]scene{
		"all of it": repository(scene{do: func(h *hands) { all(h, h.tags(h.source)) }, outcome: reports.Works}),
		"all of it, without the API": repository(scene{
			old: true, do: func(h *hands) { all(h, h.tags(h.source)) }, outcome: reports.Works,
		}),
		"the referrers tag in another order": repository(scene{
			old: true, mechanism: "fallback-tag",
			do: func(h *hands) {
				all(h, h.tags(h.source))
				d := digest.Digest(h.vars.Digest)
				more := fixtures.NewArtifact("more", "application/vnd.more", fixtures.WithSubject(h.pull(h.source, d.String()).Descriptor()))
				h.push(h.target, more.Digest.String(), more)
				h.list(h.target, d, append([]ocispec.Descriptor{more.Referrer()}, h.referrers(h.source, d)...)...)
			},
			outcome: reports.Works,
		}),
		"the referrers tag is not needed in the copy": repository(scene{
			mechanism: "fallback-tag",
			do: func(h *hands) {
				all(h, []string{"v1", "v2", "stable"})
			},
			outcome: reports.Works, says: "did not arrive; the API lists what it lists",
		}),
		"only the tags that are known": repository(scene{
			mechanism: "cosign-tags", do: func(h *hands) { all(h, []string{"v1", "v2", "stable"}) },
			outcome: reports.SilentHarm,
			harms:   []string{harmAttached, harmAttached, harmAttached, harmTags, harmTags, harmTags}, says: ".sig did not arrive",
		}),
		"a tag arrives as something else": repository(scene{
			do: func(h *hands) {
				tags := h.tags(h.source)
				all(h, tags)
				if len(h.referrers(h.source, digest.Digest(h.vars.Digest))) > 0 {
					h.copyAs("v1", "v2")
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmTags}, says: "the tag v2 names",
		}),
		"one of the tags is converted because of what is attached": repository(scene{
			mechanism: "tagged-artifact",
			do: func(h *hands) {
				tags := h.tags(h.source)
				all(h, tags)
				if len(tags) > 3 {
					h.convert("stable", "stable")
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmConverted}, says: "the tag stable names another manifest with the same content",
		}),
		"a conversion of all": repository(scene{
			mechanism: "image-with-subject", brings: []mechanisms.Kind{mechanisms.Tag},
			do: func(h *hands) {
				for _, tag := range h.tags(h.source) {
					h.convert(tag, tag)
				}
			},
			outcome: reports.Works, says: "the copy has the same content",
		}),
		"a conversion of all, and one is another": repository(scene{
			mechanism: "tagged-artifact", brings: []mechanisms.Kind{mechanisms.Referrer},
			do: func(h *hands) {
				h.convert("v1", "v1", "stable")
				if h.has(h.source, "v1-sbom") {
					h.copyAs("v1-sbom", "v1-sbom")
					h.convert("v1", "v2")
					return
				}
				h.convert("v2", "v2")
			},
			outcome: reports.SilentHarm, harms: []string{harmTags}, says: "the tag v2 names",
		}),
	})
}
