package judge

import (
	"slices"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/state"
	"assay/fixtures/mechanisms"
)

// attached checks that the tool attached an artifact, and that everything that was
// there before is still there.
func (e Evidence) attached(j *Judgement) {
	before, after := e.Source.Before, e.Source.After
	own := grew(before, after, e.Named)
	replaced := map[digest.Digest]bool{} // the tags that replaced them
	for _, tag := range after.TagNames() {
		was, had := before.TagDigest(tag)
		is, _ := after.TagDigest(tag)
		if had && is == was {
			continue
		}
		own = own || e.placeOf(tag)
		switch {
		case !had:
			j.Note("the tag %s is new", tag)
		case e.placeOf(tag) && !e.lists(tag):
			replaced[was] = true
			e.appended(j, tag, was, is)
		}
	}
	if !own {
		j.Harm(HarmNothing, "the tool ended without an error, and nothing is attached")
	}
	e.tagsStay(j, func(_ string, d digest.Digest) bool { return replaced[d] })
	e.listsStay(j, func(digest.Digest) bool { return false })
	e.manifestsStay(j, func(d digest.Digest) bool { return replaced[d] || d == before.Fallback(e.Named).Digest })
	e.attachedStay(j, func(a mechanisms.Attached) bool { return replaced[a.Descriptor.Digest] })
}

// grew says whether the subject has a referrer that it did not have before.
func grew(before, after state.Snapshot, subject digest.Digest) bool {
	listed := func(s state.Snapshot) []digest.Digest {
		return slices.Concat(s.Referrers[subject].Entries, s.Fallbacks[subject].Entries)
	}
	old := listed(before)
	return slices.ContainsFunc(listed(after), func(d digest.Digest) bool { return !slices.Contains(old, d) })
}

// appended checks a tag that tools add artifacts to: everything that it had before must
// still be there.
func (e Evidence) appended(j *Judgement, tag string, was, is digest.Digest) {
	old, ok := e.lookup(was)
	doc, found := e.Documents[is]
	if !ok || !found {
		return
	}
	kept := slices.Concat(doc.Layers, doc.Children)
	for _, b := range old.Blobs[min(1, len(old.Blobs)):] {
		if !slices.Contains(kept, b.Digest) && !slices.Contains(kept, was) {
			j.HarmOf(HarmAttached, e.attachment(was), "the tag %s has lost an artifact that was attached before", tag)
			return
		}
	}
}
