// Package judge says what came of a cell of the matrix: evidence in, judgement
// out. It asks neither the registry nor the tool.
package judge

import (
	"fmt"
	"slices"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/obtained"
	"assay/downlevel/state"
	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

// Evidence is all that a judgement is made of: what was in the registry before
// and after a tool did something, and what the tool said and made.
type Evidence struct {
	Verb   toolchains.Verb
	Yields toolchains.Yield
	// Brings is what a copy is asked to bring, or a list to show, besides the
	// image; none stands for all, where the verb says so.
	Brings  []mechanisms.Kind
	Content mechanisms.Content
	// Named is what the tag named, or the digest that was given, when the tool
	// was run.
	Named digest.Digest
	Vars  toolchains.Vars
	// Setup is what was run before the tool was, as somebody would type it.
	Setup string
	// Output is what came of the tool; Hung says that it did not end in time.
	Output toolchains.Output
	Hung   string
	// Obtained is what the tool made on this machine; nil when it made nothing.
	Obtained obtained.Content
	// The three repositories of a cell.
	Source, Target, Other Change
	// Documents are manifests that were found in the registry and are not those
	// of Content.
	Documents map[digest.Digest]Document
	// Control is what came of the same on the image alone; nil when this is the
	// control itself.
	Control *Judgement
}

// Change is a repository before and after.
type Change struct{ Before, After state.Snapshot }

// Judgement is what came of a cell. It has no outcome as long as it is not
// concluded.
type Judgement struct {
	Outcome reports.CellOutcome
	// Message says why, in one line, where it is not that it works.
	Message string
	Harms   []reports.Harm
	Notes   []string
	// Converted says that what came of it has the content of the image, but is
	// written in another way.
	Converted bool

	chose bool // the image, of an index that was named
}

// The kinds of harm.
const (
	HarmNothing      = "nothing"          // it ended well, and nothing came of it
	HarmWrong        = "wrong-content"    // something else than the image
	HarmIncomplete   = "incomplete"       // parts of the image are missing
	HarmConverted    = "changed-manifest" // the same content under another digest
	HarmChildren     = "children-lost"    // of the index that was named
	HarmAttached     = "attached-lost"    // what is attached was to arrive, or stay, or be shown
	HarmTags         = "tags-lost"        // tags were to arrive, or stay, or be shown
	HarmManifest     = "manifest-lost"
	HarmFallback     = "fallback-tag"  // what lists the referrers is no index any more
	HarmNotDone      = "not-done"      // what was to be deleted is there
	HarmSource       = "changed"       // what was only to be read
	HarmNeighbour    = "other-changed" // another repository
	HarmNotMentioned = "not-shown"     // what is shown is not about the image
)

// Harm adds a harm of the kind.
func (j *Judgement) Harm(kind, format string, args ...any) {
	j.Harms = append(j.Harms, reports.Harm{Kind: kind, Text: fmt.Sprintf(format, args...)})
}

// Note adds what a reader may want to know, and what is no harm.
func (j *Judgement) Note(format string, args ...any) {
	j.Notes = append(j.Notes, fmt.Sprintf(format, args...))
}

// Judge judges by what is in the registry and on the machine afterwards; the
// exit code only tells a refusal from the rest.
func (e Evidence) Judge() Judgement {
	var j Judgement
	switch {
	case e.Hung != "":
		j.Outcome, j.Message = reports.UnclearRefusal, e.Hung
	case e.Output.Exit != 0 && e.Verb == toolchains.Discover && len(e.Content.Attached) == 0:
		j.Outcome, j.Message = reports.NotApplicable, "nothing is attached, and the tool ends with an error then"
	case e.Output.Exit != 0:
		j.Outcome, j.Message = e.refusal()
		for _, line := range append(e.Source.Diff(), e.Other.Diff()...) {
			j.Note("although it failed: %s", line)
		}
	default:
		e.result(&j)
		if j.Outcome != reports.NotApplicable {
			e.untouched(&j)
		}
	}
	j.Conclude()
	return Compare(j, e.Verb, e.Control)
}

// result judges what a tool did that ended well.
func (e Evidence) result(j *Judgement) {
	switch e.Verb {
	case toolchains.PullTag, toolchains.PullDigest, toolchains.Run:
		e.fetched(j)
	case toolchains.Inspect:
		e.shown(j)
	case toolchains.ListTags:
		e.listed(j)
	case toolchains.Copy, toolchains.PushAgain, toolchains.CopyReferrers, toolchains.CopyRepository:
		e.copied(j)
	case toolchains.DeleteTag:
		e.tagDeleted(j)
	case toolchains.DeleteDigest:
		e.manifestDeleted(j)
	case toolchains.Attach:
		e.attached(j)
	case toolchains.Discover:
		e.discovered(j)
	}
}

// Conclude derives the outcome where it is not a refusal.
func (j *Judgement) Conclude() {
	switch {
	case j.Outcome != "":
	case len(j.Harms) > 0:
		j.Outcome, j.Message = reports.SilentHarm, j.Harms[0].Text
	case j.chose:
		j.Outcome = reports.RightPlatform
	default:
		j.Outcome = reports.Works
	}
}

// Compare sets against the judgement of a cell what goes wrong on the image
// alone, too. Nothing is compared without a control.
func Compare(j Judgement, verb toolchains.Verb, control *Judgement) Judgement {
	c := control
	if c == nil || j.Outcome == reports.NotApplicable {
		return j
	}
	switch c.Outcome {
	case reports.ClearRefusal, reports.UnclearRefusal:
		if verb != toolchains.Discover { // alone, there is nothing to list
			return Baseline(*c)
		}
	case reports.SilentHarm:
		if j.Outcome != reports.SilentHarm {
			return Baseline(*c)
		}
		j.Harms = slices.DeleteFunc(j.Harms, func(h reports.Harm) bool {
			return slices.ContainsFunc(c.Harms, func(o reports.Harm) bool { return o.Kind == h.Kind })
		})
		if len(j.Harms) == 0 {
			return Baseline(*c)
		}
		j.Message = j.Harms[0].Text
	}
	return j
}

// Baseline is the judgement of a cell whose control is bad.
func Baseline(control Judgement) Judgement {
	return Judgement{Outcome: reports.Baseline, Message: "on the image alone: " + control.Message}
}

// changes says whether the verb is meant to change the source.
func changes(v toolchains.Verb) bool {
	switch v {
	case toolchains.DeleteTag, toolchains.DeleteDigest, toolchains.Attach:
		return true
	}
	return false
}

// untouched sees to what no verb may change: another repository, and the source
// where it was only read.
func (e Evidence) untouched(j *Judgement) {
	for _, line := range e.Other.Diff() {
		j.Harm(HarmNeighbour, "another repository: %s", line)
	}
	if changes(e.Verb) {
		return
	}
	for _, line := range e.Source.Diff() {
		j.Harm(HarmSource, "the source: %s", line)
	}
}

// Diff is what differs, a line each.
func (c Change) Diff() []string { return c.Before.Diff(c.After) }

// said is everything the tool printed.
func (e Evidence) said() string { return e.Output.Stdout + "\n" + e.Output.Stderr }
