package judge

import (
	"slices"

	"github.com/opencontainers/go-digest"

	"assay/fixtures/mechanisms"
	"assay/reports"
)

// leftBehind judges what a tool changed that ended with an error. A failed operation
// should change nothing; what it pushed to the target before it failed is noted.
func (e Evidence) leftByFailure(j *Judgement) {
	for _, line := range e.Other.Diff() {
		j.Harm(HarmNeighbour, "although it failed, in another repository: %s", line)
	}
	if changes(e.Verb) {
		never := func(string, digest.Digest) bool { return false }
		e.tagsStay(j, never)
		e.listsStay(j, func(digest.Digest) bool { return false })
		e.manifestsStay(j, func(digest.Digest) bool { return false })
		e.attachedStay(j, func(mechanisms.Attached) bool { return false })
		for _, line := range e.Source.Diff() {
			j.Note("although it failed: %s", line)
		}
	} else {
		for _, line := range e.Source.Diff() {
			j.Harm(HarmSource, "although it failed: %s", line)
		}
	}
	e.leftInTarget(j)
	e.referrersTags(j)
	if len(j.Harms) > 0 && j.Outcome == reports.ClearRefusal {
		j.Outcome = reports.UnclearRefusal // the error does not tell the damage
	}
}

// leftInTarget says what a failed operation left in the target.
func (e Evidence) leftInTarget(j *Judgement) {
	tagged := map[digest.Digest]bool{}
	for _, tag := range e.Target.After.TagNames() {
		d, _ := e.Target.After.TagDigest(tag)
		tagged[d] = true
		want, _ := e.Source.Before.TagDigest(tag)
		if d == want && slices.ContainsFunc(e.missing(d), func(digest.Digest) bool { return true }) {
			j.HarmOf(HarmLeft, "tag", "although it failed, the target has the tag %s, without %s", tag, e.what(e.missing(d)[0]))
			continue
		}
		j.Note("although it failed, the target has the tag %s: %s", tag, e.names(e.Target.After, tag))
	}
	untagged := 0
	for d := range e.Target.After.Manifests {
		if !tagged[d] && e.Target.After.Has(d) {
			untagged++
		}
	}
	if untagged > 0 {
		j.Note("although it failed, manifests without a tag are in the target: %d", untagged)
	}
}

// missing lists what the manifest references, and the target does not have.
func (e Evidence) missing(d digest.Digest) []digest.Digest {
	var all []digest.Digest
	m, _ := e.lookup(d)
	for _, b := range m.Blobs {
		if there, asked := e.Target.After.Blobs[b.Digest]; asked && !there {
			all = append(all, b.Digest)
		}
	}
	for _, c := range m.Children {
		if !e.Target.After.Has(c.Digest) {
			all = append(all, c.Digest)
			continue
		}
		all = append(all, e.missing(c.Digest)...)
	}
	return all
}
