package judge

import (
	"slices"

	"github.com/opencontainers/go-digest"

	"assay/fixtures/mechanisms"
	"assay/reports"
)

// Retagged judges that a registry where the image was pushed to its tag again
// still has what is attached, and all other tags.
func (e Evidence) Retagged(j *Judgement) {
	// What is only reached by the tag may go with it.
	e.attachedStay(j, func(a mechanisms.Attached) bool { return a.Kind == mechanisms.Child || a.Tag == mechanisms.MainTag })
	e.tagsStay(j, func(tag string, _ digest.Digest) bool { return tag == mechanisms.MainTag })
	e.listsStay(j, func(digest.Digest) bool { return false })
}

// Upgraded judges that a registry that has gained the referrers API lists what
// the referrers tags listed before (distribution-spec, "Enabling the Referrers
// API"), and that its tags are as they were.
func (e Evidence) Upgraded(j *Judgement) {
	asked := 0
	for _, a := range e.Content.Attached {
		d := a.Descriptor.Digest
		subject := e.subjectOf(d)
		if a.Kind != mechanisms.Referrer || subject == "" || !slices.Contains(e.Source.Before.Fallback(subject).Entries, d) {
			continue
		}
		asked++
		if !slices.Contains(e.Source.After.Referrers[subject].Entries, d) {
			j.Harm(HarmAttached, "what is attached (%s) was in the referrers tag, and the API does not list it", Brief(d))
		}
	}
	if asked == 0 {
		j.Outcome, j.Message = reports.NotApplicable, "nothing is attached by the referrers tag"
		return
	}
	e.tagsStay(j, func(string, digest.Digest) bool { return false })
}
