package judge_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/faketool"
	"assay/downlevel/judge"
	"assay/downlevel/toolchains"
	"assay/fixtures"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

func TestCopies(t *testing.T) {
	copyVerb := func(s faketool.Case) faketool.Case { s.Verb = toolchains.Copy; return s }
	faketool.Check(t, map[string]faketool.Case{
		"works, and leaves what is attached behind": copyVerb(faketool.Case{
			Do:      func(call *faketool.Call) { call.CopyTag() },
			Outcome: reports.Works, Says: "not asked to copy, and left behind: 1", Control: reports.Works,
		}),
		"works, and makes more tags in the target": copyVerb(faketool.Case{
			Do: func(call *faketool.Call) { call.CopyAs(call.Vars.Tag, "latest"); call.CopyTag() }, Outcome: reports.Works,
		}),
		"also tags of cosign's": copyVerb(faketool.Case{
			Mechanism: "cosign-tags", Do: func(call *faketool.Call) { call.CopyTag() },
			Outcome: reports.Works, Says: "not asked to copy, and left behind: 3",
		}),
		"nothing arrives": copyVerb(faketool.Case{
			Do: func(call *faketool.Call) {
				if len(call.Referrers(call.Source, digest.Digest(call.Vars.Digest))) == 0 {
					call.CopyTag()
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmNothing}, Says: "the target has no tag v1",
		}),
		"something else arrives": copyVerb(faketool.Case{
			Mechanism: "artifact-first-index",
			Do: func(call *faketool.Call) {
				reference := call.Vars.Tag
				if index := call.Index(call.Source, reference); index != nil {
					reference = index[0].Digest.String()
				}
				call.CopyAs(reference, call.Vars.Tag)
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmWrong}, Says: "the copy is the attached SBOM",
		}),
		"the image of an index alone": copyVerb(faketool.Case{
			Mechanism: "buildkit-attestation", Do: func(call *faketool.Call) { call.CopyAs(call.Platform(call.Vars.Tag), call.Vars.Tag) },
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmPlatform, judge.HarmAttached, judge.HarmAttached}, Says: "v1 named an index; the copy is the image alone, without the attached attestation",
		}),
		"an index and all that is in it": copyVerb(faketool.Case{
			Mechanism: "buildkit-attestation", Do: func(call *faketool.Call) { call.CopyTag() },
			Outcome: reports.Works,
		}),
		"an index without some of its children": copyVerb(faketool.Case{
			Mechanism: "buildkit-attestation",
			Do: func(call *faketool.Call) {
				index := call.Index(call.Source, call.Vars.Tag)
				call.CopyTag()
				for i, d := range index {
					if i >= 2 {
						call.Remove(call.Target, d.Digest.String())
					}
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAttached, judge.HarmAttached}, Says: "its entries were not, without the attached attestation",
		}),
		"an index written anew without the attestations": copyVerb(faketool.Case{
			Mechanism: "buildkit-attestation",
			Do: func(call *faketool.Call) {
				index := call.Index(call.Source, call.Vars.Tag)
				call.CopyTag()
				if index == nil {
					return
				}
				call.Put(call.Target, call.Vars.Tag, fixtures.NewIndex("", nil).Edit(func(doc map[string]any) { doc["manifests"] = index[:2] }))
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAttached, judge.HarmAttached}, Says: "the copy is another index, without the attached attestation",
		}),
		"an image in an index of its own, attached or not": copyVerb(faketool.Case{
			Do: func(call *faketool.Call) {
				d := call.CopyAs(call.Vars.Tag, call.Vars.Digest)
				image := call.Pull(call.Source, d.String()).Descriptor()
				call.Put(call.Target, call.Vars.Tag, fixtures.NewIndex("", nil).Edit(func(doc map[string]any) { doc["manifests"] = []ocispec.Descriptor{image} }))
			},
			Outcome: reports.Works, Says: "the copy has the same content, but is another manifest", Control: reports.Works,
		}),
		"a conversion, as of the image alone": copyVerb(faketool.Case{
			Do:      func(call *faketool.Call) { call.Convert(call.Vars.Tag, call.Vars.Tag) },
			Outcome: reports.Orphaned, Harms: []string{judge.HarmOrphaned}, Says: "what is attached (SBOM) names the old digest", Control: reports.Works,
		}),
		"a conversion, as of the image alone, of which cosign keeps a signature": copyVerb(faketool.Case{
			Mechanism: "cosign-tags", Do: func(call *faketool.Call) { call.Convert(call.Vars.Tag, call.Vars.Tag) },
			Outcome: reports.Orphaned, Harms: []string{judge.HarmOrphaned}, Says: "(signature, attestation, SBOM)", Control: reports.Works,
		}),
		"a conversion, as of the image alone, where nothing is attached to it": copyVerb(faketool.Case{
			Mechanism: "tagged-artifact", Do: func(call *faketool.Call) { call.Convert(call.Vars.Tag, call.Vars.Tag) },
			Outcome: reports.Works, Says: "the copy has the same content, but is another manifest", Control: reports.Works,
		}),
		"a conversion because of what is attached": copyVerb(faketool.Case{
			Mechanism: "image-with-subject",
			Do: func(call *faketool.Call) {
				if len(call.Referrers(call.Source, digest.Digest(call.Pull(call.Source, "stable").Digest))) > 0 {
					call.Convert(call.Vars.Tag, call.Vars.Tag)
					return
				}
				call.CopyTag()
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmSubject, judge.HarmAnnotations, judge.HarmConverted}, Says: "has lost its subject",
		}),
		"a layer is lost": copyVerb(faketool.Case{
			Do: func(call *faketool.Call) {
				d := call.CopyTag()
				if len(call.Referrers(call.Source, d)) == 0 {
					return
				}
				var doc ocispec.Manifest
				call.Expect(call.Source.GetManifest(call.Ctx, d.String()).JSON(&doc)).To(Succeed())
				call.Expect(call.Target.DeleteBlob(call.Ctx, doc.Layers[1].Digest.String()).OK()).To(BeTrue())
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmIncomplete}, Says: "of the image is not in the copy",
		}),
		"the source is changed": copyVerb(faketool.Case{
			Do: func(call *faketool.Call) {
				call.CopyTag()
				if refs := call.Referrers(call.Source, digest.Digest(call.Vars.Digest)); len(refs) > 0 {
					call.Remove(call.Source, refs[0].Digest.String())
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmSource, judge.HarmSource}, Says: "the source: manifest",
		}),
		"another repository is changed": copyVerb(faketool.Case{
			Do: func(call *faketool.Call) {
				call.CopyTag()
				if len(call.Referrers(call.Source, digest.Digest(call.Vars.Digest))) > 0 {
					call.Remove(call.Other, "v2")
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmNeighbour}, Says: "another repository: tag v2",
		}),
		"pushed again by an engine that has one platform": {
			Verb: toolchains.PushAgain, Mechanism: "artifact-first-index",
			Do:      func(call *faketool.Call) { call.Convert(call.Platform(call.Vars.Tag), call.Vars.Tag) },
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAttached, judge.HarmPlatform}, Says: "without the attached SBOM",
		},
	})
}

func TestCopiesWithWhatIsAttached(t *testing.T) {
	everything := func(call *faketool.Call) { call.CopyReferrers(call.CopyTag()) }
	// Cosign's tags of the image.
	tags := func(call *faketool.Call) {
		call.CopyTag()
		for _, suffix := range []string{".sig", ".att", ".sbom"} {
			if tag := mechanisms.FallbackTag(digest.Digest(call.Vars.Digest)) + suffix; call.Has(call.Source, tag) {
				call.CopyAs(tag, tag)
			}
		}
	}
	asked := func(s faketool.Case) faketool.Case { s.Verb = toolchains.CopyReferrers; return s }
	faketool.Check(t, map[string]faketool.Case{
		"all of it": asked(faketool.Case{Do: everything, Outcome: reports.Works}),
		"what is attached to what is attached": asked(faketool.Case{
			Mechanism: "referrers-of-referrers", Do: everything, Outcome: reports.Works,
		}),
		"not what is attached to what is attached": asked(faketool.Case{
			Mechanism: "referrers-of-referrers",
			Do: func(call *faketool.Call) {
				for _, d := range call.Referrers(call.Source, call.CopyTag()) {
					call.CopyAs(d.Digest.String(), d.Digest.String())
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAttached}, Says: "a referrer) is not in the copy",
		}),
		"none of it": asked(faketool.Case{
			Do:      func(call *faketool.Call) { call.CopyTag() },
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAttached}, Says: "is not in the copy",
		}),
		"the list is not kept where there is no API": asked(faketool.Case{
			NoReferrersAPI: true, Do: everything,
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAttached}, Says: "was copied, but is not found as a referrer",
		}),
		"the list is kept where there is no API": asked(faketool.Case{
			NoReferrersAPI: true,
			Do: func(call *faketool.Call) {
				d := call.CopyTag()
				call.CopyReferrers(d)
				if refs := call.Referrers(call.Source, d); refs != nil {
					call.List(call.Target, d, refs...)
				}
			},
			Outcome: reports.Works,
		}),
		"the converted image is the subject of nothing": asked(faketool.Case{
			Mechanism: "docker-image",
			Do: func(call *faketool.Call) {
				call.CopyReferrers(digest.Digest(call.Vars.Digest))
				m := call.Pull(call.Source, call.Vars.Tag)
				call.Blobs(m)
				m = m.Edit(func(doc map[string]any) { doc["mediaType"] = ocispec.MediaTypeImageManifest })
				m.MediaType = ocispec.MediaTypeImageManifest
				call.Put(call.Target, call.Vars.Tag, m)
				for _, d := range call.Referrers(call.Target, digest.Digest(call.Vars.Digest)) {
					call.Remove(call.Target, d.Digest.String())
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmOrphaned, judge.HarmAttached},
		}),
		"cosign's tags": asked(faketool.Case{Mechanism: "cosign-tags", Do: tags, Outcome: reports.Works}),
		"cosign's tags, by whom they do not concern": asked(faketool.Case{
			Mechanism: "cosign-tags", Brings: []mechanisms.Kind{mechanisms.Referrer}, Do: everything,
			Outcome: reports.Works, Says: "not asked to copy, and left behind: 3",
		}),
		"cosign's tags are left behind": asked(faketool.Case{
			Mechanism: "cosign-tags", Do: everything,
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAttached, judge.HarmAttached, judge.HarmAttached}, Says: "a tag) is not in the copy",
		}),
		"another tag is nobody's": asked(faketool.Case{Mechanism: "tagged-artifact", Do: everything, Outcome: reports.Works}),
		"what nobody can find": asked(faketool.Case{
			Middleware: hideReferrers, Do: everything,
			Outcome: reports.NotApplicable, Says: "the registry does not show what is attached",
		}),
	})
}

func TestCopiesOfRepositories(t *testing.T) {
	all := func(call *faketool.Call, tags []string) {
		for _, tag := range tags {
			call.CopyReferrers(call.CopyAs(tag, tag))
		}
	}
	repository := func(s faketool.Case) faketool.Case { s.Verb = toolchains.CopyRepository; return s }
	faketool.Check(t, map[string]faketool.Case{
		"all of it": repository(faketool.Case{Do: func(call *faketool.Call) { all(call, call.Tags(call.Source)) }, Outcome: reports.Works}),
		"all of it, without the API": repository(faketool.Case{
			NoReferrersAPI: true, Do: func(call *faketool.Call) { all(call, call.Tags(call.Source)) }, Outcome: reports.Works,
		}),
		"the referrers tag in another order": repository(faketool.Case{
			NoReferrersAPI: true, Mechanism: "fallback-tag",
			Do: func(call *faketool.Call) {
				all(call, call.Tags(call.Source))
				d := digest.Digest(call.Vars.Digest)
				more := fixtures.NewArtifact("more", "application/vnd.more", fixtures.WithSubject(call.Pull(call.Source, d.String()).Descriptor()))
				call.Push(call.Target, more.Digest.String(), more)
				call.List(call.Target, d, append([]ocispec.Descriptor{more.Referrer()}, call.Referrers(call.Source, d)...)...)
			},
			Outcome: reports.Works,
		}),
		"the referrers tag is not needed in the copy": repository(faketool.Case{
			Mechanism: "fallback-tag",
			Do: func(call *faketool.Call) {
				all(call, []string{"v1", "v2", "stable"})
			},
			Outcome: reports.Works, Says: "is not in the copy, but the API lists its entries",
		}),
		"only the tags that are known": repository(faketool.Case{
			Mechanism: "cosign-tags", Do: func(call *faketool.Call) { all(call, []string{"v1", "v2", "stable"}) },
			Outcome: reports.SilentHarm,
			Harms:   []string{judge.HarmAttached, judge.HarmAttached, judge.HarmAttached, judge.HarmTags, judge.HarmTags, judge.HarmTags}, Says: ".sig is not in the copy",
		}),
		"a tag arrives as something else": repository(faketool.Case{
			Do: func(call *faketool.Call) {
				tags := call.Tags(call.Source)
				all(call, tags)
				if len(call.Referrers(call.Source, digest.Digest(call.Vars.Digest))) > 0 {
					call.CopyAs("v1", "v2")
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmTags}, Says: "the tag v2 names",
		}),
		"one of the tags is converted because of what is attached": repository(faketool.Case{
			Mechanism: "tagged-artifact",
			Do: func(call *faketool.Call) {
				tags := call.Tags(call.Source)
				all(call, tags)
				if len(tags) > 3 {
					call.Convert("stable", "stable")
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAnnotations, judge.HarmConverted}, Says: "the tag stable names another manifest with the same content",
		}),
		"a conversion of all": repository(faketool.Case{
			Mechanism: "image-with-subject", Brings: []mechanisms.Kind{mechanisms.Tag},
			Do: func(call *faketool.Call) {
				for _, tag := range call.Tags(call.Source) {
					call.Convert(tag, tag)
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmSubject, judge.HarmOrphaned}, Says: "the copy has the same content",
		}),
		"a conversion of all, and one is another": repository(faketool.Case{
			Mechanism: "tagged-artifact", Brings: []mechanisms.Kind{mechanisms.Referrer},
			Do: func(call *faketool.Call) {
				call.Convert("v1", "v1", "stable")
				if call.Has(call.Source, "v1-sbom") {
					call.CopyAs("v1-sbom", "v1-sbom")
					call.Convert("v1", "v2")
					return
				}
				call.Convert("v2", "v2")
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmTags}, Says: "the tag v2 names",
		}),
	})
}

// hideReferrers makes a registry with the API whose lists are always empty.
var hideReferrers = []func(http.Handler) http.Handler{func(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.Contains(req.URL.Path, "/referrers/") {
			w.Header().Set("Content-Type", ocispec.MediaTypeImageIndex)
			fmt.Fprint(w, `{"schemaVersion":2,"manifests":[]}`)
			return
		}
		next.ServeHTTP(w, req)
	})
}}
