package judge_test

import (
	"testing"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"

	"assay/downlevel/faketool"
	"assay/downlevel/judge"
	"assay/downlevel/toolchains"
	"assay/fixtures"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

func TestAttaching(t *testing.T) {
	attaching := func(s faketool.Case) faketool.Case { s.Verb = toolchains.Attach; return s }
	// once does something where the mechanism has done its work.
	once := func(do func(call *faketool.Call)) func(call *faketool.Call) {
		return func(call *faketool.Call) {
			attached := call.IsAttached()
			call.Attach()
			if attached {
				do(call)
			}
		}
	}
	faketool.Check(t, map[string]faketool.Case{
		"beside what is there":                  attaching(faketool.Case{Do: func(call *faketool.Call) { call.Attach() }, Outcome: reports.Works, Control: reports.Works}),
		"beside what is there, without the API": attaching(faketool.Case{NoReferrersAPI: true, Do: func(call *faketool.Call) { call.Attach() }, Outcome: reports.Works}),
		"to an index":                           attaching(faketool.Case{Mechanism: "buildkit-attestation", Do: func(call *faketool.Call) { call.Attach() }, Outcome: reports.Works}),
		"by the referrers tag, though there is the API": attaching(faketool.Case{
			Do: func(call *faketool.Call) {
				call.List(call.Source, digest.Digest(call.Vars.Digest), call.Attach().Referrer())
			},
			Outcome: reports.Works, Says: "the tag sha256-",
		}),
		"by a tag of cosign's": attaching(faketool.Case{
			Do: func(call *faketool.Call) { call.Sign(".sig", true) }, Outcome: reports.Works, Says: ".sig is new",
		}),
		"by a tag of cosign's that is there": attaching(faketool.Case{
			Mechanism: "cosign-tags", Do: func(call *faketool.Call) { call.Sign(".sig", true) }, Outcome: reports.Works,
		}),
		"by a tag of cosign's that is there, and the registry tidies up": attaching(faketool.Case{
			Mechanism: "cosign-tags",
			Do: func(call *faketool.Call) {
				tag := mechanisms.FallbackTag(digest.Digest(call.Vars.Digest)) + ".sig"
				had := call.Has(call.Source, tag)
				var was fixtures.Manifest
				if had {
					was = call.Pull(call.Source, tag)
				}
				call.Sign(".sig", true)
				if had {
					call.Remove(call.Source, was.Digest.String())
				}
			},
			Outcome: reports.Works,
		}),
		"in place of what is under a tag of cosign's": attaching(faketool.Case{
			Mechanism: "cosign-tags", Do: func(call *faketool.Call) { call.Sign(".sbom", false) },
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAttached}, Says: ".sbom has lost an artifact that was attached before",
		}),
		"the old list is deleted": attaching(faketool.Case{
			NoReferrersAPI: true, Mechanism: "fallback-tag",
			Do: func(call *faketool.Call) {
				tag := mechanisms.FallbackTag(digest.Digest(call.Vars.Digest))
				old := call.Source.GetManifest(call.Ctx, tag)
				call.Attach()
				if old.OK() {
					call.Remove(call.Source, digest.FromBytes(old.Body).String())
				}
			},
			Outcome: reports.Works,
		}),
		"the list comes in another order": attaching(faketool.Case{
			NoReferrersAPI: true, Mechanism: "fallback-tag",
			Do: func(call *faketool.Call) {
				call.Attach()
				subject := digest.Digest(call.Vars.Digest)
				entries := call.Referrers(call.Source, subject)
				call.List(call.Source, subject, append(entries[1:], entries[0])...)
			},
			Outcome: reports.Works,
		}),
		"the registry takes the referrers tag over": attaching(faketool.Case{
			Mechanism: "fallback-tag",
			Do: once(func(call *faketool.Call) {
				call.Remove(call.Source, mechanisms.FallbackTag(digest.Digest(call.Vars.Digest)))
			}),
			Outcome: reports.Works,
		}),
		"nothing is attached": attaching(faketool.Case{
			Do: func(call *faketool.Call) {
				if !call.IsAttached() {
					call.Attach()
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmNothing}, Says: "nothing is attached",
		}),
		"in place of what is there": attaching(faketool.Case{
			Do: func(call *faketool.Call) {
				old := call.Referrers(call.Source, digest.Digest(call.Vars.Digest))
				call.Attach()
				for _, d := range old {
					call.Remove(call.Source, d.Digest.String())
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAttached}, Says: "is not found any more",
		}),
		"in place of the list": attaching(faketool.Case{
			NoReferrersAPI: true,
			Do: func(call *faketool.Call) {
				call.List(call.Source, digest.Digest(call.Vars.Digest), call.Attach().Referrer())
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAttached}, Says: "is not found any more",
		}),
		"in place of what others listed": attaching(faketool.Case{
			NoReferrersAPI: true, Mechanism: "referrers-of-referrers",
			Do: once(func(call *faketool.Call) {
				for _, tag := range call.Tags(call.Source) {
					if len(tag) > 60 && tag != mechanisms.FallbackTag(digest.Digest(call.Vars.Digest)) {
						call.Remove(call.Source, tag)
					}
				}
			}),
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAttached},
		}),
		"where the list was": attaching(faketool.Case{
			NoReferrersAPI: true, Mechanism: "fallback-tag",
			Do: func(call *faketool.Call) {
				m := call.Attach()
				if len(call.Referrers(call.Source, digest.Digest(call.Vars.Digest))) > 1 {
					call.Put(call.Source, mechanisms.FallbackTag(digest.Digest(call.Vars.Digest)), m)
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmAttached, judge.HarmFallback}, Says: "(application/vnd.oci.image.manifest.v1+json) now, which is no index of referrers",
		}),
		"where a tag is": attaching(faketool.Case{
			Do:      once(func(call *faketool.Call) { call.Put(call.Source, "stable", call.Attach()) }),
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmTags}, Says: "the tag stable names",
		}),
		"and a tag is gone": attaching(faketool.Case{
			Mechanism: "tagged-artifact", Do: once(func(call *faketool.Call) { call.Remove(call.Source, "v1-sbom") }),
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmTags, judge.HarmAttached}, Says: "the tag v1-sbom (the attached SBOM) is gone",
		}),
		"and a manifest is gone": attaching(faketool.Case{
			Mechanism: "artifact-first-index",
			Do: func(call *faketool.Call) {
				index := call.Index(call.Source, call.Vars.Tag)
				call.Attach()
				if index != nil {
					call.Remove(call.Source, index[2].Digest.String())
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmManifest}, Says: "another image",
		}),
		// BuildKit does it so, to the image alone, too.
		"by a new index under the tag": attaching(faketool.Case{
			Do: func(call *faketool.Call) {
				image := call.Pull(call.Source, call.Vars.Tag)
				image.Blobs = nil
				m := fixtures.NewArtifact("fake", call.Vars.ArtifactType)
				call.Push(call.Source, m.Digest.String(), m)
				call.Put(call.Source, call.Vars.Tag, fixtures.NewIndex("", []fixtures.Manifest{image, m}))
			},
			Outcome: reports.Baseline, Control: reports.SilentHarm,
		}),
	})
}

// Verify goes by the exit code, and by what it changes.
func TestVerifying(t *testing.T) {
	sign := func(call *faketool.Call) { call.Attach() }
	faketool.Check(t, map[string]faketool.Case{
		"as before": {Verb: toolchains.Verify, Prepare: sign, Do: func(*faketool.Call) {}, Outcome: reports.Works},
		"what cannot be prepared": {
			Verb: toolchains.Verify, Prepare: func(call *faketool.Call) { call.Exit, call.Stderr = 1, "error: no key" }, Do: func(*faketool.Call) {},
			Outcome: reports.Baseline, Says: "the preparation failed: error: no key",
		},
		"what the mechanism would overwrite": {
			Verb: toolchains.Verify, Mechanism: "cosign-tags", Prepare: func(call *faketool.Call) { call.Sign(".sig", true) }, Do: func(*faketool.Call) {},
			Outcome: reports.NotApplicable, Says: ".sig, which the mechanism also needs", Control: reports.Works,
		},
		"what the mechanism adds to": {
			Verb: toolchains.Verify, Mechanism: "fallback-tag", NoReferrersAPI: true, Prepare: sign,
			Do: func(call *faketool.Call) {
				want := 1
				if call.Has(call.Source, call.Vars.Digest) && len(call.Referrers(call.Source, digest.Digest(call.Vars.Digest))) > 1 {
					want = 2
				}
				call.Expect(call.Referrers(call.Source, digest.Digest(call.Vars.Digest))).To(HaveLen(want))
			},
			Outcome: reports.Works,
		},
		"no longer": {
			Verb: toolchains.Verify, Prepare: sign, Mechanism: "buildkit-attestation",
			Do: func(call *faketool.Call) {
				call.Expect(call.Vars.Digest).To(Equal(call.Pull(call.Source, "stable").Digest.String()), "what was signed")
				if call.Index(call.Source, call.Vars.Tag) != nil {
					call.Exit, call.Stderr = 1, "error: no matching signatures"
				}
			},
			Outcome: reports.WrongReason, Says: "no matching signatures",
		},
	})
}
