// Package judge turns the evidence of a cell into a judgement. It sends nothing to the
// registry, and runs no tool.
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

// Evidence is everything that a judgement depends on: the content of the registry
// before and after a tool ran, the output of the tool, and the files that it made.
type Evidence struct {
	Verb   toolchains.Verb
	Yields toolchains.Yield
	// Brings lists the kinds of artifacts that a copy was asked to copy, or a list to
	// show, besides the image. Empty means all, for the verbs that are about artifacts.
	Brings  []mechanisms.Kind
	Content mechanisms.Content
	// Limits are the losses that the tool's documentation announces for the verb.
	Limits []toolchains.Limit
	// Named is the digest that the tag named, or that the tool was given, when it ran.
	Named digest.Digest
	Vars  toolchains.Vars
	// Setup has the commands that ran before the tool, as a person would type them.
	Setup string
	// Output is the output of the tool. Hung says that it did not end in time.
	Output toolchains.Output
	Hung   string
	// Obtained has the files that the tool made on this machine; nil if there are none.
	Obtained obtained.Content
	// The three repositories of a cell.
	Source, Target, Other Change
	// Documents are manifests that were found in the registry and that Content does not
	// have.
	Documents map[digest.Digest]Document
	// Control is the judgement of the same verb on the image alone; nil if this is the
	// control itself.
	Control *Judgement
}

// Change is a repository before and after.
type Change struct{ Before, After state.Snapshot }

// Judgement is the result of a cell. Its outcome is empty until [Judgement.Conclude].
type Judgement struct {
	Outcome reports.CellOutcome
	// Message gives the reason in one line, unless the tool works.
	Message string
	Harms   []reports.Harm
	Notes   []string
	// Converted says that the result has the content of the image, but in another
	// manifest.
	Converted bool
	// Lost are the fields that the manifest of the image alone lost on the way.
	Lost []string
	// Limit is the page of the tool's documentation that announces the loss.
	Limit string
	// Script repeats the cell; empty if there is nothing to repeat.
	Script string

	chose   bool            // the tool chose the image from the index that it was asked for
	drifted []digest.Digest // the digests whose artifacts were judged as orphaned
}

// The kinds of harm.
const (
	HarmNothing      = "nothing"          // the tool ended without an error, and nothing is there
	HarmWrong        = "wrong-content"    // other content than the image
	HarmIncomplete   = "incomplete"       // parts of the image are missing
	HarmConverted    = "changed-manifest" // the same content under another digest
	HarmPlatform     = "platform-lost"    // the image of another platform, or the platform of an entry
	HarmSubject      = "subject-lost"     // the manifest has no subject any more
	HarmAnnotations  = "annotations-lost" // the manifest or a descriptor has fewer annotations
	HarmData         = "data-lost"        // a descriptor has no embedded data any more
	HarmFields       = "fields-lost"      // an artifactType, or fields that no specification knows
	HarmAttached     = "attached-lost"    // an artifact is missing in the target, in the source or in a list
	HarmOrphaned     = "orphaned"         // the digest changed or is gone: what is attached names it still
	HarmDisagree     = "lists-disagree"   // the referrers API and the referrers tag show different artifacts
	HarmLeft         = "left-behind"      // a failed operation left a tag that names incomplete content
	HarmTags         = "tags-lost"        // a tag is missing in the target, in the source or in a list
	HarmManifest     = "manifest-lost"
	HarmFallback     = "fallback-tag"  // the referrers tag does not name an index, or not all of it
	HarmNotDone      = "not-done"      // the tag or manifest was not deleted
	HarmSource       = "changed"       // the source changed, although the tool only had to read it
	HarmNeighbour    = "other-changed" // another repository changed
	HarmNotMentioned = "not-shown"     // the output is not about the image
)

// Harm adds a harm of the kind.
func (j *Judgement) Harm(kind, format string, args ...any) { j.HarmOf(kind, "", format, args...) }

// HarmOf adds a harm of the kind. what names what was lost, in a word of the field.
func (j *Judgement) HarmOf(kind, what, format string, args ...any) {
	j.Harms = append(j.Harms, reports.Harm{Kind: kind, What: what, Text: fmt.Sprintf(format, args...)})
}

// Note adds information for the reader that is not a harm.
func (j *Judgement) Note(format string, args ...any) {
	j.Notes = append(j.Notes, fmt.Sprintf(format, args...))
}

// Judge looks at the registry and at the machine after the tool ended. It uses the exit
// code only to see whether the tool refused.
func (e Evidence) Judge() Judgement {
	var j Judgement
	switch {
	case e.unseen():
		j.Outcome, j.Message = reports.NotApplicable, "the registry does not show what is attached: nobody can find it in the source either"
	case e.Hung != "":
		j.Outcome, j.Message = reports.UnclearRefusal, e.Hung
	case e.Output.Exit != 0 && e.Verb == toolchains.Discover && len(e.Content.Attached) == 0:
		j.Outcome, j.Message = reports.NotApplicable, "nothing is attached: in this case the tool ends with an error"
	case e.Output.Exit != 0:
		j.Outcome, j.Message = e.refusal()
		e.leftByFailure(&j)
	default:
		e.result(&j)
		if j.Outcome != reports.NotApplicable {
			e.untouched(&j)
			e.referrersTags(&j)
			e.shortened(&j)
			e.disagree(&j)
		}
	}
	j.Conclude()
	return e.limited(Compare(j, e.Verb, e.Control))
}

