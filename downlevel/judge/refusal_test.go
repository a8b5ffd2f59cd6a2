package judge_test

import (
	"cmp"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"

	"assay/downlevel/faketool"
	"assay/downlevel/judge"
	"assay/downlevel/state"
	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

// What tools print that end with an error.
func TestRefusals(t *testing.T) {
	made := func(mechanism string) mechanisms.Content {
		m, _ := mechanisms.Get(mechanism)
		return m.Make("nonce")
	}
	bill := made("subject-manifest").Attached[0].Descriptor
	image := made("subject-manifest").Image
	const elsewhere = "sha256:0123456789012345678901234567890123456789012345678901234567890123"
	for name, c := range map[string]struct {
		mechanism      string // by default subject-manifest
		stderr, stdout string
		exit           int
		want           reports.CellOutcome
		message        string
	}{
		"a media type": {
			mechanism: "buildkit-attestation",
			stderr:    "Pulling v1\nError: unsupported media type application/vnd.in-toto+json\n", want: reports.ClearRefusal,
			message: "Error: unsupported media type application/vnd.in-toto+json",
		},
		"a media type that is not there": {stderr: "Error: unsupported media type application/vnd.in-toto+json", want: reports.UnclearRefusal},
		"a media type of the image":      {stderr: "Error: unsupported media type " + image.MediaType, want: reports.UnclearRefusal},
		"a platform that is there": {
			mechanism: "buildkit-attestation", stderr: "no matching manifest for linux/amd64 in the manifest list entries", want: reports.WrongReason,
		},
		"an index":                        {mechanism: "buildkit-attestation", stderr: "Error: cannot push an index", want: reports.ClearRefusal},
		"an index that is not there":      {stderr: "Error: cannot push an index", want: reports.UnclearRefusal},
		"on stdout":                       {stdout: "FATA[0000] artifact is not an image", want: reports.ClearRefusal},
		"an artifact where there is none": {mechanism: "dangling-subject", stderr: "Error: artifact is not an image", want: reports.UnclearRefusal},
		"what is there":                   {stderr: "error: manifest unknown", want: reports.WrongReason},
		"what is there, by its digest":    {stderr: "error: " + image.Digest.String() + ": not found", want: reports.WrongReason},
		"what is not there":               {mechanism: "dangling-subject", stderr: "error: " + elsewhere + ": not found", want: reports.ClearRefusal},
		"the type of what is attached":    {stderr: "failed: " + bill.ArtifactType, want: reports.ClearRefusal},
		"its digest alone":                {stderr: "failed: " + bill.Digest.String(), want: reports.UnclearRefusal},
		"nothing":                         {want: reports.UnclearRefusal, message: "it failed and said nothing"},
		"a digest that does not match":    {stderr: "Error: digest mismatch", want: reports.UnclearRefusal, message: "Error: digest mismatch"},
		"a status":                        {stderr: "Error: unexpected status 500", want: reports.UnclearRefusal},
		"broken off":                      {stderr: "Error: unexpected EOF\n\n", want: reports.UnclearRefusal, message: "Error: unexpected EOF"},
		"usage":                           {stderr: "usage: tool [OPTIONS]", want: reports.UnclearRefusal},
		// What went on before names a platform and a manifest, the error does not.
		"a cause that is none": {
			stderr: "Trying platform linux/amd64 of the image index\nWriting manifest to image destination\nError: EOF", want: reports.UnclearRefusal,
			message: "Error: EOF",
		},
		"the error before its explanation": {
			stderr: "Error: invalid reference\nthe artifact is not supported", want: reports.ClearRefusal, message: "Error: invalid reference",
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
			content := made(cmp.Or(c.mechanism, "subject-manifest"))
			named := content.Image.Digest
			for _, p := range content.After {
				if p.Tag == mechanisms.MainTag {
					named = p.Manifest.Digest
				}
			}
			here := state.Snapshot{Manifests: map[digest.Digest]state.Manifest{}}
			for _, m := range judge.Manifests(content.Before, content.After) {
				here.Manifests[m.Digest] = state.Manifest{SHA256: m.Digest}
			}
			e := judge.Evidence{
				Verb: toolchains.Copy, Content: content, Named: named, Source: judge.Change{Before: here, After: here}, Output: toolchains.Output{Exit: c.exit, Stdout: c.stdout, Stderr: c.stderr},
			}
			j := e.Judge()
			g.Expect(j.Outcome).To(Equal(c.want), j.Message)
			if c.message != "" {
				g.Expect(j.Message).To(Equal(c.message))
			}
		})
	}
}

func TestRefusalsInCells(t *testing.T) {
	fail := func(call *faketool.Call) { call.Exit, call.Stderr = 1, "Error: unsupported artifact" }
	faketool.Check(t, map[string]faketool.Case{
		"of what is attached": {
			Verb: toolchains.Copy,
			Do: func(call *faketool.Call) {
				if call.CopyTag(); call.IsAttached() {
					fail(call)
				}
			},
			Outcome: reports.ClearRefusal, Says: "unsupported artifact", Control: reports.Works,
		},
		"of everything": {Verb: toolchains.Copy, Do: fail, Outcome: reports.Baseline, Control: reports.UnclearRefusal},
		"that changes something": {
			Verb: toolchains.Copy,
			Do: func(call *faketool.Call) {
				if call.CopyTag(); call.IsAttached() {
					call.Remove(call.Source, "v2")
					fail(call)
				}
			},
			Outcome: reports.UnclearRefusal, Harms: []string{judge.HarmSource}, Says: "although it failed: tag v2",
		},
		"that never comes": {
			Verb:    toolchains.Copy,
			Do:      func(call *faketool.Call) { call.CopyTag(); call.Hung = call.IsAttached() },
			Outcome: reports.UnclearRefusal, Says: "the tool did not end within 1m0s", Control: reports.Works,
		},
		"that never comes for anything": {
			Verb: toolchains.Copy, Do: func(call *faketool.Call) { call.Hung = true }, Outcome: reports.Baseline, Control: reports.UnclearRefusal,
		},
		"that is in the way of a harm on the image alone": {
			Verb: toolchains.Copy,
			Do: func(call *faketool.Call) {
				if call.IsAttached() {
					fail(call)
				}
			},
			Outcome: reports.Baseline, Says: "on the image alone: the tool ended without an error, and the target has no tag v1", Control: reports.SilentHarm,
		},
		"of another harm than on the image alone": {
			Verb: toolchains.Copy,
			Do: func(call *faketool.Call) {
				call.Remove(call.Other, "v2")
				call.CopyTag()
				for _, d := range call.Referrers(call.Source, call.Pull(call.Source, "v1").Digest) {
					call.Remove(call.Source, d.Digest.String())
				}
			},
			Outcome: reports.SilentHarm, Harms: []string{judge.HarmSource, judge.HarmSource}, Control: reports.SilentHarm,
		},
		"by the registry, of the mechanism": {
			Verb: toolchains.Copy, Mechanism: "oras-artifact", Do: func(call *faketool.Call) { call.CopyTag() },
			Outcome: reports.NotApplicable, Says: "the registry refuses it: the manifest",
		},
	})
}
