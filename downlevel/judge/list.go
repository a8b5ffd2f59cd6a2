package judge

import (
	"strings"

	"assay/fixtures/mechanisms"
	"assay/reports"
)

// listed judges a list of tags. Every tag of the repository must be in it.
func (e Evidence) listed(j *Judgement) {
	printed := words(e.said())
	for _, tag := range e.Source.Before.TagNames() {
		if !printed[tag] {
			j.HarmOf(HarmTags, "tag", "the tag %s is not listed", tag)
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
		j.Note("the list also has the tags of the attached artifacts: %s", strings.Join(more, ", "))
	}
}

// words returns the parts of text that may be a tag or a digest.
func words(text string) map[string]bool {
	found := map[string]bool{}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool {
		return strings.ContainsRune(" \t\r\n\"',;|[](){}<>", r)
	}) {
		word = strings.TrimRight(word, ":") // a colon at the end of a heading
		found[word] = true
		// image:tag and image@digest
		for i, r := range word {
			if r == ':' || r == '@' || r == '=' || r == '/' {
				found[word[i+1:]] = true
			}
		}
	}
	return found
}

// discovered judges a list of the attached artifacts.
func (e Evidence) discovered(j *Judgement) {
	said := e.said()
	shown := 0
	for _, a := range e.Content.Attached {
		d := a.Descriptor.Digest
		if a.Kind == mechanisms.Referrer && e.subjectOf(d) != e.Named || !e.findable(e.Source.Before, a) || !e.brings(a.Kind) {
			continue
		}
		switch {
		case mentions(said, d) || a.Tag != "" && strings.Contains(said, a.Tag):
			shown++
		case a.Kind == mechanisms.Referrer:
			j.HarmOf(HarmAttached, e.attachment(d), "%s (%s) is not shown", e.what(d), Brief(d))
		}
	}
	if len(e.Content.Attached) > 0 && shown == 0 && len(j.Harms) == 0 {
		j.Outcome, j.Message = reports.NotApplicable, "the tool does not list artifacts that are attached in this way"
	}
}
