package judge_test

import (
	"net/http"
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

func TestDeletedTags(t *testing.T) {
	deleting := func(s faketool.Case) faketool.Case { s.Verb = toolchains.DeleteTag; return s }
	faketool.Check(t, map[string]faketool.Case{
		"the tag alone":                     deleting(faketool.Case{Do: (*faketool.Call).Untag, Outcome: reports.Works}),
		"the tag alone, without the API":    deleting(faketool.Case{NoReferrersAPI: true, Do: (*faketool.Call).Untag, Outcome: reports.Works}),
		"the tag alone, beside cosign's":    deleting(faketool.Case{Mechanism: "cosign-tags", Do: (*faketool.Call).Untag, Outcome: reports.Works}),
		"the tag alone, which an index has": deleting(faketool.Case{Mechanism: "buildkit-attestation", Do: (*faketool.Call).Untag, Outcome: reports.Works}),
		"the tag is there": deleting(faketool.Case{
			Do: func(call *faketool.Call) {
				if !call.IsAttached() {
					call.Untag()
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmNotDone}, Says: "the tag v1 is still there",
		}),
		"the other tag goes, too": deleting(faketool.Case{
			Do: func(call *faketool.Call) {
				if call.IsAttached() {
					call.Remove(call.Source, "stable")
				}
				call.Untag()
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmTags}, Says: "the tag stable (the image) is gone, too",
		}),
		"the other image goes, too": deleting(faketool.Case{
			Do: func(call *faketool.Call) {
				if call.IsAttached() {
					call.Remove(call.Source, call.Pull(call.Source, "v2").Digest.String())
				}
				call.Untag()
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmTags, judge.HarmManifest}, Says: "the tag v2",
		}),
		"what is attached goes, too": deleting(faketool.Case{
			Do: func(call *faketool.Call) {
				for _, d := range call.Referrers(call.Source, digest.Digest(call.Vars.Digest)) {
					call.Remove(call.Source, d.Digest.String())
				}
				call.Untag()
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAttached}, Says: "is not found any more",
		}),
		"the list of what is attached goes, too": deleting(faketool.Case{
			NoReferrersAPI: true,
			Do: func(call *faketool.Call) {
				if tag := mechanisms.FallbackTag(digest.Digest(call.Vars.Digest)); call.Has(call.Source, tag) {
					call.Remove(call.Source, tag)
				}
				call.Untag()
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAttached},
		}),
		"cosign's tags go, too": deleting(faketool.Case{
			Mechanism: "cosign-tags",
			Do: func(call *faketool.Call) {
				for _, tag := range call.Tags(call.Source) {
					if len(tag) > 60 {
						call.Remove(call.Source, tag)
					}
				}
				call.Untag()
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmTags, judge.HarmTags, judge.HarmTags, judge.HarmAttached, judge.HarmAttached, judge.HarmAttached},
		}),
		// A registry where a tag is deleted with its manifest.
		"by digest, with every tag of the image": deleting(faketool.Case{
			Mechanism: "tagged-artifact", Do: (*faketool.Call).Erase,
			Outcome: reports.Baseline, Says: "on the image alone: the tag stable", Control: reports.SilentHarm,
		}),
		"by digest, with every tag of the image, and not with what is attached": deleting(faketool.Case{
			Do: (*faketool.Call).Erase, Outcome: reports.Orphaned, Harms: []string{judge.HarmOrphaned}, Control: reports.SilentHarm,
		}),
		"by digest, with what is attached": deleting(faketool.Case{
			Do: func(call *faketool.Call) {
				for _, d := range call.Referrers(call.Source, digest.Digest(call.Vars.Digest)) {
					call.Remove(call.Source, d.Digest.String())
				}
				call.Erase()
			}, Outcome: reports.Baseline,
		}),
		"by digest, which no other tag names": deleting(faketool.Case{
			Mechanism: "buildkit-attestation",
			Do: func(call *faketool.Call) {
				if call.Index(call.Source, call.Vars.Tag) == nil {
					call.Untag()
					return
				}
				call.Erase()
			},
			Outcome: reports.Works,
		}),
		"by digest, of an image that is a referrer": deleting(faketool.Case{
			Mechanism: "image-with-subject",
			Do: func(call *faketool.Call) {
				if !call.IsAttached() {
					call.Untag()
					return
				}
				call.Erase()
			},
			Outcome: reports.Works,
		}),
		// A registry that tidies up what no tag leads to.
		"with the orphans of the index": deleting(faketool.Case{
			Mechanism: "buildkit-attestation",
			Do: func(call *faketool.Call) {
				if index := call.Index(call.Source, call.Vars.Tag); index != nil {
					call.Erase()
					for _, d := range index[1:] {
						call.Remove(call.Source, d.Digest.String())
					}
					return
				}
				call.Untag()
			},
			Outcome: reports.Works,
		}),
		"with what is no orphan, as it has another tag": deleting(faketool.Case{
			Mechanism: "buildkit-attestation",
			Do: func(call *faketool.Call) {
				if index := call.Index(call.Source, call.Vars.Tag); index != nil {
					call.Remove(call.Source, index[0].Digest.String())
				}
				call.Untag()
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmTags, judge.HarmManifest}, Says: "the tag stable",
		}),
		"with what is attached to an orphan": deleting(faketool.Case{
			Mechanism: "embedded-data",
			Do: func(call *faketool.Call) {
				refs := call.Referrers(call.Source, digest.Digest(call.Vars.Digest))
				call.Untag()
				for _, d := range refs {
					call.Remove(call.Source, d.Digest.String())
					call.Remove(call.Source, call.Vars.Digest)
				}
			},
			Outcome: reports.Works,
		}),
		"with a layer that is shared": deleting(faketool.Case{
			Mechanism: "image-with-subject",
			Do: func(call *faketool.Call) {
				var doc ocispec.Manifest
				call.Expect(call.Source.GetManifest(call.Ctx, call.Vars.Tag).JSON(&doc)).To(Succeed())
				if call.IsAttached() {
					call.Expect(call.Source.DeleteBlob(call.Ctx, doc.Layers[0].Digest.String()).OK()).To(BeTrue())
				}
				call.Untag()
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmIncomplete, judge.HarmIncomplete}, Says: "of the image is gone",
		}),
		"in another repository": deleting(faketool.Case{
			Do: func(call *faketool.Call) {
				if call.IsAttached() {
					call.Remove(call.Other, call.Vars.Tag)
				}
				call.Untag()
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmNeighbour},
		}),
	})
}

func TestDeletedManifests(t *testing.T) {
	deleting := func(s faketool.Case) faketool.Case { s.Verb = toolchains.DeleteDigest; return s }
	faketool.Check(t, map[string]faketool.Case{
		"the manifest alone":                  deleting(faketool.Case{Do: (*faketool.Call).Erase, Outcome: reports.Orphaned, Harms: []string{judge.HarmOrphaned}, Says: "what was attached to it is still there: SBOM"}),
		"the manifest alone, without the API": deleting(faketool.Case{NoReferrersAPI: true, Do: (*faketool.Call).Erase, Outcome: reports.Orphaned, Harms: []string{judge.HarmOrphaned}, Says: "the referrers tag of the deleted manifest is still there"}),
		"with the list of its referrers": deleting(faketool.Case{
			NoReferrersAPI: true,
			Do: func(call *faketool.Call) {
				call.Erase()
				if tag := mechanisms.FallbackTag(digest.Digest(call.Vars.Digest)); call.Has(call.Source, tag) {
					call.Remove(call.Source, tag)
				}
			},
			Outcome: reports.Orphaned, Harms: []string{judge.HarmOrphaned},
		}),
		"with its referrers": deleting(faketool.Case{
			Do: func(call *faketool.Call) {
				for _, d := range call.Referrers(call.Source, digest.Digest(call.Vars.Digest)) {
					call.Remove(call.Source, d.Digest.String())
				}
				call.Erase()
			},
			Outcome: reports.Works,
		}),
		"with cosign's tags of it": deleting(faketool.Case{
			Mechanism: "cosign-tags",
			Do: func(call *faketool.Call) {
				for _, tag := range call.Tags(call.Source) {
					if len(tag) > 60 {
						call.Remove(call.Source, call.Pull(call.Source, tag).Digest.String())
					}
				}
				call.Erase()
			},
			Outcome: reports.Works,
		}),
		"of a referrer, which leaves the list of its subject": deleting(faketool.Case{
			NoReferrersAPI: true, Mechanism: "image-with-subject",
			Do: func(call *faketool.Call) {
				subject := call.Pull(call.Source, "stable").Digest
				if call.IsAttached() {
					call.Unlist(subject, digest.Digest(call.Vars.Digest))
				}
				call.Erase()
			},
			Outcome: reports.Works,
		}),
		"the children of the index": deleting(faketool.Case{
			Mechanism: "buildkit-attestation",
			Do: func(call *faketool.Call) {
				index := call.Index(call.Source, call.Vars.Tag)
				call.Erase()
				for _, d := range index {
					if d.Platform.Architecture != "amd64" {
						call.Remove(call.Source, d.Digest.String())
					}
				}
			},
			Outcome: reports.Works,
		}),
		"the manifest is there": deleting(faketool.Case{
			Do: func(call *faketool.Call) {
				if !call.IsAttached() {
					call.Erase()
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmNotDone}, Says: "is still there",
		}),
		"the image of an index": deleting(faketool.Case{
			Mechanism: "artifact-first-index",
			Do: func(call *faketool.Call) {
				index := call.Index(call.Source, call.Vars.Tag)
				call.Erase()
				for _, d := range index {
					call.Remove(call.Source, d.Digest.String())
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmTags, judge.HarmManifest}, Says: "the tag stable (the image) is gone, too",
		}),
		"the sibling": deleting(faketool.Case{
			Do: func(call *faketool.Call) {
				if call.IsAttached() {
					call.Remove(call.Source, call.Pull(call.Source, "v2").Digest.String())
				}
				call.Erase()
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmTags, judge.HarmManifest, judge.HarmOrphaned}, Says: "the tag v2",
		}),
		"an artifact that is attached to nothing": deleting(faketool.Case{
			Mechanism: "tagged-artifact",
			Do: func(call *faketool.Call) {
				if call.IsAttached() {
					call.Remove(call.Source, "v1-sbom")
				}
				call.Erase()
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmTags, judge.HarmAttached}, Says: "the tag v1-sbom",
		}),
	})
}

// A registry that does not delete is a clear refusal of the tool's, on the
// image alone, too.
func TestDeletesThatAreRefused(t *testing.T) {
	faketool.Check(t, map[string]faketool.Case{
		"by the registry": {
			Verb: toolchains.DeleteTag,
			Middleware: []func(http.Handler) http.Handler{func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
					if req.Method == http.MethodDelete {
						w.WriteHeader(http.StatusMethodNotAllowed)
						return
					}
					next.ServeHTTP(w, req)
				})
			}},
			Do: func(call *faketool.Call) {
				call.Exit, call.Stderr = 1, "Error: 405 UNSUPPORTED: the operation is unsupported"
			},
			Outcome: reports.Baseline, Control: reports.UnclearRefusal, Says: "on the image alone: Error: 405",
		},
	})
}
