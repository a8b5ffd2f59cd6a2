package known

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/reports"
)

func read(t *testing.T, text string) ([]Failure, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "known.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Read(name, "cell", func(pattern string) error {
		if pattern == "nothing" {
			return errors.New("nothing is called that")
		}
		return nil
	})
}

func TestRead(t *testing.T) {
	got, err := read(t, "- cell: a/*\n  reason: it is old\n")
	if err != nil || len(got) != 1 || got[0] != (Failure{"a/*", "it is old"}) {
		t.Errorf("got %v, %v", got, err)
	}
	for text, want := range map[string]string{
		"- cell: a\n  reson: b\n":                    `:2: unknown key "reson": want the keys cell and reason`,
		"- cell: a\n":                                ":1: an entry needs a reason",
		"- cell: b\n  reason: c\n- 5\n":              ":3: no entry",
		"- cell: b\n  reason: c\n- \n":               ":3: no entry",
		"- cell: nothing\n  reason: b\n":             ":1: nothing is called that",
		"cell: a\nreason: b\n":                       ":1: want a list of entries",
		"- cell: [a]\n  reason: b\n":                 ": want the keys cell and reason",
		"- requirement: a\n  reason: b\n":            `:1: unknown key "requirement"`,
		"- cell: a\n  reason: b\n- cell: {{\n  d: c": "known.yaml:",
	} {
		if _, err := read(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestExcuses(t *testing.T) {
	list := List{{"crane@*/copy/*", "it is old"}}
	failed := reports.Result{Requirement: "crane@1/copy/subject", Outcome: reports.Fail, Message: "lost"}
	if got := list.MarkKnown(failed); got.Outcome != reports.KnownFailure || got.Message != "it is old (lost)" {
		t.Errorf("got %+v", got)
	}
	other := reports.Result{Requirement: "crane@1/pull/subject", Outcome: reports.Fail}
	if got := list.MarkKnown(other); got.Outcome != reports.Fail {
		t.Errorf("got %+v", got)
	}
	results := []reports.Result{list.MarkKnown(failed), {Requirement: "crane@2/copy/subject", Outcome: reports.Pass}, {Requirement: "crane@1/copy/subject", Outcome: reports.Pass}}
	list.ExpectFailures(results)
	if results[0].Outcome != reports.KnownFailure || results[1].Outcome != reports.UnexpectedPass || results[2].Outcome != reports.Pass {
		t.Errorf("got %+v", results)
	}
}

func TestBlockedByAKnownFailure(t *testing.T) {
	results := []reports.Result{
		{Requirement: "a", Outcome: reports.Fail, Level: "MUST"},
		{Requirement: "b", Outcome: reports.Blocked, BlockedBy: "a", Level: "MUST"},
		{Requirement: "c", Outcome: reports.Blocked, BlockedBy: "d", Level: "MUST"},
		{Requirement: "d", Outcome: reports.Observed, Level: "COMPAT"},
		{Requirement: "d", Outcome: reports.Pass, Level: "COMPAT"},
		{Requirement: "e", Outcome: reports.Warn, Level: "SHOULD"},
		{Requirement: "f", Outcome: reports.UnexpectedPass, Level: "MUST"},
		{Requirement: "g", Outcome: reports.Blocked, Level: "SHOULD", BlockedBy: "h"},
	}
	list := List{{"a", "it is old"}}.Failing(results, false)
	if want := (List{{"a", "it is old"}, {"d", Unexplained}}); !slices.Equal(list, want) {
		t.Errorf("got %v, want %v", list, want)
	}
	if !list.Accepts(results, false) || list.Accepts(results, true) || list[:1].Accepts(results, false) {
		t.Error("the list accepts other results than those of which it was made")
	}
	for i, res := range results {
		results[i] = list.MarkKnown(res)
	}
	list.ExpectFailures(results)
	list.Excuse(results)
	if results[4].Outcome != reports.Pass {
		t.Errorf("what is observed elsewhere passes: got %s", results[4].Outcome)
	}
	for i, want := range []bool{false, true, true, false, false, false, false, false} {
		if results[i].Excused != want {
			t.Errorf("%s: excused is %v", results[i].Requirement, results[i].Excused)
		}
	}
}

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "known.yaml")
	check := func(string) error { return nil }
	for _, list := range []List{nil, {{"a.b", "it is: \"old\" # and more"}, {"docker@20/push/*", Unexplained}}} {
		if err := list.Write(path, "cell"); err != nil {
			t.Fatal(err)
		}
		got, err := Read(path, "cell", check)
		if err != nil || !slices.Equal(got, list) {
			t.Errorf("got %v, %v; want %v", got, err, list)
		}
	}
	if err := (List{}).Write(filepath.Join(path, "no", "directory"), "cell"); err == nil {
		t.Error("a list was written nowhere")
	}
}
