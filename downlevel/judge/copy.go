package judge

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/obtained"
	"assay/downlevel/toolchains"
	"assay/fixtures"
	"assay/fixtures/mechanisms"
)

// copied judges the content of the target.
func (e Evidence) copied(j *Judgement) {
	arrived, ok := e.Target.After.TagDigest(e.Vars.Tag)
	if !ok {
		j.Harm(HarmNothing, "the tool ended without an error, and the target has no tag %s", e.Vars.Tag)
		return
	}
	switch {
	case arrived == e.Named:
		e.complete(j, arrived)
	case e.sameImage(arrived) && e.namesIndex():
		j.chose = true
		e.taken(j)
	case e.sameImage(arrived), e.copyOf(arrived, e.Named), slices.Contains(e.Documents[arrived].Children, e.Named):
		e.converted(j, arrived)
	case e.namesIndex() && slices.Contains(e.Documents[arrived].Children, e.Content.Image.Digest):
		e.rewritten(j, arrived)
	default:
		j.Harm(HarmWrong, "the copy is %s (%s), not the manifest that %s names in the source", e.what(arrived), Brief(arrived), e.Vars.Tag)
	}
	for _, a := range e.Content.Attached {
		if e.asked(a) {
			e.arrives(j, a)
		}
	}
	e.leftBehind(j)
	e.moreTags(j)
	if e.Verb == toolchains.CopyRepository {
		e.allTags(j)
	}
}

// taken judges a copy that is the image alone, although the tag named an index: the rest
// of the index is lost.
func (e Evidence) taken(j *Judgement) {
	m, _ := e.lookup(e.Named)
	for _, c := range m.Children {
		if c.Digest != e.Content.Image.Digest {
			e.withoutChild(j, c.Digest, fmt.Sprintf("%s named an index; the copy is the image alone", e.Vars.Tag))
		}
	}
}

// withoutChild adds the loss of a child of the index: an attached artifact, or the image
// of another platform. before says what happened.
func (e Evidence) withoutChild(j *Judgement, child digest.Digest, before string) {
	kind, what, name := HarmPlatform, "platform", e.what(child)
	if e.isAttached(child) {
		kind, what = HarmAttached, e.attachment(child)
	} else if platform := e.platformOf(child); platform != "" {
		name = "the image for " + platform
	}
	j.HarmOf(kind, what, "%s, without %s (%s)", before, name, Brief(child))
}

// platformOf returns the platform of a child of the index that the tool was asked for;
// empty if its entry has none.
func (e Evidence) platformOf(child digest.Digest) string {
	var index ocispec.Index
	if json.Unmarshal(e.bytesOf(e.Named), &index) != nil {
		return ""
	}
	for _, d := range index.Manifests {
		if d.Digest == child && d.Platform != nil {
			return d.Platform.OS + "/" + d.Platform.Architecture
		}
	}
	return ""
}

// moreTags notes tags of the target that the source does not have.
func (e Evidence) moreTags(j *Judgement) {
	for _, tag := range e.Target.After.TagNames() {
		if _, had := e.Source.Before.TagDigest(tag); !had && tag != e.Vars.Tag && !e.brokenList(tag) {
			j.Note("the target also has the tag %s: %s", tag, e.names(e.Target.After, tag))
		}
	}
}

// converted judges a copy that is another manifest with the same content.
func (e Evidence) converted(j *Judgement, arrived digest.Digest) {
	e.lost(j, e.Named, arrived)
	e.orphaned(j, e.Named, arrived)
	e.convertedTo(j, fmt.Sprintf("the copy has the same content, but is another manifest: %s, not %s", Brief(arrived), Brief(e.Named)))
}

// convertedTo judges a copy with the content of the image in another manifest. A tool
// may do this, as long as it does the same with the image alone.
func (e Evidence) convertedTo(j *Judgement, text string) {
	j.Converted = true
	if e.Control == nil || e.Control.Converted {
		j.Note("%s", text)
		return
	}
	j.Harm(HarmConverted, "%s", text)
}

// rewritten judges a copy that is another index, with the image in it.
func (e Evidence) rewritten(j *Judgement, arrived digest.Digest) {
	m, _ := e.lookup(e.Named)
	lost := 0
	for _, c := range m.Children {
		if !slices.Contains(e.Documents[arrived].Children, c.Digest) {
			lost++
			e.withoutChild(j, c.Digest, "the copy is another index")
		}
	}
	if lost == 0 {
		e.converted(j, arrived)
	}
}

// asked says whether the tool was asked to copy the artifact.
func (e Evidence) asked(a mechanisms.Attached) bool {
	switch {
	case e.Verb == toolchains.CopyRepository:
		return e.brings(a.Kind)
	case e.Verb != toolchains.CopyReferrers:
		return false
	case a.Kind == mechanisms.Tag: // to the tool this is the tag of another image
		return e.placeOf(a.Tag) && e.brings(mechanisms.Tag)
	case a.Kind == mechanisms.Child:
		return e.namesIndex() || e.brings(mechanisms.Referrer)
	}
	return e.brings(mechanisms.Referrer)
}

