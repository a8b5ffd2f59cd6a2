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

// sign adds a layer to the manifest under a tag of cosign's, as cosign does; or
// makes one anew.
func (h *hands) sign(suffix string, keep bool) {
	tag := mechanisms.FallbackTag(digest.Digest(h.vars.Digest)) + suffix
	layer := fixtures.NewBlob("signature", 20)
	m := fixtures.NewImage("signed", fixtures.WithLayers(layer))
	var old ocispec.Manifest
	if ex := h.source.GetManifest(h.ctx, tag); keep && ex.OK() {
		h.Expect(ex.JSON(&old)).To(Succeed())
		m = m.Edit(func(doc map[string]any) { doc["layers"] = append(old.Layers, layer.Descriptor()) })
	}
	h.push(h.source, tag, m)
}

func TestAttaching(t *testing.T) {
	attaching := func(s scene) scene { s.verb = toolchains.Attach; return s }
	// once does something where the mechanism has done its work.
	once := func(do func(h *hands)) func(h *hands) {
		return func(h *hands) {
			attached := h.isAttached()
			h.attach()
			if attached {
				do(h)
			}
		}
	}
	play(t, map[string]scene{
		"beside what is there":                  attaching(scene{do: func(h *hands) { h.attach() }, outcome: reports.Works, control: reports.Works}),
		"beside what is there, without the API": attaching(scene{old: true, do: func(h *hands) { h.attach() }, outcome: reports.Works}),
		"to an index":                           attaching(scene{mechanism: "buildkit-attestation", do: func(h *hands) { h.attach() }, outcome: reports.Works}),
		"by the referrers tag, though there is the API": attaching(scene{
			do: func(h *hands) {
				h.list(h.source, digest.Digest(h.vars.Digest), h.attach().Referrer())
			},
			outcome: reports.Works, says: "the tag sha256-",
		}),
		"by a tag of cosign's": attaching(scene{
			do: func(h *hands) { h.sign(".sig", true) }, outcome: reports.Works, says: ".sig is new",
		}),
		"by a tag of cosign's that is there": attaching(scene{
			mechanism: "cosign-tags", do: func(h *hands) { h.sign(".sig", true) }, outcome: reports.Works,
		}),
		"by a tag of cosign's that is there, and the registry tidies up": attaching(scene{
			mechanism: "cosign-tags",
			do: func(h *hands) {
				tag := mechanisms.FallbackTag(digest.Digest(h.vars.Digest)) + ".sig"
				had := h.has(h.source, tag)
				var was fixtures.Manifest
				if had {
					was = h.pull(h.source, tag)
				}
				h.sign(".sig", true)
				if had {
					h.remove(h.source, was.Digest.String())
				}
			},
			outcome: reports.Works,
		}),
		"in place of what is under a tag of cosign's": attaching(scene{
			mechanism: "cosign-tags", do: func(h *hands) { h.sign(".sbom", false) },
			outcome: reports.SilentHarm, harms: []string{harmAttached}, says: ".sbom has lost what was attached before",
		}),
		"the old list is deleted": attaching(scene{
			old: true, mechanism: "fallback-tag",
			do: func(h *hands) {
				tag := mechanisms.FallbackTag(digest.Digest(h.vars.Digest))
				old := h.source.GetManifest(h.ctx, tag)
				h.attach()
				if old.OK() {
					h.remove(h.source, digest.FromBytes(old.Body).String())
				}
			},
			outcome: reports.Works,
		}),
		"the list comes in another order": attaching(scene{
			old: true, mechanism: "fallback-tag",
			do: func(h *hands) {
				h.attach()
				subject := digest.Digest(h.vars.Digest)
				entries := h.referrers(h.source, subject)
				h.list(h.source, subject, append(entries[1:], entries[0])...)
			},
			outcome: reports.Works,
		}),
		"the registry takes the referrers tag over": attaching(scene{
			mechanism: "fallback-tag",
			do: once(func(h *hands) {
				h.remove(h.source, mechanisms.FallbackTag(digest.Digest(h.vars.Digest)))
			}),
			outcome: reports.Works,
		}),
		"nothing is attached": attaching(scene{
			do: func(h *hands) {
				if !h.isAttached() {
					h.attach()
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmNothing}, says: "nothing is attached",
		}),
		"in place of what is there": attaching(scene{
			do: func(h *hands) {
				old := h.referrers(h.source, digest.Digest(h.vars.Digest))
				h.attach()
				for _, d := range old {
					h.remove(h.source, d.Digest.String())
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmAttached}, says: "is not found any more",
		}),
		"in place of the list": attaching(scene{
			old: true,
			do: func(h *hands) {
				h.list(h.source, digest.Digest(h.vars.Digest), h.attach().Referrer())
			},
			outcome: reports.SilentHarm, harms: []string{harmAttached}, says: "is not found any more",
		}),
		"in place of what others listed": attaching(scene{
			old: true, mechanism: "referrers-of-referrers",
			do: once(func(h *hands) {
				for _, tag := range h.tags(h.source) {
					if len(tag) > 60 && tag != mechanisms.FallbackTag(digest.Digest(h.vars.Digest)) {
						h.remove(h.source, tag)
					}
				}
			}),
			outcome: reports.SilentHarm, harms: []string{harmAttached},
		}),
		"where the list was": attaching(scene{
			old: true, mechanism: "fallback-tag",
			do: func(h *hands) {
				m := h.attach()
				if len(h.referrers(h.source, digest.Digest(h.vars.Digest))) > 1 {
					h.put(h.source, mechanisms.FallbackTag(digest.Digest(h.vars.Digest)), m)
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmFallback, harmAttached}, says: "was an index and is application/vnd.oci.image.manifest.v1+json now",
		}),
		"where a tag is": attaching(scene{
			do:      once(func(h *hands) { h.put(h.source, "stable", h.attach()) }),
			outcome: reports.SilentHarm, harms: []string{harmTags}, says: "the tag stable names",
		}),
		"and a tag is gone": attaching(scene{
			mechanism: "tagged-artifact", do: once(func(h *hands) { h.remove(h.source, "v1-sbom") }),
			outcome: reports.SilentHarm, harms: []string{harmTags, harmAttached}, says: "the tag v1-sbom (what is attached) is gone",
		}),
		"and a manifest is gone": attaching(scene{
			mechanism: "artifact-first-index",
			do: func(h *hands) {
				index := h.index(h.source, h.vars.Tag)
				h.attach()
				if index != nil {
					h.remove(h.source, index[2].Digest.String())
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmManifest}, says: "another image",
		}),
		// BuildKit does it so, to the image alone, too.
		"by a new index under the tag": attaching(scene{
			do: func(h *hands) {
				image := h.pull(h.source, h.vars.Tag)
				image.Blobs = nil
				m := fixtures.NewArtifact("hands", h.vars.ArtifactType)
				h.push(h.source, m.Digest.String(), m)
				h.put(h.source, h.vars.Tag, fixtures.NewIndex("", []fixtures.Manifest{image, m}))
			},
			outcome: reports.Baseline, control: reports.SilentHarm,
		}),
	})
}

// Verify goes by the exit code, and by what it changes.
func TestVerifying(t *testing.T) {
	sign := func(h *hands) { h.attach() }
	play(t, map[string]scene{
		"as before": {verb: toolchains.Verify, prepare: sign, do: func(*hands) {}, outcome: reports.Works},
		"what cannot be prepared": {
			verb: toolchains.Verify, prepare: func(h *hands) { h.exit, h.stderr = 1, "error: no key" }, do: func(*hands) {},
			outcome: reports.Baseline, says: "getting ready failed: error: no key",
		},
		"what the mechanism would overwrite": {
			verb: toolchains.Verify, mechanism: "cosign-tags", prepare: func(h *hands) { h.sign(".sig", true) }, do: func(*hands) {},
			outcome: reports.NotApplicable, says: ".sig, where the mechanism puts its own", control: reports.Works,
		},
		"what the mechanism adds to": {
			verb: toolchains.Verify, mechanism: "fallback-tag", old: true, prepare: sign,
			do: func(h *hands) {
				want := 1
				if h.has(h.source, h.vars.Digest) && len(h.referrers(h.source, digest.Digest(h.vars.Digest))) > 1 {
					want = 2
				}
				h.Expect(h.referrers(h.source, digest.Digest(h.vars.Digest))).To(HaveLen(want))
			},
			outcome: reports.Works,
		},
		"no longer": {
			verb: toolchains.Verify, prepare: sign, mechanism: "buildkit-attestation",
			do: func(h *hands) {
				h.Expect(h.vars.Digest).To(Equal(h.pull(h.source, "stable").Digest.String()), "what was signed")
				if h.index(h.source, h.vars.Tag) != nil {
					h.exit, h.stderr = 1, "error: no matching signatures"
				}
			},
			outcome: reports.ClearRefusal, says: "no matching signatures",
		},
	})
}
