package downlevel

import (
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/state"
	"assay/fixtures/mechanisms"
)

// findable says whether what is attached can be found in the repository in the
// way that its mechanism foresees.
func (e evidence) findable(s state.Snapshot, a mechanisms.Attached) bool {
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

// listed judges a list of tags: every tag that there is must be in it.
func (e evidence) listed(j *judgement) {
	printed := words(e.said())
	for _, tag := range e.Source.Before.TagNames() {
		if !printed[tag] {
			j.harm(harmTags, "the tag %s is not listed", tag)
		}
	}
	before := map[string]bool{}
	for _, p := range e.Content.Before {
		before[p.Tag] = true
	}
	var more []string
	for _, tag := range e.Source.Before.TagNames() {
		if !before[tag] {
			more = append(more, tag)
		}
	}
	if len(more) > 0 {
		j.note("what is attached adds tags to the list: %s", strings.Join(more, ", "))
	}
}

// tagDeleted judges that the tag is gone, and nothing else.
func (e evidence) tagDeleted(j *judgement) {
	if _, there := e.Source.After.TagDigest(e.Vars.Tag); there {
		j.harm(harmNotDone, "the tag %s is still there", e.Vars.Tag)
	}
	e.tagsStay(j, func(tag string, _ digest.Digest) bool { return tag == e.Vars.Tag })
	// A registry may tidy up what nothing names any more.
	orphan := !e.tagged(e.Named, e.Vars.Tag)
	e.manifestsStay(j, func(d digest.Digest) bool { return orphan && d == e.Named })
	e.attachedStay(j, func(a mechanisms.Attached) bool { return orphan && a.Descriptor.Digest == e.Named })
}

// manifestDeleted judges that the manifest is gone, and nothing that was not
// part of it or attached to it.
func (e evidence) manifestDeleted(j *judgement) {
	if e.Source.After.Has(e.Named) {
		j.harm(harmNotDone, "the manifest %s is still there", brief(e.Named))
	}
	fallback := mechanisms.FallbackTag(e.Named)
	e.tagsStay(j, func(tag string, d digest.Digest) bool { return d == e.Named || tag == fallback })
	e.manifestsStay(j, func(d digest.Digest) bool {
		return d == e.Named || !e.tagged(d, "") // of those, a registry may tidy up any
	})
	orphans := 0
	for _, a := range e.Content.Attached {
		if e.subjectOf(a.Descriptor.Digest) == e.Named && e.Source.After.Has(a.Descriptor.Digest) {
			orphans++
		}
	}
	if orphans > 0 {
		j.note("%d attached to it stay behind", orphans)
	}
}

// tagged says whether another tag than except names d.
func (e evidence) tagged(d digest.Digest, except string) bool {
	for _, tag := range e.Source.Before.TagNames() {
		if got, _ := e.Source.Before.TagDigest(tag); got == d && tag != except {
			return true
		}
	}
	return false
}

// tagsStay sees to it that all tags but those of which may holds are as they
// were.
func (e evidence) tagsStay(j *judgement, may func(tag string, d digest.Digest) bool) {
	for _, tag := range e.Source.Before.TagNames() {
		was, _ := e.Source.Before.TagDigest(tag)
		if may(tag, was) {
			continue
		}
		switch is, ok := e.Source.After.TagDigest(tag); {
		case !ok:
			j.harm(harmTags, "the tag %s (%s) is gone, too", tag, e.what(was))
		case is != was:
			j.harm(harmTags, "the tag %s names %s now, no longer %s", tag, brief(is), e.what(was))
		}
	}
}

// manifestsStay is tagsStay for manifests.
func (e evidence) manifestsStay(j *judgement, may func(digest.Digest) bool) {
	for _, m := range e.known() {
		if !may(m.Digest) && e.Source.Before.Has(m.Digest) && !e.Source.After.Has(m.Digest) {
			j.harm(harmManifest, "%s (%s) is gone, too", e.what(m.Digest), brief(m.Digest))
		}
	}
}

// attachedStay sees to it that what could be found still can be, but for what
// may go.
func (e evidence) attachedStay(j *judgement, may func(mechanisms.Attached) bool) {
	for _, a := range e.Content.Attached {
		if !may(a) && e.findable(e.Source.Before, a) && !e.findable(e.Source.After, a) {
			j.harm(harmAttached, "what is attached (%s) is not found any more", brief(a.Descriptor.Digest))
		}
	}
}

// attached judges that the tool attached something of its own, and that all
// that was there before still is.
func (e evidence) attached(j *judgement) {
	before, after := e.Source.Before, e.Source.After
	own := len(after.Found(e.Named)) > len(before.Found(e.Named))
	fallback := mechanisms.FallbackTag(e.Named)
	for _, tag := range after.TagNames() {
		was, had := before.TagDigest(tag)
		is, _ := after.TagDigest(tag)
		if had && is == was {
			continue
		}
		own = own || e.placeOf(tag)
		switch {
		case !had:
			j.note("the tag %s is new", tag)
		case tag == fallback: // it grows
		case e.placeOf(tag):
			e.appended(j, tag, was, is)
		default:
			j.harm(harmTags, "the tag %s names %s now, no longer %s", tag, brief(is), e.what(was))
		}
	}
	for _, tag := range before.TagNames() {
		if _, ok := after.TagDigest(tag); !ok {
			j.harm(harmTags, "the tag %s is gone", tag)
		}
	}
	if !own {
		j.harm(harmNothing, "the tool ended without an error, and nothing is attached")
	}
	e.attachedStay(j, func(mechanisms.Attached) bool { return false })
	e.manifestsStay(j, func(d digest.Digest) bool { return d == before.Fallback(e.Named).Digest })
	e.fallbackStays(j)
}

// placeOf says whether a tag is a place where tools keep what is attached to
// the image: the tag of the referrers, and those of cosign.
func (e evidence) placeOf(tag string) bool {
	return strings.HasPrefix(tag, mechanisms.FallbackTag(e.Named))
}

// appended sees to it that a tag that a tool keeps its own in still holds what
// it held.
func (e evidence) appended(j *judgement, tag string, was, is digest.Digest) {
	old, ok := e.lookup(was)
	doc, found := e.Documents[is]
	if !ok || !found {
		return
	}
	kept := slices.Concat(doc.Layers, doc.Children)
	for _, b := range old.Blobs[min(1, len(old.Blobs)):] {
		if !slices.Contains(kept, b.Digest) && !slices.Contains(kept, was) {
			j.harm(harmAttached, "the tag %s has lost what was attached before", tag)
			return
		}
	}
}

// fallbackStays judges the tag that lists the referrers where there is no API.
func (e evidence) fallbackStays(j *judgement) {
	was, is := e.Source.Before.Fallback(e.Named), e.Source.After.Fallback(e.Named)
	if was.Digest == "" {
		return
	}
	if is.MediaType != was.MediaType {
		j.harm(harmFallback, "the referrers tag was an %s and is %s now", ocispec.MediaTypeImageIndex, is.MediaType)
	}
	for _, d := range was.Entries {
		if !slices.Contains(is.Entries, d) {
			j.harm(harmAttached, "the referrers tag does not list %s any more", brief(d))
		}
	}
}

// discovered judges a list of what is attached.
func (e evidence) discovered(j *judgement) {
	said := e.said()
	shown := 0
	for _, a := range e.Content.Attached {
		d := a.Descriptor.Digest
		if a.Kind == mechanisms.Referrer && e.subjectOf(d) != e.Named || !e.findable(e.Source.Before, a) {
			continue
		}
		switch {
		case mentions(said, d) || a.Tag != "" && strings.Contains(said, a.Tag):
			shown++
		case a.Kind == mechanisms.Referrer:
			j.harm(harmAttached, "what is attached (%s) is not shown", brief(d))
		}
	}
	if len(e.Content.Attached) > 0 && shown == 0 && len(j.Harms) == 0 {
		j.Outcome, j.Message = notApplicable("there is nothing that the tool would call attached")
	}
}