func (e Evidence) brings(k mechanisms.Kind) bool {
	return len(e.Brings) == 0 || slices.Contains(e.Brings, k)
}

// sameImage says whether the manifest has the content of the image, in the same or in
// another form.
func (e Evidence) sameImage(d digest.Digest) bool { return e.same(d, e.Content.Image) }

// same says whether the manifest has the content of m: the same config, or the same
// uncompressed layers.
func (e Evidence) same(d digest.Digest, m fixtures.Manifest) bool {
	if d == m.Digest {
		return true
	}
	doc, ok := e.Documents[d]
	if !ok || len(m.Blobs) == 0 {
		return false
	}
	if doc.Config == m.Blobs[0].Digest && len(doc.Layers) == len(m.Blobs)-1 {
		return true
	}
	var diffIDs []digest.Digest
	for _, l := range m.Blobs[1:] {
		diffIDs = append(diffIDs, obtained.Unpacked(l.Data))
	}
	return len(diffIDs) > 0 && slices.Equal(doc.DiffIDs, diffIDs)
}

// complete checks that everything that the manifest references was copied, too: the
// children of an index, and the blobs.
func (e Evidence) complete(j *Judgement, d digest.Digest) {
	m, _ := e.lookup(d)
	for _, b := range m.Blobs {
		if there, asked := e.Target.After.Blobs[b.Digest]; asked && !there {
			j.Harm(HarmIncomplete, "the blob %s of %s is not in the copy", Brief(b.Digest), e.what(d))
		}
	}
	for _, c := range m.Children {
		if !e.Target.After.Has(c.Digest) {
			e.withoutChild(j, c.Digest, "the index was copied, but its entries were not")
			continue
		}
		e.complete(j, c.Digest)
	}
}

// arrives checks that the artifact can be found in the target in the same way as in the
// source.
func (e Evidence) arrives(j *Judgement, a mechanisms.Attached) {
	d := a.Descriptor.Digest
	if !e.findable(e.Source.Before, a) {
		j.Note("%s (%s) cannot be found in the source either", e.what(d), Brief(d))
		return
	}
	if e.findable(e.Target.After, a) {
		return
	}
	if e.Target.After.Has(d) {
		j.HarmOf(HarmAttached, e.attachment(d), "%s (%s) was copied, but is not found as a %s", e.what(d), Brief(d), a.Kind)
		return
	}
	j.HarmOf(HarmAttached, e.attachment(d), "%s (%s, a %s) is not in the copy", e.what(d), Brief(d), a.Kind)
}

// leftBehind notes the artifacts that an ordinary copy does not copy.
func (e Evidence) leftBehind(j *Judgement) {
	left := 0
	for _, a := range e.Content.Attached {
		if a.Kind != mechanisms.Child && !e.asked(a) && !e.Target.After.Has(a.Descriptor.Digest) {
			left++
		}
	}
	if left > 0 {
		j.Note("artifacts that the tool was not asked to copy, and left behind: %d", left)
	}
}

// allTags checks that each tag of the source is in the target.
func (e Evidence) allTags(j *Judgement) {
	for _, tag := range e.Source.Before.TagNames() {
		want, _ := e.Source.Before.TagDigest(tag)
		got, ok := e.Target.After.TagDigest(tag)
		switch {
		case tag == e.Vars.Tag, got == want, e.brokenList(tag): // judged elsewhere
		case e.listArrived(tag):
			if !ok {
				j.Note("the referrers tag %s is not in the copy, but the API lists its entries", tag)
			}
		case !ok:
			j.HarmOf(HarmTags, "tag", "the tag %s is not in the copy", tag)
		case e.copyOf(got, want):
			e.lost(j, want, got)
			e.orphaned(j, want, got)
			if !j.Converted && e.Control != nil && !e.Control.Converted {
				j.Harm(HarmConverted, "the tag %s names another manifest with the same content: %s, not %s", tag, Brief(got), Brief(want))
			}
		default:
			j.HarmOf(HarmTags, "tag", "the tag %s names %s in the source and %s in the copy", tag, Brief(want), Brief(got))
		}
	}
}

// copyOf says whether got has the content of want, a manifest of the content.
func (e Evidence) copyOf(got, want digest.Digest) bool {
	m, ok := e.lookup(want)
	return ok && e.same(got, m)
}

// listArrived says whether the target lists all entries of a referrers tag. The tag's
// index need not be the same, as clients rewrite it.
func (e Evidence) listArrived(tag string) bool {
	for subject, list := range e.Source.Before.Fallbacks {
		if mechanisms.FallbackTag(subject) != tag {
			continue
		}
		listed := slices.Concat(e.Target.After.Referrers[subject].Entries, e.Target.After.Fallbacks[subject].Entries)
		return !slices.ContainsFunc(list.Entries, func(d digest.Digest) bool { return !slices.Contains(listed, d) })
	}
	return false
}
