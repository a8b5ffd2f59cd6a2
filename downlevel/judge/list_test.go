package judge_test

import (
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/faketool"
	"assay/downlevel/judge"
	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

func TestListing(t *testing.T) {
	listing := func(s faketool.Case) faketool.Case {
		s.Verb, s.Yields = toolchains.ListTags, toolchains.YieldsTags
		return s
	}
	lines := func(call *faketool.Call) { call.Stdout = strings.Join(call.Tags(call.Source), "\n") }
	faketool.Check(t, map[string]faketool.Case{
		"lines":                           listing(faketool.Case{Do: lines, Outcome: reports.Works}),
		"the tags of cosign's are a note": listing(faketool.Case{Mechanism: "cosign-tags", Do: lines, Outcome: reports.Works, Says: "the list also has the tags of the attached artifacts: sha256-"}),
		"JSON": listing(faketool.Case{
			Do: func(call *faketool.Call) {
				call.Stdout = `{"name":"x","tags":["` + strings.Join(call.Tags(call.Source), `","`) + `"]}`
			}, Outcome: reports.Works,
		}),
		"names and a heading": listing(faketool.Case{
			Do: func(call *faketool.Call) {
				call.Stdout = "TAG   ABOUT\n" + call.Vars.Image + ":" + strings.Join(call.Tags(call.Source), "  an image\n"+call.Vars.Image+":")
			}, Outcome: reports.Works,
		}),
		"YAML": listing(faketool.Case{
			Do: func(call *faketool.Call) {
				call.Stdout = strings.Join(call.Tags(call.Source), ":\n  digest: x\n") + ": {}"
			}, Outcome: reports.Works,
		}),
		"the sibling is left out": listing(faketool.Case{
			Do: func(call *faketool.Call) {
				call.Stdout = "v1 stable"
				if !call.IsAttached() {
					call.Stdout += " v2"
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmTags}, Says: "the tag v2 is not listed",
		}),
		"a longer word is another tag": listing(faketool.Case{
			Mechanism: "tagged-artifact",
			Do: func(call *faketool.Call) {
				lines(call)
				if call.IsAttached() {
					call.Stdout = "v1-sbom stable v2"
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmTags}, Says: "the tag v1 is not listed",
		}),
		"garbage": listing(faketool.Case{
			Do: func(call *faketool.Call) {
				lines(call)
				if call.IsAttached() {
					call.Stdout = "\x00\xff\x1b[31m<html>"
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmTags, judge.HarmTags, judge.HarmTags},
		}),
	})
}

func TestDiscovering(t *testing.T) {
	discovering := func(s faketool.Case) faketool.Case {
		s.Verb, s.Yields = toolchains.Discover, toolchains.YieldsReferrers
		return s
	}
	all := func(call *faketool.Call) {
		for _, d := range call.Referrers(call.Source, digest.Digest(call.Vars.Digest)) {
			call.Stdout += d.Digest.String() + "\n"
		}
	}
	faketool.Check(t, map[string]faketool.Case{
		"all of it":                  discovering(faketool.Case{Do: all, Outcome: reports.Works}),
		"all of it, without the API": discovering(faketool.Case{NoReferrersAPI: true, Do: all, Outcome: reports.Works}),
		"what is attached to what is attached, as well": discovering(faketool.Case{
			Mechanism: "referrers-of-referrers", Do: all, Outcome: reports.Works,
		}),
		"none of it": discovering(faketool.Case{
			Do: func(*faketool.Call) {}, Outcome: reports.SilentHarm, Harms: []string{judge.HarmAttached}, Says: "is not shown", Control: reports.Works,
		}),
		"an error because there is nothing": discovering(faketool.Case{
			Do: func(call *faketool.Call) {
				if all(call); call.Stdout == "" {
					call.Exit, call.Stderr = 1, "Error: no referrers found"
				}
			},
			Outcome: reports.Works, Control: reports.NotApplicable,
		}),
		"an error though there is something": discovering(faketool.Case{
			Do:      func(call *faketool.Call) { call.Exit, call.Stderr = 1, "Error: EOF" },
			Outcome: reports.UnclearRefusal, Says: "Error: EOF",
		}),
		"tags of cosign's, by whom they do not concern": discovering(faketool.Case{
			Mechanism: "cosign-tags", Do: all, Outcome: reports.NotApplicable, Says: "the tool does not list artifacts that are attached in this way",
		}),
		"referrers, by whom only tags concern": discovering(faketool.Case{
			Brings: []mechanisms.Kind{mechanisms.Tag}, Do: func(*faketool.Call) {},
			Outcome: reports.NotApplicable, Says: "the tool does not list artifacts that are attached in this way",
		}),
		"tags of cosign's": discovering(faketool.Case{
			Mechanism: "cosign-tags",
			Do:        func(call *faketool.Call) { call.Stdout = strings.Join(call.Tags(call.Source), "\n") }, Outcome: reports.Works,
		}),
		"the source is changed": discovering(faketool.Case{
			Do: func(call *faketool.Call) {
				all(call)
				if call.Stdout != "" {
					call.Remove(call.Source, "v2")
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmSource}, Says: "the source: tag v2",
		}),
		"the source is changed, always": discovering(faketool.Case{
			Do: func(call *faketool.Call) {
				all(call)
				call.Remove(call.Source, "v2")
			},
			Outcome: reports.Baseline, Says: "on the image alone: the source: tag v2",
		}),
	})
}
