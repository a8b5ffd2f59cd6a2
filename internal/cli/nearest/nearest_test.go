package nearest

import (
	"slices"
	"testing"
)

func TestDistances(t *testing.T) {
	for _, c := range []struct {
		a, b         string
		whole, begin int
	}{
		{"", "", 0, 0},
		{"", "abc", 3, 0},
		{"abc", "", 3, 3},
		{"push", "push", 0, 0},
		{"puhs", "push", 1, 1},
		{"repositry", "repository", 1, 1},
		{"pull", "push", 2, 2},
		{"tag", "tag-delete", 7, 0},
	} {
		if whole, begin := distances(c.a, c.b); whole != c.whole || begin != c.begin {
			t.Errorf("distances(%q, %q) = %d, %d, want %d, %d", c.a, c.b, whole, begin, c.whole, c.begin)
		}
	}
}

func TestWords(t *testing.T) {
	words := []string{"blob.get", "manifest.get", "manifest.get.status", "tags"}
	if got, want := Words("manifst.get", words, 2), []string{"manifest.get", "manifest.get.status"}; !slices.Equal(got, want) {
		t.Errorf("Words = %v, want %v", got, want)
	}
	if got := Words("x", nil, 3); len(got) != 0 {
		t.Errorf("Words of nothing = %v", got)
	}
}

// A word that has nothing in common with the allowed ones gets no suggestion.
func TestNothingInCommon(t *testing.T) {
	if got := Words("zzz.qqq", []string{"push.blob.size", "pull.blob.range"}, 3); len(got) > 0 {
		t.Errorf("got %q", got)
	}
	if got := DidYouMean("zzz.qqq", []string{"push.blob.size"}); got != ";" {
		t.Errorf("got %q", got)
	}
}
