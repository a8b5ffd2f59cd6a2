package judge_test

import (
	"testing"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/faketool"
	"assay/downlevel/judge"
	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

// tagOf is the referrers tag of $DIGEST.
func tagOf(call *faketool.Call) string {
	return mechanisms.FallbackTag(digest.Digest(call.Vars.Digest))
}

// A referrers tag that names something else than an index of referrers is harm, whatever
// the tool was asked for.
func TestReferrersTags(t *testing.T) {
	faketool.Check(t, map[string]faketool.Case{
		"a copy writes the image there": {
			Verb: toolchains.Copy,
			Do: func(call *faketool.Call) {
				if call.CopyTag(); call.IsAttached() {
					call.CopyAs(call.Vars.Tag, tagOf(call))
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmFallback}, Says: "in the target names the image",
		},
		"a copy of the repository replaces the index by one artifact": {
			Verb: toolchains.CopyRepository, Mechanism: "fallback-tag",
			Do: func(call *faketool.Call) {
				for _, tag := range call.Tags(call.Source) {
					if index := call.Index(call.Source, tag); index != nil {
						call.CopyAs(index[0].Digest.String(), tag)
						continue
					}
					call.CopyReferrers(call.CopyAs(tag, tag))
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmFallback}, Says: "in the target names the attached SBOM",
		},
		"a copy of the index under its tag": {
			Verb: toolchains.CopyAttached, Mechanism: "fallback-tag",
			Do:      func(call *faketool.Call) { call.CopyTag() },
			Outcome: reports.Works, Control: reports.Works,
		},
		"a push of the index under its tag makes an image of it": {
			Verb: toolchains.PushAttached, Mechanism: "fallback-tag",
			Do: func(call *faketool.Call) {
				reference := call.Vars.Tag
				if index := call.Index(call.Source, reference); index != nil {
					reference = index[0].Digest.String()
				}
				call.Convert(reference, call.Vars.Tag)
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmWrong, judge.HarmFallback}, Says: "which is no index of referrers",
		},
		"an index without an entry": {
			Verb: toolchains.Copy, Mechanism: "fallback-tag", NoReferrersAPI: true,
			Do: func(call *faketool.Call) {
				if call.CopyTag(); call.IsAttached() {
					call.List(call.Target, digest.Digest(call.Vars.Digest))
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmFallback}, Says: "in the target does not list the attached SBOM",
		},
		"a delete writes one": {
			Verb: toolchains.DeleteTag,
			Do: func(call *faketool.Call) {
				if call.IsAttached() {
					call.Put(call.Source, tagOf(call), call.Pull(call.Source, call.Vars.Tag))
				}
				call.Untag()
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmSource, judge.HarmFallback}, Says: "is new",
		},
		"an artifact that has a tag is copied by this tag": {
			Verb: toolchains.CopyAttached, Mechanism: "cosign-tags",
			Do: func(call *faketool.Call) { call.CopyTag() }, Outcome: reports.Works,
		},
		"an artifact that has a tag becomes another": {
			Verb: toolchains.PushAttached, Mechanism: "tagged-artifact",
			Do: func(call *faketool.Call) {
				m := call.Pull(call.Source, call.Vars.Tag)
				call.Blobs(m)
				call.Put(call.Target, call.Vars.Tag, m.Edit(func(doc map[string]any) { delete(doc, "artifactType") }))
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmFields}, Says: "has lost its artifactType",
		},
		"a signature loses the annotation that it is in": {
			Verb: toolchains.PushAttached, Mechanism: "cosign-tags",
			Do: func(call *faketool.Call) {
				m := call.Pull(call.Source, call.Vars.Tag)
				call.Blobs(m)
				call.Put(call.Target, call.Vars.Tag, m.Edit(func(doc map[string]any) {
					delete(doc, "annotations") // as of the image alone
					for _, layer := range doc["layers"].([]any) {
						delete(layer.(map[string]any), "annotations")
					}
				}))
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAnnotations}, Says: "the copy of the attached signature", Control: reports.Works,
		},
		"an artifact is not taken for an image": {
			Verb: toolchains.PushAttached, Mechanism: "tagged-artifact",
			Do: func(call *faketool.Call) {
				if call.Vars.Tag != "v1" {
					call.Exit, call.Stderr = 1, "Error: "+call.Vars.Tag+" is an artifact"
					return
				}
				call.CopyTag()
			},
			Outcome: reports.ClearRefusal,
		},
	})
}

// The API and the tag are two ways to the same list.
func TestListsThatDisagree(t *testing.T) {
	both := func(s faketool.Case) faketool.Case { s.Mechanism = "fallback-tag"; return s }
	faketool.Check(t, map[string]faketool.Case{
		"what both showed is in one": both(faketool.Case{
			Verb: toolchains.Copy,
			Do: func(call *faketool.Call) {
				call.CopyReferrers(call.CopyTag())
				if call.IsAttached() {
					call.List(call.Target, digest.Digest(call.Vars.Digest))
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmDisagree}, Says: "and the referrers tag does not: both showed it before",
		}),
		"what is new is in one": both(faketool.Case{
			Verb: toolchains.Attach, Do: func(call *faketool.Call) { call.Attach() },
			Outcome: reports.Works, Says: "the referrers API shows unknown",
		}),
		"a deleted artifact stays in the tag": both(faketool.Case{
			Verb: toolchains.DeleteAttached, Do: (*faketool.Call).Erase,
			Outcome: reports.Works, Says: "still lists the deleted SBOM",
		}),
		"a deleted artifact stays in the only list": both(faketool.Case{
			Verb: toolchains.DeleteAttached, NoReferrersAPI: true, Do: (*faketool.Call).Erase,
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmFallback}, Says: "still lists the deleted SBOM",
		}),
		"a deleted artifact leaves the only list": both(faketool.Case{
			Verb: toolchains.DeleteAttached, NoReferrersAPI: true,
			Do: func(call *faketool.Call) {
				defer call.Erase()
				if call.IsAttached() {
					call.Unlist(call.Pull(call.Source, "stable").Digest, digest.Digest(call.Vars.Digest))
				}
			},
			Outcome: reports.Works,
		}),
		"a deleted artifact takes the image with it": {
			Verb: toolchains.DeleteAttached,
			Do: func(call *faketool.Call) {
				if call.Vars.Digest != call.Pull(call.Source, "stable").Digest.String() {
					call.Remove(call.Source, call.Pull(call.Source, "stable").Digest.String())
				}
				call.Erase()
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmTags, judge.HarmTags, judge.HarmManifest}, Says: "the tag stable",
		},
	})
}

// What a tool leaves that ends with an error.
func TestFailuresThatLeaveSomething(t *testing.T) {
	failing := func(do func(*faketool.Call)) func(*faketool.Call) {
		return func(call *faketool.Call) {
			if !call.IsAttached() {
				call.CopyTag()
				return
			}
			do(call)
			call.Exit, call.Stderr = 1, "Error: it is an artifact"
		}
	}
	faketool.Check(t, map[string]faketool.Case{
		"the whole tag": {
			Verb: toolchains.Copy, Do: failing(func(call *faketool.Call) { call.CopyTag() }),
			Outcome: reports.ClearRefusal, Says: "although it failed, the target has the tag v1: the image",
		},
		"a part of it": {
			Verb: toolchains.Copy, Do: failing(func(call *faketool.Call) {
				var doc ocispec.Manifest
				call.Expect(call.Source.GetManifest(call.Ctx, call.CopyTag().String()).JSON(&doc)).To(Succeed())
				call.Target.DeleteBlob(call.Ctx, doc.Layers[0].Digest.String())
			}),
			Outcome: reports.UnclearRefusal, Harms: []string{judge.HarmLeft}, Says: "the target has the tag v1, without a part of the image",
		},
		"manifests without a tag": {
			Verb: toolchains.Copy, Do: failing(func(call *faketool.Call) { call.CopyAs(call.Vars.Tag, call.Vars.Digest) }),
			Outcome: reports.ClearRefusal, Says: "manifests without a tag are in the target: 1",
		},
		"an image under the referrers tag": {
			Verb: toolchains.Copy, Do: failing(func(call *faketool.Call) { call.CopyAs(call.Vars.Tag, tagOf(call)) }),
			Outcome: reports.UnclearRefusal, Harms: []string{judge.HarmFallback},
		},
		"an image without its other tag": {
			Verb: toolchains.Attach,
			Do: func(call *faketool.Call) {
				if !call.IsAttached() {
					call.Attach()
					return
				}
				call.Remove(call.Source, "stable")
				call.Exit, call.Stderr = 1, "Error: it is an artifact"
			},
			Outcome: reports.UnclearRefusal, Harms: []string{judge.HarmTags}, Says: "the tag stable (the image) is gone, too",
		},
	})
}

// What the documentation announces is told apart, and so is an option that keeps it.
func TestLimits(t *testing.T) {
	limits := []toolchains.Limit{{Harms: []string{judge.HarmPlatform, judge.HarmAttached}, Says: "one platform", Link: "https://example.com/limit"}}
	alone := func(call *faketool.Call) { call.CopyAs(call.Platform(call.Vars.Tag), call.Vars.Tag) }
	whole := func(call *faketool.Call) { call.CopyTag() }
	faketool.Check(t, map[string]faketool.Case{
		"all of it is announced": {
			Verb: toolchains.Copy, Mechanism: "buildkit-attestation", Limits: limits, Do: alone,
			Outcome: reports.DocumentedLimit, Harms: []string{judge.HarmPlatform, judge.HarmAttached, judge.HarmAttached},
			Says: "the tool's documentation says: one platform (https://example.com/limit)",
		},
		"a part of it is announced": {
			Verb: toolchains.Copy, Mechanism: "buildkit-attestation", Limits: []toolchains.Limit{{Harms: []string{judge.HarmPlatform}}}, Do: alone,
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmPlatform, judge.HarmAttached, judge.HarmAttached}, Says: "without the attached attestation",
		},
		"an option keeps it": {
			Verb: toolchains.Copy, Mechanism: "buildkit-attestation", Limits: limits, Do: alone, Option: "--all", With: whole,
			Outcome: reports.DocumentedLimit, Harms: []string{judge.HarmPlatform, judge.HarmAttached, judge.HarmAttached}, Says: "with --all nothing is lost",
		},
		"an option does not keep it": {
			Verb: toolchains.Copy, Mechanism: "buildkit-attestation", Do: alone, Option: "--all", With: alone,
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmPlatform, judge.HarmAttached, judge.HarmAttached}, Says: "with --all: silent harm: v1 named an index",
		},
		"on the image alone": {
			Verb: toolchains.DeleteTag, Mechanism: "tagged-artifact", Limits: []toolchains.Limit{{Harms: []string{judge.HarmTags, judge.HarmManifest}, Says: "all tags", Link: "https://example.com/limit"}},
			Do: (*faketool.Call).Erase, Outcome: reports.Baseline, Control: reports.DocumentedLimit,
		},
	})
}
