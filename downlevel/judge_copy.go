package downlevel

import (
	"slices"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/obtained"
	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
)

// copied judges what arrived in the target.
func (e evidence) copied(j *judgement) {
	arrived, ok := e.Target.After.TagDigest(e.Vars.Tag)
	if !ok {
		j.harm(harmNothing, "the tool ended without an error, and the target has no tag %s", e.Vars.Tag)
		return
	}
	switch {
	case arrived == e.Named:
		e.complete(j, arrived)
	case e.sameImage(arrived) && e.namesIndex():
		j.chose = true
		j.harm(harmChildren, "%s named an index; the copy is the image alone, and the rest of the index is gone", e.Vars.Tag)
	case e.sameImage(arrived):
		j.Converted = true
		if e.Control == nil || e.Control.Converted {
			j.note("the copy has the same content, but is another manifest: %s, not %s", brief(arrived), brief(e.Named))
			break
		}
		j.harm(harmConverted, "the copy is another manifest: %s, not %s", brief(arrived), brief(e.Named))
	default:
		j.harm(harmWrong, "the copy is %s (%s), not what %s names in the source", e.what(arrived), brief(arrived), e.Vars.Tag)
	}
	for _, a := range e.Content.Attached {
		if e.asked(a) {
			e.arrives(j, a)
		}
	}
	e.leftBehind(j)
	if e.Verb == toolchains.CopyRepository {
		e.allTags(j)
	}
}

// asked says whether the copy is to bring what is attached.
func (e evidence) asked(a mechanisms.Attached) bool {
	switch {
	case e.Verb == toolchains.CopyRepository:
		return e.brings(a.Kind)
	case e.Verb != toolchains.CopyReferrers:
		return false
	case a.Kind == mechanisms.Tag: // another image's tag, for all that the tool can know
		return e.placeOf(a.Tag) && e.brings(mechanisms.Tag)
	case a.Kind == mechanisms.Child:
		return e.namesIndex() || e.brings(mechanisms.Referrer)
	}
	return e.brings(mechanisms.Referrer)
}

func (e evidence) brings(k mechanisms.Kind) bool {
	return len(e.Brings) == 0 || slices.Contains(e.Brings, k)
}

// sameImage says whether the manifest holds the image, be it written otherwise.
func (e evidence) sameImage(d digest.Digest) bool {
	if d == e.Content.Image.Digest {
		return true
	}
	doc, ok := e.Documents[d]
	if !ok {
		return false
	}
	config, layers := e.parts()
	if doc.Config == config.Digest {
		return true
	}
	var diffIDs []digest.Digest
	for _, l := range layers {
		diffIDs = append(diffIDs, obtained.Unpacked(l.Data))
	}
	return len(diffIDs) > 0 && slices.Equal(doc.DiffIDs, diffIDs)
}

// complete sees to it that the children of an index came along.
func (e evidence) complete(j *judgement, index digest.Digest) {
	m, _ := e.lookup(index)
	for _, c := range m.Children {
		if !e.Target.After.Has(c.Digest) {
			j.harm(harmChildren, "the index arrived, but %s of it, which is %s, did not", brief(c.Digest), e.what(c.Digest))
		}
	}
}

// arrives sees to it that what is attached can be found in the target as it can
// be in the source.
func (e evidence) arrives(j *judgement, a mechanisms.Attached) {
	d := a.Descriptor.Digest
	if !e.findable(e.Source.Before, a) {
		j.note("what is attached (%s) cannot be found in the source either", brief(d))
		return
	}
	if e.findable(e.Target.After, a) {
		return
	}
	if e.Target.After.Has(d) {
		j.harm(harmAttached, "what is attached (%s) was copied, but is not found as a %s", brief(d), a.Kind)
		return
	}
	j.harm(harmAttached, "what is attached (%s, a %s) did not arrive", brief(d), a.Kind)
}

// leftBehind notes what an ordinary copy does not bring.
func (e evidence) leftBehind(j *judgement) {
	left := 0
	for _, a := range e.Content.Attached {
		if a.Kind != mechanisms.Child && !e.asked(a) && !e.Target.After.Has(a.Descriptor.Digest) {
			left++
		}
	}
	if left > 0 {
		j.note("the copy has nothing attached: %d left behind, which nobody asked for", left)
	}
}

// allTags sees to it that each tag of the source is in the target.
func (e evidence) allTags(j *judgement) {
	for _, tag := range e.Source.Before.TagNames() {
		want, _ := e.Source.Before.TagDigest(tag)
		got, ok := e.Target.After.TagDigest(tag)
		switch {
		case tag == e.Vars.Tag: // judged already
		case !ok:
			j.harm(harmTags, "the tag %s did not arrive", tag)
		case got != want && !j.Converted:
			j.harm(harmTags, "the tag %s names %s in the source and %s in the copy", tag, brief(want), brief(got))
		}
	}
}
