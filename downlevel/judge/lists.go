package judge

import (
	"maps"
	"regexp"
	"slices"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/state"
	"assay/fixtures/mechanisms"
)

// referrersTag matches a referrers tag, whatever its subject is.
var referrersTag = regexp.MustCompile(`^sha(256-[0-9a-f]{64}|512-[0-9a-f]{64})$`)

// referrersTags checks the tags that clients read as lists of referrers, in the source
// and in the target. Such a tag must name an index, whoever writes it.
func (e Evidence) referrersTags(j *Judgement) {
	for _, at := range []struct {
		name string
		Change
	}{{"", e.Source}, {" in the target", e.Target}} {
		for _, tag := range at.After.TagNames() {
			is := at.After.Tags[tag]
			was, had := at.Before.Tags[tag]
			if !referrersTag.MatchString(tag) || had && was.SHA256 == is.SHA256 {
				continue
			}
			if copied := e.Source.Before.Tags[tag]; copied.SHA256 == is.SHA256 { // it was so before
				continue
			}
			if !isReferrersIndex(is.MediaType) {
				j.HarmOf(HarmFallback, "tag", "the referrers tag %s%s names %s (%s) now, which is no index of referrers", tag, at.name, e.names(at.After, tag), is.MediaType)
			}
		}
	}
}

func isReferrersIndex(mediaType string) bool { return isIndex(mediaType) && mediaType != dockerList }

// brokenList says whether the tag is a referrers tag that names no index in the target.
func (e Evidence) brokenList(tag string) bool {
	is, there := e.Target.After.Tags[tag]
	return there && is.SHA256 != "" && referrersTag.MatchString(tag) && !isReferrersIndex(is.MediaType)
}

// shortened checks the referrers tags in the target that the source has, too: their
// entries must be the same, or more.
func (e Evidence) shortened(j *Judgement) {
	for _, subject := range slices.Sorted(maps.Keys(e.Source.Before.Fallbacks)) {
		tag := mechanisms.FallbackTag(subject)
		is, there := e.Target.After.Fallbacks[subject]
		if !there || e.brokenList(tag) {
			continue
		}
		for _, d := range e.Source.Before.Fallbacks[subject].Entries {
			if !slices.Contains(is.Entries, d) && !slices.Contains(e.Target.After.Referrers[subject].Entries, d) {
				j.HarmOf(HarmFallback, e.attachment(d), "the referrers tag of %s in the target does not list %s (%s)", Brief(subject), e.what(d), Brief(d))
			}
		}
	}
}

// disagree compares the two ways to read the referrers of a subject: the API and the
// tag. If both showed an artifact before, and only one of them shows it now, the readers
// of the other way have lost it.
func (e Evidence) disagree(j *Judgement) {
	for _, at := range []struct {
		name string
		now  state.Snapshot
	}{{"in the source", e.Source.After}, {"in the target", e.Target.After}} {
		for _, subject := range slices.Sorted(maps.Keys(at.now.Fallbacks)) {
			byAPI, api := at.now.Referrers[subject]
			byTag := at.now.Fallbacks[subject]
			if !api || !isReferrersIndex(byTag.MediaType) {
				continue
			}
			for _, d := range only(byTag.Entries, byAPI.Entries) {
				e.oneWay(j, at.now, at.name, subject, d, "the referrers tag", "the referrers API does not")
			}
			for _, d := range only(byAPI.Entries, byTag.Entries) {
				e.oneWay(j, at.now, at.name, subject, d, "the referrers API", "the referrers tag does not")
			}
		}
	}
}

// oneWay adds an artifact that only one of the two ways shows.
func (e Evidence) oneWay(j *Judgement, now state.Snapshot, where string, subject, d digest.Digest, shown, not string) {
	before := e.Source.Before
	both := slices.Contains(before.Fallbacks[subject].Entries, d) && slices.Contains(before.Referrers[subject].Entries, d)
	switch {
	case e.known(d) && !now.Has(d): // it is gone, and is judged as such
	case both:
		j.HarmOf(HarmDisagree, e.attachment(d), "%s shows %s (%s) %s, and %s: both showed it before", shown, e.what(d), Brief(d), where, not)
	default:
		j.Note("%s shows %s (%s) %s, and %s", shown, e.what(d), Brief(d), where, not)
	}
}

// only returns the digests of a that are not in b.
func only(a, b []digest.Digest) []digest.Digest {
	return slices.DeleteFunc(slices.Clone(a), func(d digest.Digest) bool { return slices.Contains(b, d) })
}
