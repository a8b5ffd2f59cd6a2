package reports

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func codeQuality(t *testing.T, run *Run, strict bool) []map[string]any {
	t.Helper()
	var out bytes.Buffer
	if err := WriteCodeQuality(&out, run, Options{Strict: strict}); err != nil {
		t.Fatal(err)
	}
	noHostileCharacter(t, out.String())
	var issues []map[string]any
	if err := json.Unmarshal(out.Bytes(), &issues); err != nil {
		t.Fatal(err)
	}
	if issues == nil {
		t.Error("a report without issues is null, and GitLab wants a list")
	}
	return issues
}

// GitLab refuses a report if an issue has less than this, or another severity.
func TestCodeQualityIsWhatGitLabTakes(t *testing.T) {
	for _, run := range []*Run{sample(), sampleMatrix(), {}} {
		issues := codeQuality(t, run, false)
		equal(t, len(issues), len(run.Findings()))
		seen := map[string]bool{}
		for _, issue := range issues {
			for _, key := range []string{"description", "check_name", "fingerprint", "severity"} {
				if text, _ := issue[key].(string); text == "" {
					t.Errorf("%v has no %s", issue["check_name"], key)
				}
			}
			if !slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, issue["severity"].(string)) {
				t.Errorf("%v has the severity %v", issue["check_name"], issue["severity"])
			}
			location := issue["location"].(map[string]any)
			path := location["path"].(string)
			if path == "" || strings.HasPrefix(path, "/") || strings.HasPrefix(path, "./") || strings.Contains(path, "..") {
				t.Errorf("the path is %q", path)
			}
			equal(t, location["lines"], map[string]any{"begin": 1.0})
			if seen[issue["fingerprint"].(string)] {
				t.Errorf("%v has the fingerprint of another", issue["check_name"])
			}
			seen[issue["fingerprint"].(string)] = true
		}
	}
}

func TestCodeQualitySeverities(t *testing.T) {
	run := &Run{}
	for _, o := range []Outcome{Fail, UnexpectedPass, Error, Warn, Observed, KnownFailure, Blocked, Pass} {
		run.Results = append(run.Results, Result{Requirement: "push." + string(o), Workflow: "push", Outcome: o, Summary: "It is so."})
	}
	for strict, want := range map[bool][]string{
		false: {"critical", "major", "major", "minor", "info"},
		true:  {"critical", "major", "major", "major", "info"},
	} {
		var got []string
		for _, issue := range codeQuality(t, run, strict) {
			got = append(got, issue["severity"].(string))
		}
		equal(t, got, want)
	}
}

// A merge request shows a finding as new if its fingerprint is not the one of before.
func TestCodeQualityFingerprintsStay(t *testing.T) {
	before, after := sample(), sample()
	for i := range after.Results {
		r := &after.Results[i]
		r.Message, r.Received, r.Seconds, r.Where = "another", "nonce 2", 3, "elsewhere"
	}
	after.Seed++
	a, b := codeQuality(t, before, false), codeQuality(t, after, false)
	for i := range a {
		equal(t, b[i]["fingerprint"], a[i]["fingerprint"])
	}
}
