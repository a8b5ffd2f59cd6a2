package downlevel

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

// What tools print that end with an error.
func TestRefusals(t *testing.T) {
	m, _ := mechanisms.Get("subject-manifest")
	content := m.Make("nonce")
	bill := content.Attached[0].Descriptor
	for name, c := range map[string]struct {
		stderr, stdout string
		exit           int
		want           reports.CellOutcome
		message        string
	}{
		"a media type": {
			stderr: "Pulling v1\nError: unsupported media type application/vnd.in-toto+json\n", want: reports.ClearRefusal,
			message: "Error: unsupported media type application/vnd.in-toto+json",
		},
		"a platform":                   {stderr: "no matching manifest for linux/amd64 in the manifest list entries", want: reports.ClearRefusal},
		"on stdout":                    {stdout: "FATA[0000] artifact is not an image", want: reports.ClearRefusal},
		"not there":                    {stderr: "error: manifest unknown", want: reports.ClearRefusal},
		"the type of what is attached": {stderr: "failed: " + bill.ArtifactType, want: reports.ClearRefusal},
		"its digest":                   {stderr: "failed: " + bill.Digest.String(), want: reports.ClearRefusal},
		"nothing":                      {want: reports.UnclearRefusal, message: "it failed and said nothing"},
		"a digest that does not match": {stderr: "Error: digest mismatch", want: reports.UnclearRefusal, message: "Error: digest mismatch"},
		"a status":                     {stderr: "Error: unexpected status 500", want: reports.UnclearRefusal},
		"broken off":                   {stderr: "Error: unexpected EOF\n\n", want: reports.UnclearRefusal, message: "Error: unexpected EOF"},
		"usage":                        {stderr: "usage: tool [OPTIONS]", want: reports.UnclearRefusal},
		// What went on before names a platform and a manifest, the error does not.
		"a cause that is none": {
			stderr: "Trying platform linux/amd64 of the image index\nWriting manifest to image destination\nError: EOF", want: reports.UnclearRefusal,
			message: "Error: EOF",
		},
		"the error before its explanation": {
			stderr: "Error: invalid reference\nthe media type is not supported", want: reports.ClearRefusal, message: "Error: invalid reference",
		},
		"a panic": {
			stderr: "panic: runtime error: index out of range [0] with length 0\n\ngoroutine 1 [running]:\nplatforms.Match(...)\n\t/src/mediatype.go:1 error",
			exit:   2, want: reports.UnclearRefusal, message: "panic: runtime error: index out of range [0] with length 0",
		},
		"a traceback":  {stderr: "Traceback (most recent call last):\n  File \"index.py\"\nKeyError: 'platform'", want: reports.UnclearRefusal},
		"by a signal":  {stderr: "Error: no such platform", exit: 137, want: reports.UnclearRefusal},
		"segmentation": {stderr: "sh: line 1: 123 Segmentation fault   tool index", exit: 139, want: reports.UnclearRefusal},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			if c.exit == 0 {
				c.exit = 1
			}
			e := evidence{Verb: toolchains.Copy, Content: content, Output: toolchains.Output{Exit: c.exit, Stdout: c.stdout, Stderr: c.stderr}}
			j := e.judge()
			g.Expect(j.Outcome).To(Equal(c.want), j.Message)
			if c.message != "" {
				g.Expect(j.Message).To(Equal(c.message))
			}
		})
	}
}

func TestRefusalsInCells(t *testing.T) {
	fail := func(h *hands) { h.exit, h.stderr = 1, "Error: unsupported media type" }
	play(t, map[string]scene{
		"of what is attached": {
			verb: toolchains.Copy,
			do: func(h *hands) {
				if h.copyTag(); h.isAttached() {
					fail(h)
				}
			},
			outcome: reports.ClearRefusal, says: "unsupported media type", control: reports.Works,
		},
		"of everything": {verb: toolchains.Copy, do: fail, outcome: reports.Baseline, control: reports.ClearRefusal},
		"that changes something": {
			verb: toolchains.Copy,
			do: func(h *hands) {
				if h.copyTag(); h.isAttached() {
					h.remove(h.source, "v2")
					fail(h)
				}
			},
			outcome: reports.ClearRefusal, says: "although it failed: tag v2",
		},
		"that never comes": {
			verb:    toolchains.Copy,
			do:      func(h *hands) { h.copyTag(); h.hung = h.isAttached() },
			outcome: reports.UnclearRefusal, says: "the tool did not end within 1m0s", control: reports.Works,
		},
		"that never comes for anything": {
			verb: toolchains.Copy, do: func(h *hands) { h.hung = true }, outcome: reports.Baseline, control: reports.UnclearRefusal,
		},
		"that is in the way of a harm on the image alone": {
			verb: toolchains.Copy,
			do: func(h *hands) {
				if h.isAttached() {
					fail(h)
				}
			},
			outcome: reports.Baseline, says: "on the image alone: the tool ended without an error, and the target has no tag v1", control: reports.SilentHarm,
		},
		"of another harm than on the image alone": {
			verb: toolchains.Copy,
			do: func(h *hands) {
				h.remove(h.other, "v2")
				h.copyTag()
				for _, d := range h.referrers(h.source, h.pull(h.source, "v1").Digest) {
					h.remove(h.source, d.Digest.String())
				}
			},
			outcome: reports.SilentHarm, harms: []string{harmSource, harmSource}, control: reports.SilentHarm,
		},
		"by the registry, of the mechanism": {
			verb: toolchains.Copy, mechanism: "oras-artifact", do: func(h *hands) { h.copyTag() },
			outcome: reports.NotApplicable, says: "the registry refuses it: the manifest",
		},
	})
}

func TestLongOutputIsCut(t *testing.T) {
	g := NewWithT(t)
	text := strings.Repeat("ä", 10000) + "end"
	got := cut(text)
	g.Expect(len(got)).To(BeNumerically("<", outputLimit+100))
	g.Expect(got).To(And(HavePrefix("ää"), HaveSuffix("ääend"), ContainSubstring("bytes …")))
	g.Expect(cut("a\xffb https://user:secret@host/")).To(And(HavePrefix("a\uFFFDb"), Not(ContainSubstring("secret"))))
}
