package downlevel

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/toolchains"
	"assay/reports"
)

// config is the digest of the config of the manifest.
func (h *hands) config(reference string) digest.Digest {
	var doc ocispec.Manifest
	h.Expect(h.source.GetManifest(h.ctx, reference).JSON(&doc)).To(Succeed())
	return doc.Config.Digest
}

// archive is $OUT as a docker archive, in which layers are not compressed; more
// is added to the config.
func (h *hands) archive(reference string, more ...byte) {
	m := h.pull(h.source, reference)
	var doc ocispec.Manifest
	h.Expect(json.Unmarshal(m.Data, &doc)).To(Succeed())
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	file := func(name string, data []byte) {
		h.Expect(w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data))})).To(Succeed())
		_, err := w.Write(data)
		h.Expect(err).NotTo(HaveOccurred())
	}
	file(doc.Config.Digest.Encoded()+".json", append(h.source.GetBlob(h.ctx, doc.Config.Digest.String()).Body, more...))
	for _, l := range doc.Layers {
		file(l.Digest.Encoded()+"/layer.tar", unpacked(h, h.source.GetBlob(h.ctx, l.Digest.String()).Body))
	}
	h.Expect(w.Close()).To(Succeed())
	h.write("image.tar", out.Bytes())
}

func TestFetching(t *testing.T) {
	fetching := func(s scene) scene {
		if s.verb == "" {
			s.verb = toolchains.PullTag
		}
		if s.yields == "" {
			s.yields = toolchains.YieldsImage
		}
		return s
	}
	first := func(h *hands) string { // the trap of an index
		if index := h.index(h.source, h.vars.Tag); index != nil {
			return index[0].Digest.String()
		}
		return h.vars.Tag
	}
	play(t, map[string]scene{
		"a layout":            fetching(scene{do: func(h *hands) { h.save(h.vars.Tag) }, outcome: reports.Works}),
		"a layout, by digest": fetching(scene{verb: toolchains.PullDigest, do: func(h *hands) { h.save(h.vars.Digest) }, outcome: reports.Works}),
		"a layout with the whole index": fetching(scene{
			mechanism: "buildkit-attestation", do: func(h *hands) { h.save(h.vars.Tag) }, outcome: reports.Works,
		}),
		"an archive": fetching(scene{do: func(h *hands) { h.archive(h.vars.Tag) }, outcome: reports.Works}),
		"an archive of the right platform": fetching(scene{
			mechanism: "buildkit-attestation", do: func(h *hands) { h.archive(h.platform(h.vars.Tag)) }, outcome: reports.RightPlatform,
		}),
		"nothing": fetching(scene{
			do: func(h *hands) {
				if !h.isAttached() {
					h.save(h.vars.Tag)
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmNothing}, says: "there is no image",
		}),
		"the artifact that comes first": fetching(scene{
			mechanism: "artifact-first-index", do: func(h *hands) { h.save(first(h)) },
			outcome: reports.SilentHarm, harms: []string{harmWrong}, says: ", but what is attached is",
		}),
		"another platform": fetching(scene{
			mechanism: "buildkit-attestation",
			do: func(h *hands) {
				if index := h.index(h.source, h.vars.Tag); index != nil {
					h.save(index[1].Digest.String())
					return
				}
				h.save(h.vars.Tag)
			},
			outcome: reports.SilentHarm, harms: []string{harmWrong}, says: ", but another image",
		}),
		"without a layer": fetching(scene{
			do: func(h *hands) {
				m := h.pull(h.source, h.vars.Tag)
				var doc ocispec.Manifest
				h.Expect(json.Unmarshal(m.Data, &doc)).To(Succeed())
				layers := doc.Layers
				if h.isAttached() {
					layers = layers[:1]
				}
				for _, d := range append(layers, doc.Config) {
					h.write(d.Digest.Encoded(), h.source.GetBlob(h.ctx, d.Digest.String()).Body)
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmIncomplete}, says: "of the image was not fetched",
		}),
		"with a config written anew, attached or not": fetching(scene{
			do: func(h *hands) { h.archive(h.vars.Tag, ' ') }, outcome: reports.Works, says: "but another config", control: reports.Works,
		}),
		"with a config written anew because of what is attached": fetching(scene{
			do: func(h *hands) {
				if h.isAttached() {
					h.archive(h.vars.Tag, ' ')
					return
				}
				h.archive(h.vars.Tag)
			},
			outcome: reports.SilentHarm, harms: []string{harmConverted}, says: "but another config",
		}),
		"files": fetching(scene{
			yields: toolchains.YieldsFiles,
			do: func(h *hands) {
				h.write("hello.tar.gz", h.layer(h.vars.Tag, 0))
				h.write("about.tar", unpacked(h, h.layer(h.vars.Tag, 1)))
			},
			outcome: reports.Works,
		}),
		"files of the layers": fetching(scene{
			yields: toolchains.YieldsFiles, mechanism: "buildkit-attestation",
			do: func(h *hands) {
				for i := range 2 {
					for name, data := range untar(h, h.layer(h.platform(h.vars.Tag), i)) {
						h.write(name, data)
					}
				}
			},
			outcome: reports.RightPlatform,
		}),
		"files of something else": fetching(scene{
			yields: toolchains.YieldsFiles, mechanism: "artifact-first-index",
			do: func(h *hands) {
				h.write("a", h.layer(first(h), 0))
				if h.index(h.source, h.vars.Tag) == nil {
					h.write("b", h.layer(h.vars.Tag, 1))
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmWrong, harmWrong}, says: "is not among the files, but what is attached is",
		}),
		"no files": fetching(scene{
			yields: toolchains.YieldsFiles,
			do: func(h *hands) {
				if !h.isAttached() {
					h.save(h.vars.Tag)
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmNothing}, says: "there are no files",
		}),
		"nothing to see": {
			verb: toolchains.PullTag, do: func(*hands) {}, outcome: reports.Works, says: "the tool shows nothing of what it fetched",
		},
		"the id": fetching(scene{
			yields: toolchains.YieldsID, do: func(h *hands) { h.stdout = "Pulled\n" + h.config(h.vars.Tag).String() + "\n" }, outcome: reports.Works,
		}),
		"the id of the right platform": fetching(scene{
			yields: toolchains.YieldsID, mechanism: "buildkit-attestation",
			do: func(h *hands) { h.stdout = h.config(h.platform(h.vars.Tag)).String() }, outcome: reports.RightPlatform,
		}),
		"the id of something else": fetching(scene{
			yields: toolchains.YieldsID, mechanism: "artifact-first-index",
			do:      func(h *hands) { h.stdout = h.config(first(h)).String() },
			outcome: reports.SilentHarm, harms: []string{harmWrong}, says: "which is a part of what is attached",
		}),
		"no id": fetching(scene{
			yields: toolchains.YieldsID,
			do: func(h *hands) {
				if !h.isAttached() {
					h.stderr = h.config(h.vars.Tag).String()
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmNothing}, says: "named no digest",
		}),
		"the digest of the index": fetching(scene{
			yields: toolchains.YieldsDigest, mechanism: "buildkit-attestation",
			do: func(h *hands) { h.stdout = "image@" + h.vars.Digest }, outcome: reports.Works,
		}),
		"the last digest counts": fetching(scene{
			yields: toolchains.YieldsDigest,
			do: func(h *hands) {
				h.stdout = h.vars.Digest
				if h.isAttached() {
					h.stdout += " " + digest.FromString("else").String()
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmWrong}, says: "which is unknown, not the image",
		}),
		"it runs": {
			verb: toolchains.Run, yields: toolchains.YieldsGreeting, mechanism: "buildkit-attestation",
			do: func(h *hands) { h.stdout = "starting\n" + h.vars.Greeting + "\n" }, outcome: reports.RightPlatform,
		},
		"it does not run": {
			verb: toolchains.Run, yields: toolchains.YieldsGreeting,
			do: func(h *hands) {
				if !h.isAttached() {
					h.stdout = h.vars.Greeting
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmWrong}, says: "was not printed",
		},
		"the source is changed by a pull": fetching(scene{
			do: func(h *hands) {
				h.save(h.vars.Tag)
				if h.isAttached() {
					h.put(h.source, "pulled", h.pull(h.source, h.vars.Tag))
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmSource}, says: "the source: tag pulled: not there ->",
		}),
	})
}

func (h *hands) layer(reference string, i int) []byte {
	var doc ocispec.Manifest
	h.Expect(h.source.GetManifest(h.ctx, reference).JSON(&doc)).To(Succeed())
	return h.source.GetBlob(h.ctx, doc.Layers[min(i, len(doc.Layers)-1)].Digest.String()).Body
}

func TestInspecting(t *testing.T) {
	inspecting := func(s scene) scene { s.verb = toolchains.Inspect; return s }
	raw := func(h *hands) { h.stdout = string(h.pull(h.source, h.vars.Tag).Data) + "\n" }
	pretty := func(h *hands, reference string) {
		var doc map[string]any
		h.Expect(json.Unmarshal(h.pull(h.source, reference).Data, &doc)).To(Succeed())
		data, _ := json.MarshalIndent(doc, "", "   ")
		h.stdout = string(data)
	}
	play(t, map[string]scene{
		"the bytes":             inspecting(scene{yields: toolchains.YieldsManifest, do: raw, outcome: reports.Works}),
		"the bytes of an index": inspecting(scene{yields: toolchains.YieldsManifest, mechanism: "buildkit-attestation", do: raw, outcome: reports.Works}),
		"the bytes of the right one": inspecting(scene{
			yields: toolchains.YieldsManifest, mechanism: "buildkit-attestation",
			do: func(h *hands) { h.stdout = string(h.pull(h.source, h.platform(h.vars.Tag)).Data) }, outcome: reports.RightPlatform,
		}),
		"written anew": inspecting(scene{
			yields: toolchains.YieldsManifest, do: func(h *hands) { pretty(h, h.vars.Tag) }, outcome: reports.Works,
		}),
		"the bytes of what is attached, which names the image": inspecting(scene{
			yields: toolchains.YieldsManifest,
			do: func(h *hands) {
				raw(h)
				if refs := h.referrers(h.source, digest.Digest(h.vars.Digest)); len(refs) > 0 {
					h.stdout = string(h.pull(h.source, refs[0].Digest.String()).Data)
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmWrong}, says: "which is what is attached, not the image",
		}),
		"digests of the image": inspecting(scene{
			yields: toolchains.YieldsMentions, do: func(h *hands) { h.stdout = `{"Digest":"` + h.vars.Digest + `"}` }, outcome: reports.Works,
		}),
		"digests of the right platform": inspecting(scene{
			yields: toolchains.YieldsMentions, mechanism: "artifact-first-index",
			do: func(h *hands) { h.stdout = h.config(h.platform(h.vars.Tag)).Encoded() }, outcome: reports.RightPlatform,
		}),
		"digests of something else": inspecting(scene{
			yields: toolchains.YieldsMentions, mechanism: "artifact-first-index",
			do: func(h *hands) {
				if index := h.index(h.source, h.vars.Tag); index != nil {
					pretty(h, index[0].Digest.String())
					return
				}
				raw(h)
			},
			outcome: reports.SilentHarm, harms: []string{harmNotMentioned}, says: "not about the image, but what is attached is",
		}),
		"nothing": inspecting(scene{
			yields: toolchains.YieldsMentions,
			do: func(h *hands) {
				if !h.isAttached() {
					raw(h)
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmNotMentioned},
		}),
	})
}

func unpacked(h *hands, layer []byte) []byte {
	plain, err := gzip.NewReader(bytes.NewReader(layer))
	h.Expect(err).NotTo(HaveOccurred())
	var data bytes.Buffer
	_, err = data.ReadFrom(plain)
	h.Expect(err).NotTo(HaveOccurred())
	return data.Bytes()
}

// untar are the files in a layer.
func untar(h *hands, layer []byte) map[string][]byte {
	files := map[string][]byte{}
	for r := tar.NewReader(bytes.NewReader(unpacked(h, layer))); ; {
		header, err := r.Next()
		if err != nil {
			return files
		}
		var data bytes.Buffer
		_, err = data.ReadFrom(r)
		h.Expect(err).NotTo(HaveOccurred())
		files[header.Name] = data.Bytes()
	}
}
