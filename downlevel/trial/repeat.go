package trial

import (
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/judge"
	"assay/downlevel/obtained"
	"assay/downlevel/repeat"
	"assay/downlevel/toolchains"
	"assay/reports"
	"assay/wire"
)

// script returns the script that repeats the cell.
func (l *Lane) script(c Cell, s *stage, e judge.Evidence, j judge.Judgement) string {
	story := repeat.Story{
		Title: c.Tool.String() + " " + string(c.Verb) + " with " + c.Mechanism.Name + ": " + string(j.Outcome),
		// The content of the image alone is that of the mechanism, without the artifacts.
		Mechanism: c.Mechanism.Name, Nonce: s.nonce, Chart: c.Tool.Installed.Toolchain.Subject == toolchains.Chart,
		Setup: e.Setup, Run: e.Output.Script, Scheme: l.run.Client.Target().Scheme, API: len(e.Source.Before.Referrers) > 0,
		Source: &e.Source.After, Known: s.r.watched, Subjects: s.r.subjects,
		Failed: e.Output.Exit != 0 || e.Hung != "", Absent: absent(e),
	}
	for _, m := range judge.Manifests(s.content.After) {
		if !slices.Contains(wire.ManifestTypes, m.MediaType) && !slices.Contains(story.ManifestTypes, m.MediaType) {
			story.ManifestTypes = append(story.ManifestTypes, m.MediaType)
		}
	}
	if writesTarget(c.Verb) {
		story.Target = &e.Target.After
	}
	for _, h := range j.Harms {
		story.Why = append(story.Why, h.Text)
	}
	if len(story.Why) == 0 {
		story.Why = []string{j.Message}
	}
	return wire.RedactText(story.Script())
}

// absent lists the words that should be in what the tool printed or fetched, and are not.
func absent(e judge.Evidence) []string {
	var words []string
	digests := []digest.Digest{e.Named, e.Content.Image.Digest}
	switch e.Verb {
	case toolchains.ListTags:
		words = e.Source.Before.TagNames()
	case toolchains.Discover:
		digests = nil
		for _, a := range e.Content.Attached {
			digests = append(digests, a.Descriptor.Digest)
		}
	case toolchains.Run:
		words, digests = []string{e.Content.Greeting}, nil
	case toolchains.PullTag, toolchains.PullDigest, toolchains.Inspect:
		for _, b := range e.Content.Image.Blobs {
			digests = append(digests, b.Digest)
		}
	default:
		return nil
	}
	for _, d := range digests {
		if !has(e.Obtained, d) {
			words = append(words, d.Encoded())
		}
	}
	said := e.Output.Stdout + e.Output.Stderr
	words = slices.DeleteFunc(words, func(word string) bool { return word == "" || strings.Contains(said, word) })
	slices.Sort(words)
	return slices.Compact(words)
}

func has(o obtained.Content, d digest.Digest) bool { return o != nil && o.Has(d) }

// repeatable says whether cells with the outcome get a script.
func repeatable(o reports.CellOutcome) bool {
	switch o {
	case reports.SilentHarm, reports.Orphaned, reports.WrongReason, reports.UnclearRefusal:
		return true
	}
	return false
}
