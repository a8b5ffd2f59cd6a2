package reports

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"
)

// CodeQualityFile is the report for GitLab's widget of code quality.
const CodeQualityFile = "gl-code-quality.json"

// codeQualityIssue is an issue in the form of Code Climate, as far as GitLab reads it:
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.
type codeQualityIssue struct {
	Description string              `json:"description"`
	CheckName   string              `json:"check_name"`
	Fingerprint string              `json:"fingerprint"`
	Severity    string              `json:"severity"`
	Location    codeQualityLocation `json:"location"`
}

type codeQualityLocation struct {
	Path  string           `json:"path"`
	Lines codeQualityLines `json:"lines"`
}

type codeQualityLines struct {
	Begin int `json:"begin"`
}

// WriteCodeQuality writes the findings for GitLab's widget of code quality, which shows
// what a merge request adds and takes away. The fingerprint of a finding is the same in
// each run. GitLab wants a file for each issue; a finding has none, so the requirement
// stands in its place.
func WriteCodeQuality(w io.Writer, run *Run, opts Options) error {
	issues := []codeQualityIssue{} // GitLab refuses null
	for _, res := range run.Findings() {
		cause := Printable(res.cause(), 0)
		sum := sha256.Sum256([]byte(string(res.Outcome) + " " + cause))
		name := Printable(res.Requirement, 0)
		issues = append(issues, codeQualityIssue{
			Description: Printable(description(res), 1000),
			CheckName:   name,
			Fingerprint: hex.EncodeToString(sum[:]),
			Severity:    severity(res, opts),
			Location:    codeQualityLocation{Path: codeQualityPath(res.Workflow + "/" + name), Lines: codeQualityLines{1}},
		})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(issues)
}

// description is a finding in one line: what is wanted, and what happened.
func description(res Result) string {
	text := res.Summary
	if happened := oneLine(res); happened != text {
		text = strings.TrimSpace(text + " " + happened)
	}
	if text == "" {
		text = string(res.Outcome)
	}
	return text
}

// severity is one of the words of Code Climate.
func severity(res Result, opts Options) string {
	switch {
	case res.Outcome == Fail:
		return "critical"
	case res.Failed(opts.Strict):
		return "major"
	case res.Outcome == Observed:
		return "info"
	}
	return "minor"
}

// codeQualityPath makes name a relative path without steps upwards.
func codeQualityPath(name string) string {
	var parts []string
	for part := range strings.SplitSeq(Printable(name, 0), "/") {
		if part = strings.Trim(part, ". "); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "/")
}
