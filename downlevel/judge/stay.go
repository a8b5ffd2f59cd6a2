package judge

import (
	"maps"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/state"
	"assay/fixtures"
	"assay/fixtures/mechanisms"
)

// findable says whether the artifact can be found in the repository in the way of its
// mechanism.
func (e Evidence) findable(s state.Snapshot, a mechanisms.Attached) bool {
	d := a.Descriptor.Digest
	switch a.Kind {
	case mechanisms.Tag:
		got, ok := s.TagDigest(a.Tag)
		return ok && got == d
	case mechanisms.Child:
		return s.Has(d)
	}
	return s.Has(d) && slices.Contains(s.Found(e.subjectOf(d)), d)
}

// placeOf says whether tools store artifacts of the image under the tag: the referrers
// tag, and the tags of cosign.
func (e Evidence) placeOf(tag string) bool {
	return strings.HasPrefix(tag, mechanisms.FallbackTag(e.Named))
}

// lists says whether the tag is a referrers tag.
func (e Evidence) lists(tag string) bool {
	for subject := range e.Source.Before.Fallbacks {
		if mechanisms.FallbackTag(subject) == tag {
			return true
		}
	}
	return false
}

// held returns the manifests that must stay. A tag for which holds returns true holds
// its manifest, with its children and with everything that is attached to them. But a
// manifest that the tool was asked to delete is not held by its own subject.
func (e Evidence) held(holds func(tag string, d digest.Digest) bool) map[digest.Digest]bool {
	held := map[digest.Digest]bool{}
	for _, tag := range e.Source.Before.TagNames() {
		if d, _ := e.Source.Before.TagDigest(tag); holds(tag, d) {
			held[d] = true
		}
	}
	for size := -1; size != len(held); {
		size = len(held)
		for _, m := range e.manifests() {
			if m.Subject != nil && held[m.Subject.Digest] && m.Digest != e.Named {
				held[m.Digest] = true
			}
			if !held[m.Digest] {
				continue
			}
			for _, child := range m.Children {
				held[child.Digest] = true
			}
		}
	}
	return held
}

// tagsStay checks that each tag still names the same manifest, unless may returns true
// for it. Referrers tags are checked by listsStay.
func (e Evidence) tagsStay(j *Judgement, may func(tag string, d digest.Digest) bool) {
	for _, tag := range e.Source.Before.TagNames() {
		was, _ := e.Source.Before.TagDigest(tag)
		if e.lists(tag) || may(tag, was) {
			continue
		}
		switch is, ok := e.Source.After.TagDigest(tag); {
		case !ok:
			j.HarmOf(HarmTags, "tag", "the tag %s (%s) is gone, too", tag, e.what(was))
		case is != was:
			j.HarmOf(HarmTags, "tag", "the tag %s names %s now, no longer %s", tag, Brief(is), e.what(was))
		}
	}
}

// listsStay checks that the entries of a referrers tag are still listed, by the tag or
// by the API, unless they may go. The tag's index need not be the same, as clients
// rewrite it.
func (e Evidence) listsStay(j *Judgement, may func(digest.Digest) bool) {
	before, after := e.Source.Before, e.Source.After
	for _, subject := range slices.Sorted(maps.Keys(before.Fallbacks)) {
		was, is := before.Fallbacks[subject], after.Fallbacks[subject]
		if is.Digest != "" && !isReferrersIndex(is.MediaType) { // see referrersTags
			continue
		}
		if e.left(subject) { // the list of its referrers may go with it
			continue
		}
		listed := slices.Concat(is.Entries, after.Referrers[subject].Entries)
		for _, d := range was.Entries {
			if before.Has(d) && !may(d) && !slices.Contains(listed, d) && !e.isAttached(d) { // see attachedStay
				j.HarmOf(HarmAttached, e.attachment(d), "the referrers tag of %s does not list %s any more", Brief(subject), Brief(d))
			}
		}
	}
}

// left says whether the manifest was there before, and is gone now.
func (e Evidence) left(d digest.Digest) bool {
	return e.Source.Before.Has(d) && !e.Source.After.Has(d)
}

func (e Evidence) isAttached(d digest.Digest) bool {
	return slices.ContainsFunc(e.Content.Attached, func(a mechanisms.Attached) bool { return a.Descriptor.Digest == d })
}

// manifestsStay checks that no manifest is gone, except those that may go, and that
// each manifest that is there has its blobs.
func (e Evidence) manifestsStay(j *Judgement, may func(digest.Digest) bool) {
	for _, m := range e.manifests() {
		switch {
		case !e.left(m.Digest):
			e.blobsStay(j, m)
		case !may(m.Digest) && !e.isAttached(m.Digest): // see attachedStay
			j.Harm(HarmManifest, "%s (%s) is gone, too", e.what(m.Digest), Brief(m.Digest))
		}
	}
}

func (e Evidence) blobsStay(j *Judgement, m fixtures.Manifest) {
	for _, b := range m.Blobs {
		if there, asked := e.Source.After.Blobs[b.Digest]; asked && !there && e.Source.Before.Blobs[b.Digest] {
			j.Harm(HarmIncomplete, "the blob %s of %s is gone", Brief(b.Digest), e.what(m.Digest))
		}
	}
}

// attachedStay checks that artifacts that could be found before can still be found,
// except those that may go, and those whose subject is gone.
func (e Evidence) attachedStay(j *Judgement, may func(mechanisms.Attached) bool) {
	for _, a := range e.Content.Attached {
		if a.Kind == mechanisms.Referrer && e.left(e.subjectOf(a.Descriptor.Digest)) {
			continue
		}
		if !may(a) && e.findable(e.Source.Before, a) && !e.findable(e.Source.After, a) {
			d := a.Descriptor.Digest
			j.HarmOf(HarmAttached, e.attachment(d), "%s (%s) is not found any more", e.what(d), Brief(d))
		}
	}
}
