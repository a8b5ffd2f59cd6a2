package between

import (
	"os"
	"path/filepath"
	"testing"
)

func TestReplace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "page.md")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("before\n<!-- table -->\nold\n<!-- end of table -->\nafter\n")
	for range 2 { // a second time it changes nothing
		if err := Replace(path, "table", "new\n"); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if want := "before\n<!-- table -->\n\nnew\n\n<!-- end of table -->\nafter\n"; err != nil || string(got) != want {
		t.Errorf("got %q, %v", got, err)
	}
	write("no lines\n")
	if err := Replace(path, "table", "new\n"); err == nil {
		t.Error("a document without the lines is changed")
	}
}
