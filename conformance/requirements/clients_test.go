package requirements

import (
	"slices"
	"strings"
	"testing"
)

func TestClientNotesAreAboutRequirements(t *testing.T) {
	notes, err := loadClientNotes()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, note := range notes {
		if seen[note.About] {
			t.Errorf("%s stands twice", note.About)
		}
		seen[note.About] = true
		isAbout := func(n ClientNote) bool { return n.About == note.About }
		if !slices.ContainsFunc(All(), func(r Requirement) bool { return slices.ContainsFunc(ClientNotes(r.ID), isAbout) }) {
			t.Errorf("no requirement is %s, or begins with it", note.About)
		}
		if note.Note == "" || len(note.Threads) == 0 {
			t.Errorf("%s has no note, or no thread", note.About)
		}
		for _, thread := range note.Threads {
			if !strings.HasPrefix(thread, "https://github.com/") {
				t.Errorf("%s: %q is no public thread", note.About, thread)
			}
		}
	}
}

func TestNotesAreFoundByTheBeginningOfAnID(t *testing.T) {
	notes := ClientNotes("push.blob.mount.fallback")
	if len(notes) != 1 || notes[0].About != "push.blob.mount" {
		t.Errorf("%+v", notes)
	}
	if notes := ClientNotes("push.blob.mounted"); notes != nil {
		t.Errorf("a word that only begins alike has notes: %+v", notes)
	}
}
