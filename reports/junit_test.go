package reports

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

func junit(t *testing.T, run *Run, strict bool) (junitRun, string) {
	t.Helper()
	var out bytes.Buffer
	if err := WriteJUnit(&out, run, Options{Strict: strict}); err != nil {
		t.Fatal(err)
	}
	var got junitRun
	if err := xml.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("the report cannot be parsed: %v", err)
	}
	return got, out.String()
}

func TestJUnitCounts(t *testing.T) {
	got, _ := junit(t, sample(), false)
	equal(t, got.junitCounts, junitCounts{Tests: 15, Failures: 2, Errors: 1, Time: "4.125"})
	want := map[string]junitCounts{
		"pull":       {Tests: 2, Time: "0.024"},
		"push":       {Tests: 4, Failures: 1, Time: "0.048"},
		"discovery":  {Tests: 4, Errors: 1, Time: "0.048"},
		"management": {Tests: 1, Time: "0.012"},
		"references": {Tests: 1, Time: "0.012"},
		"errors":     {Tests: 3, Failures: 1, Time: "0.036"},
	}
	skipped := map[string]int{"push": 1, "discovery": 2, "management": 1, "references": 1, "errors": 1}
	if len(got.Suites) != len(want) {
		t.Errorf("there are %d suites, want %d", len(got.Suites), len(want))
	}
	for _, suite := range got.Suites {
		equal(t, suite.junitCounts, want[suite.Name])
		equal(t, suite.Skipped, skipped[suite.Name])
		if len(suite.Cases) != suite.Tests {
			t.Errorf("%s says %d and has %d", suite.Name, suite.Tests, len(suite.Cases))
		}
		if suite.Timestamp != "2026-03-04T05:06:07Z" {
			t.Errorf("%s started at %s", suite.Name, suite.Timestamp)
		}
		for _, c := range suite.Cases {
			if c.ClassName != suite.Name {
				t.Errorf("%s has the class %s in %s", c.Name, c.ClassName, suite.Name)
			}
		}
	}
}

func TestJUnitOutcomes(t *testing.T) {
	for _, tc := range []struct {
		outcome Outcome
		strict  bool
		want    string
	}{
		{Pass, false, "pass"},
		{Fail, false, "failure"},
		{UnexpectedPass, false, "failure"},
		{Warn, false, "pass with output"},
		{Warn, true, "failure"},
		{Observed, true, "pass with output"},
		{Error, false, "error"},
		{Blocked, false, "skipped"},
		{Unsupported, false, "skipped"},
		{Skipped, false, "skipped"},
		{KnownFailure, true, "skipped"},
	} {
		run := &Run{Results: []Result{{
			Requirement: "pull.x", Level: "SHOULD", Outcome: tc.outcome, Spec: "pull is good", Workflow: "pull", Message: "because",
		}}}
		got, _ := junit(t, run, tc.strict)
		c := got.Suites[0].Cases[0]
		if c.Name != "pull.x: pull is good" {
			t.Errorf("the name is %q", c.Name)
		}
		var is []string
		for kind, message := range map[string]*junitMessage{"failure": c.Failure, "error": c.Error, "skipped": c.Skipped} {
			if message == nil {
				continue
			}
			is = append(is, kind)
			if !strings.Contains(message.Message, "because") {
				t.Errorf("%s says %q", tc.outcome, message.Message)
			}
		}
		if len(is) == 0 {
			is = []string{"pass"}
			if strings.Contains(c.Out, "because") {
				is = []string{"pass with output"}
			}
		}
		equal(t, is, []string{tc.want})
	}
}

func TestJUnitNamesAreUnique(t *testing.T) {
	run := sample()
	numbered := run.Results[0]
	numbered.Spec += " (2)"
	run.Results = append(run.Results, numbered, run.Results[0], run.Results[0])
	got, _ := junit(t, run, false)
	seen := map[string]bool{}
	for _, suite := range got.Suites {
		for _, c := range suite.Cases {
			if seen[c.Name] {
				t.Errorf("%s is there twice", c.Name)
			}
			seen[c.Name] = true
		}
	}
}

func TestJUnitHoldsOnlyWhatXMLAllows(t *testing.T) {
	_, text := junit(t, sample(), true)
	noHostileCharacter(t, text)
	if strings.Contains(text, "\ufffd") {
		t.Error("characters were left for the encoder to replace")
	}
	if strings.Contains(text, "<script") || strings.Contains(text, "<img") {
		t.Error("markup of the target is markup of the report")
	}
	// The standard library's reader refuses characters that XML 1.0 forbids.
	for decoder := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := decoder.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
