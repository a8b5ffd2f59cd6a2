package judge

import (
	"github.com/opencontainers/go-digest"

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
}

// manifestDeleted checks that the manifest is gone, and nothing else except its parts
// and the artifacts that are attached to it.
func (e Evidence) manifestDeleted(j *Judgement) {
	if e.Source.After.Has(e.Named) {
		j.Harm(HarmNotDone, "the manifest %s is still there", Brief(e.Named))
	}
	mayTag := func(tag string, d digest.Digest) bool { return d == e.Named || e.placeOf(tag) }
	e.stays(j, mayTag, e.held(func(tag string, d digest.Digest) bool { return !mayTag(tag, d) }))
	orphans := 0
	for _, a := range e.Content.Attached {
		if e.subjectOf(a.Descriptor.Digest) == e.Named && e.Source.After.Has(a.Descriptor.Digest) {
			orphans++
		}
	}
	if orphans > 0 {
		j.Note("artifacts of the deleted manifest that are still there: %d", orphans)
	}
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
