package reports

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %#v\nwant %#v", got, want)
	}
}

func TestPrintable(t *testing.T) {
	for _, tc := range []struct {
		in   string
		max  int
		want string
	}{
		{"plain täxt 日本 🙂", 0, "plain täxt 日本 🙂"},
		{"a\nb\r\nc\td\u2028e\u0085f", 0, "a b  c d e f"},
		{"\x1b[2J\x07\x00\x7fx", 0, "[2Jx"},
		{"\u009b31mx", 0, "31mx"},
		{"a\u202eb\u2066c\u200bd\ufefff", 0, "abcdf"},
		{"a\xffb", 0, "a\ufffdb"},
		{"äöü", 3, "äöü"},
		{"äöüx", 3, "äö…"},
		{"abc\u202e", 3, "abc"},
		{"ab", 1, "…"},
		{"", 5, ""},
	} {
		if got := Printable(tc.in, tc.max); got != tc.want {
			t.Errorf("Printable(%q, %d) = %q, want %q", tc.in, tc.max, got, tc.want)
		}
	}
	if got := Printable(strings.Repeat("日", 500), 200); utf8.RuneCountInString(got) != 200 {
		t.Errorf("got %d characters, want 200", utf8.RuneCountInString(got))
	}
}

func TestBlockShowsWhatItReplaces(t *testing.T) {
	got := block("a\r\nb\tc\rd \x1b[2J\u009b\u202e\U000e0041\x00 ü")
	if want := `a` + "\n" + `b` + "\t" + `c\rd \x1b[2J\x9b\u202e\U000e0041\x00 ü`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSafeLink(t *testing.T) {
	const good = "https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests"
	if got := safeLink(good); got != good {
		t.Errorf("%s became %q", good, got)
	}
	for _, bad := range []string{
		"", "http://example.com", "javascript:alert(1)", "data:text/html,x", "//example.com", "/x", "https://", "https:x",
		"https://user:secret@example.com", "https://example.com/\n", "https://example.com/\u202e", `https://example.com/"x`,
		"https://example.com/<x>", "https://example.com/ x", "https://example.com/%zz|", "HTTPS ://x",
	} {
		if got := safeLink(bad); got != "" {
			t.Errorf("%q became the link %q", bad, got)
		}
	}
}

// noHostileCharacter fails for characters that steer a terminal or a reader.
func noHostileCharacter(t *testing.T, text string) {
	t.Helper()
	for i, r := range text {
		if r != '\n' && r != '\t' && !isSafe(r) {
			t.Errorf("%U is at %d: %q", r, i, text[max(0, i-40):min(len(text), i+40)])
			return
		}
	}
}
