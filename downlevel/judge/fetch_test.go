package judge_test

import (
	"encoding/json"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/faketool"
	"assay/downlevel/judge"
	"assay/downlevel/toolchains"
	"assay/reports"
)

func TestFetching(t *testing.T) {
	fetching := func(s faketool.Case) faketool.Case {
		if s.Verb == "" {
			s.Verb = toolchains.PullTag
		}
		if s.Yields == "" {
			s.Yields = toolchains.YieldsImage
		}
		return s
	}
	first := func(call *faketool.Call) string { // the trap of an index
		if index := call.Index(call.Source, call.Vars.Tag); index != nil {
			return index[0].Digest.String()
		}
		return call.Vars.Tag
	}
	faketool.Check(t, map[string]faketool.Case{
		"a layout":            fetching(faketool.Case{Do: func(call *faketool.Call) { call.Save(call.Vars.Tag) }, Outcome: reports.Works}),
		"a layout, by digest": fetching(faketool.Case{Verb: toolchains.PullDigest, Do: func(call *faketool.Call) { call.Save(call.Vars.Digest) }, Outcome: reports.Works}),
		"a layout with the whole index": fetching(faketool.Case{
			Mechanism: "buildkit-attestation", Do: func(call *faketool.Call) { call.Save(call.Vars.Tag) }, Outcome: reports.Works,
		}),
		"an archive": fetching(faketool.Case{Do: func(call *faketool.Call) { call.Archive(call.Vars.Tag) }, Outcome: reports.Works}),
		"an archive of the right platform": fetching(faketool.Case{
			Mechanism: "buildkit-attestation", Do: func(call *faketool.Call) { call.Archive(call.Platform(call.Vars.Tag)) }, Outcome: reports.RightPlatform,
		}),
		"nothing": fetching(faketool.Case{
			Do: func(call *faketool.Call) {
				if !call.IsAttached() {
					call.Save(call.Vars.Tag)
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmNothing}, Says: "there is no image",
		}),
		"the artifact that comes first": fetching(faketool.Case{
			Mechanism: "artifact-first-index", Do: func(call *faketool.Call) { call.Save(first(call)) },
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmWrong}, Says: ", but the attached SBOM is",
		}),
		"another platform": fetching(faketool.Case{
			Mechanism: "buildkit-attestation",
			Do: func(call *faketool.Call) {
				if index := call.Index(call.Source, call.Vars.Tag); index != nil {
					call.Save(index[1].Digest.String())
					return
				}
				call.Save(call.Vars.Tag)
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmWrong}, Says: ", but another image",
		}),
		"without a layer": fetching(faketool.Case{
			Do: func(call *faketool.Call) {
				m := call.Pull(call.Source, call.Vars.Tag)
				var doc ocispec.Manifest
				call.Expect(json.Unmarshal(m.Data, &doc)).To(Succeed())
				layers := doc.Layers
				if call.IsAttached() {
					layers = layers[:1]
				}
				for _, d := range append(layers, doc.Config) {
					call.Write(d.Digest.Encoded(), call.Source.GetBlob(call.Ctx, d.Digest.String()).Body)
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmIncomplete}, Says: "of the image was not fetched",
		}),
		"with a config written anew, attached or not": fetching(faketool.Case{
			Do: func(call *faketool.Call) { call.Archive(call.Vars.Tag, ' ') }, Outcome: reports.Works, Says: "but another config", Control: reports.Works,
		}),
		"with a config written anew because of what is attached": fetching(faketool.Case{
			Do: func(call *faketool.Call) {
				if call.IsAttached() {
					call.Archive(call.Vars.Tag, ' ')
					return
				}
				call.Archive(call.Vars.Tag)
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmConverted}, Says: "but another config",
		}),
		"files": fetching(faketool.Case{
			Yields: toolchains.YieldsFiles,
			Do: func(call *faketool.Call) {
				call.Write("hello.tar.gz", call.Layer(call.Vars.Tag, 0))
				call.Write("about.tar", faketool.Unpacked(call, call.Layer(call.Vars.Tag, 1)))
			},
			Outcome: reports.Works,
		}),
		"files of the layers": fetching(faketool.Case{
			Yields: toolchains.YieldsFiles, Mechanism: "buildkit-attestation",
			Do: func(call *faketool.Call) {
				for i := range 2 {
					for name, data := range faketool.Untar(call, call.Layer(call.Platform(call.Vars.Tag), i)) {
						call.Write(name, data)
					}
				}
			},
			Outcome: reports.RightPlatform,
		}),
		"files of something else": fetching(faketool.Case{
			Yields: toolchains.YieldsFiles, Mechanism: "artifact-first-index",
			Do: func(call *faketool.Call) {
				call.Write("a", call.Layer(first(call), 0))
				if call.Index(call.Source, call.Vars.Tag) == nil {
					call.Write("b", call.Layer(call.Vars.Tag, 1))
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmWrong, judge.HarmWrong}, Says: "is not among the files, but the attached SBOM is",
		}),
		"no files": fetching(faketool.Case{
			Yields: toolchains.YieldsFiles,
			Do: func(call *faketool.Call) {
				if !call.IsAttached() {
					call.Save(call.Vars.Tag)
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmNothing}, Says: "there are no files",
		}),
		"nothing to see": {
			Verb: toolchains.PullTag, Do: func(*faketool.Call) {}, Outcome: reports.Works, Says: "its output does not show what it fetched",
		},
		"the id": fetching(faketool.Case{
			Yields: toolchains.YieldsID, Do: func(call *faketool.Call) { call.Stdout = "Pulled\n" + call.Config(call.Vars.Tag).String() + "\n" }, Outcome: reports.Works,
		}),
		"the id of the right platform": fetching(faketool.Case{
			Yields: toolchains.YieldsID, Mechanism: "buildkit-attestation",
			Do: func(call *faketool.Call) { call.Stdout = call.Config(call.Platform(call.Vars.Tag)).String() }, Outcome: reports.RightPlatform,
		}),
		"the id of something else": fetching(faketool.Case{
			Yields: toolchains.YieldsID, Mechanism: "artifact-first-index",
			Do:      func(call *faketool.Call) { call.Stdout = call.Config(first(call)).String() },
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmWrong}, Says: "which is a part of the attached SBOM",
		}),
		"no id": fetching(faketool.Case{
			Yields: toolchains.YieldsID,
			Do: func(call *faketool.Call) {
				if !call.IsAttached() {
					call.Stderr = call.Config(call.Vars.Tag).String()
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmNothing}, Says: "named no digest",
		}),
		"the digest of the index": fetching(faketool.Case{
			Yields: toolchains.YieldsDigest, Mechanism: "buildkit-attestation",
			Do: func(call *faketool.Call) { call.Stdout = "image@" + call.Vars.Digest }, Outcome: reports.Works,
		}),
		"the last digest counts": fetching(faketool.Case{
			Yields: toolchains.YieldsDigest,
			Do: func(call *faketool.Call) {
				call.Stdout = call.Vars.Digest
				if call.IsAttached() {
					call.Stdout += " " + digest.FromString("else").String()
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmWrong}, Says: "which is unknown, not the image",
		}),
		"it runs": {
			Verb: toolchains.Run, Yields: toolchains.YieldsGreeting, Mechanism: "buildkit-attestation",
			Do: func(call *faketool.Call) { call.Stdout = "starting\n" + call.Vars.Greeting + "\n" }, Outcome: reports.RightPlatform,
		},
		"it does not run": {
			Verb: toolchains.Run, Yields: toolchains.YieldsGreeting,
			Do: func(call *faketool.Call) {
				if !call.IsAttached() {
					call.Stdout = call.Vars.Greeting
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmWrong}, Says: "was not printed",
		},
		"the source is changed by a pull": fetching(faketool.Case{
			Do: func(call *faketool.Call) {
				call.Save(call.Vars.Tag)
				if call.IsAttached() {
					call.Put(call.Source, "pulled", call.Pull(call.Source, call.Vars.Tag))
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmSource}, Says: "the source: tag pulled: not there ->",
		}),
	})
}

func TestInspecting(t *testing.T) {
	inspecting := func(s faketool.Case) faketool.Case { s.Verb = toolchains.Inspect; return s }
	raw := func(call *faketool.Call) { call.Stdout = string(call.Pull(call.Source, call.Vars.Tag).Data) + "\n" }
	pretty := func(call *faketool.Call, reference string) {
		var doc map[string]any
		call.Expect(json.Unmarshal(call.Pull(call.Source, reference).Data, &doc)).To(Succeed())
		data, _ := json.MarshalIndent(doc, "", "   ")
		call.Stdout = string(data)
	}
	faketool.Check(t, map[string]faketool.Case{
		"the bytes":             inspecting(faketool.Case{Yields: toolchains.YieldsManifest, Do: raw, Outcome: reports.Works}),
		"the bytes of an index": inspecting(faketool.Case{Yields: toolchains.YieldsManifest, Mechanism: "buildkit-attestation", Do: raw, Outcome: reports.Works}),
		"the bytes of the right one": inspecting(faketool.Case{
			Yields: toolchains.YieldsManifest, Mechanism: "buildkit-attestation",
			Do: func(call *faketool.Call) {
				call.Stdout = string(call.Pull(call.Source, call.Platform(call.Vars.Tag)).Data)
			}, Outcome: reports.RightPlatform,
		}),
		"written anew": inspecting(faketool.Case{
			Yields: toolchains.YieldsManifest, Do: func(call *faketool.Call) { pretty(call, call.Vars.Tag) }, Outcome: reports.Works,
		}),
		"the bytes of what is attached, which names the image": inspecting(faketool.Case{
			Yields: toolchains.YieldsManifest,
			Do: func(call *faketool.Call) {
				raw(call)
				if refs := call.Referrers(call.Source, digest.Digest(call.Vars.Digest)); len(refs) > 0 {
					call.Stdout = string(call.Pull(call.Source, refs[0].Digest.String()).Data)
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmWrong}, Says: "which is the attached SBOM, not the image",
		}),
		"digests of the image": inspecting(faketool.Case{
			Yields: toolchains.YieldsMentions, Do: func(call *faketool.Call) { call.Stdout = `{"Digest":"` + call.Vars.Digest + `"}` }, Outcome: reports.Works,
		}),
		"digests of the right platform": inspecting(faketool.Case{
			Yields: toolchains.YieldsMentions, Mechanism: "artifact-first-index",
			Do: func(call *faketool.Call) { call.Stdout = call.Config(call.Platform(call.Vars.Tag)).Encoded() }, Outcome: reports.RightPlatform,
		}),
		"digests of something else": inspecting(faketool.Case{
			Yields: toolchains.YieldsMentions, Mechanism: "artifact-first-index",
			Do: func(call *faketool.Call) {
				if index := call.Index(call.Source, call.Vars.Tag); index != nil {
					pretty(call, index[0].Digest.String())
					return
				}
				raw(call)
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmNotMentioned}, Says: "not about the image, but the attached SBOM is",
		}),
		"nothing": inspecting(faketool.Case{
			Yields: toolchains.YieldsMentions,
			Do: func(call *faketool.Call) {
				if !call.IsAttached() {
					raw(call)
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmNotMentioned},
		}),
	})
}
