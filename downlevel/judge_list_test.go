package downlevel

import (
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

func TestListing(t *testing.T) {
	listing := func(s scene) scene { s.verb, s.yields = toolchains.ListTags, toolchains.YieldsTags; return s }
	lines := func(h *hands) { h.stdout = strings.Join(h.tags(h.source), "\n") }
	play(t, map[string]scene{
		"lines":                           listing(scene{do: lines, outcome: reports.Works}),
		"the tags of cosign's are a note": listing(scene{mechanism: "cosign-tags", do: lines, outcome: reports.Works, says: "adds tags to the list: sha256-"}),
		"JSON": listing(scene{
			do: func(h *hands) { h.stdout = `{"name":"x","tags":["` + strings.Join(h.tags(h.source), `","`) + `"]}` }, outcome: reports.Works,
		}),
		"names and a heading": listing(scene{
			do: func(h *hands) {
				h.stdout = "TAG   ABOUT\n" + h.vars.Image + ":" + strings.Join(h.tags(h.source), "  an image\n"+h.vars.Image+":")
			}, outcome: reports.Works,
		}),
		"YAML": listing(scene{
			do: func(h *hands) { h.stdout = strings.Join(h.tags(h.source), ":\n  digest: x\n") + ": {}" }, outcome: reports.Works,
		}),
		"the sibling is left out": listing(scene{
			do: func(h *hands) {
				h.stdout = "v1 stable"
				if !h.isAttached() {
					h.stdout += " v2"
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmTags}, says: "the tag v2 is not listed",
		}),
		"a longer word is another tag": listing(scene{
			mechanism: "tagged-artifact",
			do: func(h *hands) {
				lines(h)
				if h.isAttached() {
					h.stdout = "v1-sbom stable v2"
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmTags}, says: "the tag v1 is not listed",
		}),
		"garbage": listing(scene{
			do: func(h *hands) {
				lines(h)
				if h.isAttached() {
					h.stdout = "\x00\xff\x1b[31m<html>"
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmTags, harmTags, harmTags},
		}),
	})
}

func TestDiscovering(t *testing.T) {
	discovering := func(s scene) scene { s.verb, s.yields = toolchains.Discover, toolchains.YieldsReferrers; return s }
	all := func(h *hands) {
		for _, d := range h.referrers(h.source, digest.Digest(h.vars.Digest)) {
			h.stdout += d.Digest.String() + "\n"
		}
	}
	play(t, map[string]scene{
		"all of it":                  discovering(scene{do: all, outcome: reports.Works}),
		"all of it, without the API": discovering(scene{old: true, do: all, outcome: reports.Works}),
		"what is attached to what is attached, as well": discovering(scene{
			mechanism: "referrers-of-referrers", do: all, outcome: reports.Works,
		}),
		"none of it": discovering(scene{
			do: func(*hands) {}, outcome: reports.SilentHarm, harms: []string{harmAttached}, says: "is not shown", control: reports.Works,
		}),
		"an error because there is nothing": discovering(scene{
			do: func(h *hands) {
				if all(h); h.stdout == "" {
					h.exit, h.stderr = 1, "Error: no referrers found"
				}
			},
			outcome: reports.Works, control: reports.NotApplicable,
		}),
		"an error though there is something": discovering(scene{
			do:      func(h *hands) { h.exit, h.stderr = 1, "Error: EOF" },
			outcome: reports.UnclearRefusal, says: "Error: EOF",
		}),
		"tags of cosign's, by whom they do not concern": discovering(scene{
			mechanism: "cosign-tags", do: all, outcome: reports.NotApplicable, says: "nothing that the tool would call attached",
		}),
		"referrers, by whom only tags concern": discovering(scene{
			brings: []mechanisms.Kind{mechanisms.Tag}, do: func(*hands) {},
			outcome: reports.NotApplicable, says: "nothing that the tool would call attached",
		}),
		"tags of cosign's": discovering(scene{
			mechanism: "cosign-tags",
			do:        func(h *hands) { h.stdout = strings.Join(h.tags(h.source), "\n") }, outcome: reports.Works,
		}),
		"the source is changed": discovering(scene{
			do: func(h *hands) {
				all(h)
				if h.stdout != "" {
					h.remove(h.source, "v2")
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmSource}, says: "the source: tag v2",
		}),
		"the source is changed, always": discovering(scene{
			do: func(h *hands) {
				all(h)
				h.remove(h.source, "v2")
			},
			outcome: reports.Baseline, says: "on the image alone: the source: tag v2",
		}),
	})
}
