package judge

import (
	"slices"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
)

// tagDeleted checks that the tag is gone, and nothing else. Manifests that nothing
// names any more may be gone, too: a registry may remove them.
func (e Evidence) tagDeleted(j *Judgement) {
	if _, there := e.Source.After.TagDigest(e.Vars.Tag); there {
		j.Harm(HarmNotDone, "the tag %s is still there", e.Vars.Tag)
	}
	mayTag := func(tag string, _ digest.Digest) bool { return tag == e.Vars.Tag }
	e.stays(j, mayTag, e.held(func(tag string, _ digest.Digest) bool { return tag != e.Vars.Tag }))
	e.orphans(j)
}

// manifestDeleted checks that the manifest is gone, and nothing else except its parts
// and the artifacts that are attached to it.
func (e Evidence) manifestDeleted(j *Judgement) {
	if e.Source.After.Has(e.Named) {
		j.Harm(HarmNotDone, "the manifest %s is still there", Brief(e.Named))
	}
	mayTag := func(tag string, d digest.Digest) bool { return d == e.Named || e.placeOf(tag) }
	held := e.held(func(tag string, d digest.Digest) bool { return !mayTag(tag, d) })
	if e.Verb == toolchains.DeleteAttached {
		// It was asked for, also if a list of referrers holds it; and the list changes.
		delete(held, e.Named)
		delete(held, e.Source.Before.Fallback(e.subjectOf(e.Named)).Digest)
	}
	e.stays(j, mayTag, held)
	for _, tag := range e.Source.Before.TagNames() {
		d, _ := e.Source.Before.TagDigest(tag)
		if _, there := e.Source.After.TagDigest(tag); d == e.Named && !there {
			j.Note("the tag %s named the manifest, and is gone with it", tag)
		}
	}
	e.orphans(j)
	e.stale(j)
}

// orphans says which artifacts of the deleted manifest are still there. Nothing leads to
// them any more.
func (e Evidence) orphans(j *Judgement) {
	if !e.left(e.Named) {
		return
	}
	var left []mechanisms.Attached
	for _, a := range e.attachedTo(e.Named) {
		if a.Descriptor.Digest != e.Named && e.Source.After.Has(a.Descriptor.Digest) {
			left = append(left, a)
		}
	}
	if len(left) > 0 {
		j.HarmOf(HarmOrphaned, e.words(left), "the manifest is gone, and what was attached to it is still there: %s", e.words(left))
	}
	if list := e.Source.After.Fallback(e.Named); list.Digest != "" {
		j.Note("the referrers tag of the deleted manifest is still there")
	}
}

// stale says whether a referrers tag still lists the manifest, although the registry has
// no other list (distribution-spec, "Deleting Manifests": clients should update the tag).
func (e Evidence) stale(j *Judgement) {
	subject := e.subjectOf(e.Named)
	if subject == "" || !slices.Contains(e.Source.After.Fallback(subject).Entries, e.Named) {
		return
	}
	const text = "the referrers tag of %s still lists the deleted %s (%s)"
	if _, api := e.Source.After.Referrers[subject]; api {
		j.Note(text, Brief(subject), e.attachment(e.Named), Brief(e.Named))
		return
	}
	j.HarmOf(HarmFallback, e.attachment(e.Named), text, Brief(subject), e.attachment(e.Named), Brief(e.Named))
}

// stays checks that everything is still there, except tags that may go and manifests
// that are not held.
func (e Evidence) stays(j *Judgement, mayTag func(string, digest.Digest) bool, held map[digest.Digest]bool) {
	may := func(d digest.Digest) bool { return !held[d] }
	e.tagsStay(j, mayTag)
	e.listsStay(j, may)
	e.manifestsStay(j, may)
	e.attachedStay(j, func(a mechanisms.Attached) bool { return may(a.Descriptor.Digest) })
}
