package reports

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "some", "where")
	for range 2 { // the second time replaces the first
		files, err := WriteAll(dir, sample(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, name := range []string{"results.json", "junit.xml", "report.html", "summary.md", "gl-code-quality.json", "badges"} {
			want = append(want, filepath.Join(dir, name))
		}
		equal(t, files, want)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 6 {
		t.Errorf("there are %d files: %v", len(entries), entries)
	}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() == 0 || info.Mode().Perm() != 0o644 {
			t.Errorf("%s has %d bytes, mode %v", e.Name(), info.Size(), info.Mode())
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "results.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := Validate(data); err != nil {
		t.Error(err)
	}
}

func TestWriteAllNamesWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	// A directory that is not empty cannot be replaced by a file.
	if err := os.MkdirAll(filepath.Join(dir, "junit.xml", "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	files, err := WriteAll(dir, sample(), Options{})
	if err == nil || !strings.Contains(err.Error(), "junit.xml") {
		t.Errorf("the error is %v", err)
	}
	if len(files) != 5 {
		t.Errorf("the others were not written: %v", files)
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".*"))
	if len(left) > 0 {
		t.Errorf("temporary files stay: %v", left)
	}

	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := WriteAll(filepath.Join(file, "out"), sample(), Options{}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("the error is %v", err)
	}
}
