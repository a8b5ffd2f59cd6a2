package requirements

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

// ClientNote says what it does to clients if a requirement is not kept.
type ClientNote struct {
	// About is a requirement, or the beginning of several, such as "push.blob.mount".
	About string `yaml:"about"`
	Note  string `yaml:"note"`
	// Clients names the tools whose users reported it; none if the thread names none.
	Clients []string `yaml:"clients"`
	Threads []string `yaml:"threads"`
}

var clientNotes = sync.OnceValue(func() []ClientNote {
	notes, err := loadClientNotes()
	if err != nil {
		panic(err) // a part of the binary: its own test keeps it sound
	}
	return notes
})

func loadClientNotes() ([]ClientNote, error) {
	data, err := files.ReadFile("notes/clients.yaml")
	if err != nil {
		return nil, err
	}
	var notes []ClientNote
	if err := yaml.UnmarshalWithOptions(data, &notes, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("clients.yaml: %w", err)
	}
	return notes, nil
}

// ClientNotes returns what is known of clients that a broken requirement hurts, the most
// special note first.
func ClientNotes(id ID) []ClientNote {
	var found []ClientNote
	for _, note := range clientNotes() {
		if string(id) == note.About || strings.HasPrefix(string(id), note.About+".") {
			found = append(found, note)
		}
	}
	slices.SortStableFunc(found, func(a, b ClientNote) int { return len(b.About) - len(a.About) })
	return found
}
