package reports

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWrap(t *testing.T) {
	word := strings.Repeat("w", 30)
	for text, want := range map[string]string{
		"":                                  "",
		"short":                             "short",
		word + " " + word:                   word + " " + word,
		word + " " + word + " " + word:      word + " " + word + "\n            " + word,
		"see " + strings.Repeat("u", 90):    "see\n            " + strings.Repeat("u", 90),
		strings.Repeat("u", 90) + " behind": strings.Repeat("u", 90) + "\n            behind",
		"two  spaces stay":                  "two  spaces stay",
	} {
		if got := wrap(text, 12); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// Only URLs, commands and the last line, which scripts read, are longer than a terminal.
func TestConsoleFitsTerminal(t *testing.T) {
	long := strings.Repeat("words of a text that is long ", 10)
	run := sample()
	for i := range run.Results {
		r := &run.Results[i]
		if r.Outcome != Pass {
			r.Message, r.Summary = long, long
		}
		if r.Expected != "" {
			r.Expected, r.Received = long, long
		}
	}
	lines := strings.Split(strings.TrimSpace(finished(run)), "\n")
	for _, line := range lines[:len(lines)-1] {
		if utf8.RuneCountInString(line) > consoleWidth && !strings.Contains(line, "http") {
			t.Errorf("%d characters: %s", utf8.RuneCountInString(line), line)
		}
	}
}
