package reports

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestBadges(t *testing.T) {
	equal(t, badges(sample()), []badge{
		{1, "pull", "1/1", "brightgreen"},
		{1, "push", "1/3", "red"},
		{1, "discovery", "1/1", "yellow"},
		{1, "management", "unsupported", "lightgrey"},
		{1, "references", "not tested", "lightgrey"},
		{1, "errors", "0/1", "red"},
	})
	equal(t, badges(sampleMatrix()), []badge{{1, "downlevel", "silent harm", "red"}})
}

func TestBadgesAreFiles(t *testing.T) {
	dir := t.TempDir()
	if _, err := WriteAll(dir, sample(), Options{}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "badges", "push.json"))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	equal(t, got, map[string]any{"schemaVersion": 1.0, "label": "push", "message": "1/3", "color": "red"})
}

// A file of results that somebody else wrote cannot name a file elsewhere.
func TestBadgesStayInTheirFolder(t *testing.T) {
	run := sample()
	run.Workflows[0].Name, run.Workflows[1].Name = "../../pull", ".push"
	dir := filepath.Join(t.TempDir(), "a", "b")
	if _, err := WriteAll(dir, run, Options{}); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "..", "*.json"))
	if err != nil || len(found) > 0 {
		t.Errorf("%v, %v", found, err)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "badges"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.Sort(names)
	equal(t, names, []string{"discovery.json", "errors.json", "management.json", "references.json"})
}
