package downlevel

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

// evidence is all that a judgement is made of: what was in the registry before
// and after a tool did something, and what the tool said and made.
type evidence struct {
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
	Source, Target, Other change
	// Documents are manifests that were found in the registry and are not those
	// of Content.
	Documents map[digest.Digest]document
	// Control is what came of the same on the image alone; nil when this is the
	// control itself.
	Control *judgement
}

// change is a repository before and after.
type change struct{ Before, After state.Snapshot }

// judgement is what came of a cell.
type judgement struct {
	Outcome reports.CellOutcome `json:"outcome"`
	// Message says why, in one line, where it is not that it works.
	Message string         `json:"message,omitempty"`
	Harms   []reports.Harm `json:"harms,omitempty"`
	Notes   []string       `json:"notes,omitempty"`
	// Converted says that what came of it has the content of the image, but is
	// written in another way.
	Converted bool `json:"converted,omitempty"`

	chose bool // the image, of an index that was named
}

// The kinds of harm.
const (
	harmNothing      = "nothing"          // it ended well, and nothing came of it
	harmWrong        = "wrong-content"    // something else than the image
	harmIncomplete   = "incomplete"       // parts of the image are missing
	harmConverted    = "changed-manifest" // the same content under another digest
	harmChildren     = "children-lost"    // of the index that was named
	harmAttached     = "attached-lost"    // what is attached was to arrive, or stay, or be shown
	harmTags         = "tags-lost"        // tags were to arrive, or stay, or be shown
	harmManifest     = "manifest-lost"
	harmFallback     = "fallback-tag"  // what lists the referrers is no index any more
	harmNotDone      = "not-done"      // what was to be deleted is there
	harmSource       = "changed"       // what was only to be read
	harmNeighbour    = "other-changed" // another repository
	harmNotMentioned = "not-shown"     // what is shown is not about the image
)

func (j *judgement) harm(kind, format string, args ...any) {
	j.Harms = append(j.Harms, reports.Harm{Kind: kind, Text: fmt.Sprintf(format, args...)})
}

func (j *judgement) note(format string, args ...any) {
	j.Notes = append(j.Notes, fmt.Sprintf(format, args...))
}

// judge judges by what is in the registry and on the machine afterwards; the
// exit code only tells a refusal from the rest.
func (e evidence) judge() judgement {
	var j judgement
	switch {
	case e.Hung != "":
		j.Outcome, j.Message = reports.UnclearRefusal, e.Hung
	case e.Output.Exit != 0 && e.Verb == toolchains.Discover && len(e.Content.Attached) == 0:
		j.Outcome, j.Message = notApplicable("nothing is attached, and the tool ends with an error then")
	case e.Output.Exit != 0:
		j.Outcome, j.Message = e.refusal()
		for _, line := range append(e.Source.diff(), e.Other.diff()...) {
			j.note("although it failed: %s", line)
		}
	default:
		e.result(&j)
		if j.Outcome != reports.NotApplicable {
			e.untouched(&j)
		}
	}
	j.conclude()
	return e.compare(j)
}

// result judges what a tool did that ended well.
func (e evidence) result(j *judgement) {
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

// conclude derives the outcome where it is not a refusal.
func (j *judgement) conclude() {
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

// compare sets against the judgement what goes wrong on the image alone, too.
func (e evidence) compare(j judgement) judgement {
	c := e.Control
	if c == nil || j.Outcome == reports.NotApplicable {
		return j
	}
	switch c.Outcome {
	case reports.ClearRefusal, reports.UnclearRefusal:
		if e.Verb != toolchains.Discover { // alone, there is nothing to list
			return baseline(*c)
		}
	case reports.SilentHarm:
		if j.Outcome != reports.SilentHarm {
			return baseline(*c)
		}
		j.Harms = slices.DeleteFunc(j.Harms, func(h reports.Harm) bool {
			return slices.ContainsFunc(c.Harms, func(o reports.Harm) bool { return o.Kind == h.Kind })
		})
		if len(j.Harms) == 0 {
			return baseline(*c)
		}
		j.Message = j.Harms[0].Text
	}
	return j
}

// baseline is the judgement of a cell whose control is bad.
func baseline(control judgement) judgement {
	return judgement{Outcome: reports.Baseline, Message: "on the image alone: " + control.Message}
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
func (e evidence) untouched(j *judgement) {
	for _, line := range e.Other.diff() {
		j.harm(harmNeighbour, "another repository: %s", line)
	}
	if changes(e.Verb) {
		return
	}
	for _, line := range e.Source.diff() {
		j.harm(harmSource, "the source: %s", line)
	}
}

func (c change) diff() []string { return c.Before.Diff(c.After) }

// said is everything the tool printed.
func (e evidence) said() string { return e.Output.Stdout + "\n" + e.Output.Stderr }