// unseen says whether a verb that is about the attached artifacts cannot be judged,
// because the registry does not show any of them.
func (e Evidence) unseen() bool {
	switch e.Verb {
	case toolchains.CopyReferrers, toolchains.CopyRepository, toolchains.Discover:
		return len(e.Content.Attached) > 0 &&
			!slices.ContainsFunc(e.Content.Attached, func(a mechanisms.Attached) bool { return e.findable(e.Source.Before, a) })
	}
	return false
}

// result judges a tool that ended without an error.
func (e Evidence) result(j *Judgement) {
	switch e.Verb {
	case toolchains.PullTag, toolchains.PullDigest, toolchains.Run:
		e.fetched(j)
	case toolchains.Inspect:
		e.shown(j)
	case toolchains.ListTags:
		e.listed(j)
	case toolchains.Copy, toolchains.PushAgain, toolchains.CopyReferrers, toolchains.CopyRepository,
		toolchains.CopyAttached, toolchains.PushAttached:
		e.copied(j)
	case toolchains.DeleteTag:
		e.tagDeleted(j)
	case toolchains.DeleteDigest, toolchains.DeleteAttached:
		e.manifestDeleted(j)
	case toolchains.Attach:
		e.attached(j)
	case toolchains.Discover:
		e.discovered(j)
	}
}

// Conclude derives the outcome from the harms, unless the tool refused.
func (j *Judgement) Conclude() {
	switch {
	case j.Outcome != "":
	case len(j.Harms) > 0:
		j.Outcome, j.Message = reports.SilentHarm, j.Harms[0].Text
		if !slices.ContainsFunc(j.Harms, func(h reports.Harm) bool { return h.Kind != HarmOrphaned }) {
			j.Outcome = reports.Orphaned
		}
	case j.chose:
		j.Outcome = reports.RightPlatform
	default:
		j.Outcome = reports.Works
	}
}

// Compare compares the judgement of a cell with its control: harm that happens on the
// image alone, too, does not count. Without a control it changes nothing.
func Compare(j Judgement, verb toolchains.Verb, control *Judgement) Judgement {
	c := control
	if c == nil || j.Outcome == reports.NotApplicable {
		return j
	}
	switch c.Outcome {
	case reports.ClearRefusal, reports.UnclearRefusal, reports.WrongReason:
		if verb != toolchains.Discover { // without artifacts there is nothing to list
			return Baseline(*c)
		}
	case reports.SilentHarm, reports.DocumentedLimit:
		if j.Outcome != reports.SilentHarm && j.Outcome != reports.Orphaned {
			return Baseline(*c)
		}
		j.Harms = slices.DeleteFunc(j.Harms, func(h reports.Harm) bool {
			return slices.ContainsFunc(c.Harms, func(o reports.Harm) bool { return o.Kind == h.Kind })
		})
		if len(j.Harms) == 0 {
			return Baseline(*c)
		}
		j.Outcome = ""
		j.Conclude()
	}
	return j
}

// Baseline is the judgement of a cell if its control went wrong.
func Baseline(control Judgement) Judgement {
	return Judgement{Outcome: reports.Baseline, Message: "on the image alone: " + control.Message}
}

// changes says whether the verb is meant to change the source.
func changes(v toolchains.Verb) bool {
	switch v {
	case toolchains.DeleteTag, toolchains.DeleteDigest, toolchains.DeleteAttached, toolchains.Attach:
		return true
	}
	return false
}

// untouched checks that no other repository has changed, nor the source, if the verb
// only reads it.
func (e Evidence) untouched(j *Judgement) {
	for _, line := range e.Other.Diff() {
		j.Harm(HarmNeighbour, "another repository: %s", line)
	}
	if !changes(e.Verb) {
		for _, line := range e.Source.Diff() {
			j.Harm(HarmSource, "the source: %s", line)
		}
		return
	}
	if e.Verb == toolchains.Attach {
		return
	}
	for _, tag := range e.Source.After.TagNames() { // who deletes adds nothing
		if _, had := e.Source.Before.Tags[tag]; !had {
			j.HarmOf(HarmSource, "tag", "the source: the tag %s is new", tag)
		}
	}
}

// Diff returns a line for each difference.
func (c Change) Diff() []string { return c.Before.Diff(c.After) }

// said returns everything that the tool printed.
func (e Evidence) said() string { return e.Output.Stdout + "\n" + e.Output.Stderr }
