package submission

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/reports"
)

// complete is a run in which every requirement of the official names passes.
func complete(t *testing.T) *reports.Run {
	t.Helper()
	run := &reports.Run{
		Schema: reports.SchemaID, Assay: reports.Tool{Version: "1.2.3"}, Spec: "1.1", Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Target: reports.Target{URL: "https://registry.example.com", Repositories: []string{"a/one", "a/two"}},
	}
	names, err := Names()
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range []map[string][]string{names.APIs, names.Data} {
		for _, patterns := range section {
			for _, p := range patterns {
				run.Results = append(run.Results, reports.Result{
					Requirement: strings.ReplaceAll(p, "*", "status"), Level: "MUST", Outcome: reports.Pass, Spec: p + " is kept", Workflow: "push",
				})
			}
		}
	}
	run.Summarise([]string{"push"})
	return run
}

const product = `vendor: A Company
name: Registry
version: 1.0
website_url: https://registry.dev
documentation_url: https://registry.dev/docs
type: distribution
description: It stores images.
`

// submitted writes a submission without faults into v1.1/registry.
func submitted(t *testing.T, run *reports.Run) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "v1.1", "registry")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	replace(t, dir, productFile, product)
	replace(t, dir, readmeFile, "# Registry 1.0\n\n```sh\nassay run registry\n```\n")
	if _, err := Write(dir, run); err != nil {
		t.Fatal(err)
	}
	return dir
}

func replace(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// edit replaces a part of a file.
func edit(t *testing.T, dir, name, from, to string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil || !strings.Contains(string(data), from) {
		t.Fatalf("%s has no %q: %v", name, from, err)
	}
	replace(t, dir, name, strings.Replace(string(data), from, to, 1))
}

func remarks(t *testing.T, dir string, run *reports.Run) []string {
	t.Helper()
	found, err := Review(dir, run)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, r := range found {
		texts = append(texts, r.File+": "+r.Text)
	}
	return texts
}

// ours is the one remark that every submission of Assay has.
const ours = "results.yaml: is of Assay, not of the official suite: ask the program whether it takes that"

func TestACompleteSubmission(t *testing.T) {
	run := complete(t)
	dir := submitted(t, run)
	if got := remarks(t, dir, run); !slices.Equal(got, []string{ours}) {
		t.Errorf("the remarks are %q", got)
	}
	edit(t, dir, resultsFile, "assay 1.2.3", "0123456789abcdef")
	if got := remarks(t, dir, run); len(got) > 0 {
		t.Errorf("the remarks are %q", got)
	}
}

func TestTemplatesHavePlaceholders(t *testing.T) {
	run, dir := complete(t), t.TempDir()
	files, err := Write(dir, run)
	if err != nil || len(files) != 5 {
		t.Fatalf("the files are %v: %v", files, err)
	}
	got := remarks(t, dir, run)
	for _, want := range []string{"PRODUCT.yaml: vendor is still a placeholder: TODO", "README.md: still has the placeholder TODO"} {
		if !slices.Contains(got, want) {
			t.Errorf("no remark %q: %q", want, got)
		}
	}
	// What the submitter has written is never lost.
	replace(t, dir, productFile, product)
	if files, err = Write(dir, run); err != nil || len(files) != 3 {
		t.Errorf("the files are %v: %v", files, err)
	}
}

func TestWhatAReviewerSees(t *testing.T) {
	run := complete(t)
	good := submitted(t, run)
	for want, change := range map[string]func(dir string){
		"junit.xml: is missing":                      func(dir string) { _ = os.Remove(filepath.Join(dir, junitFile)) },
		"report.html: is empty":                      func(dir string) { replace(t, dir, htmlFile, "") },
		"report.html: is no HTML page":               func(dir string) { replace(t, dir, htmlFile, "registry.example.com") },
		"report.html: does not name the registry of": func(dir string) { replace(t, dir, htmlFile, "<html>other</html>") },
		"junit.xml: is no JUnit XML":                 func(dir string) { replace(t, dir, junitFile, "text") },
		"junit.xml: has no tests":                    func(dir string) { replace(t, dir, junitFile, "<testsuites/>") },
		"junit.xml: has 2 failures and 1 error": func(dir string) {
			replace(t, dir, junitFile, `<testsuites><testsuite tests="3" failures="2" errors="1"/></testsuites>`)
		},
		"PRODUCT.yaml: type is missing":               func(dir string) { edit(t, dir, productFile, "type: distribution\n", "") },
		"PRODUCT.yaml: kind is no field of it":        func(dir string) { edit(t, dir, productFile, "type:", "kind: a\ntype:") },
		"PRODUCT.yaml: vendor is still a placeholder": func(dir string) { edit(t, dir, productFile, "A Company", "Yoyodyne") },
		"PRODUCT.yaml: website_url is no URL":         func(dir string) { edit(t, dir, productFile, "https://registry.dev", "registry.dev") },
		"product_logo_url is .png": func(dir string) {
			edit(t, dir, productFile, "type:", "product_logo_url: https://registry.dev/a.png\ntype:")
		},
		"PRODUCT.yaml: description is more than":                                        func(dir string) { edit(t, dir, productFile, "It stores images.", "|\n  One.\n  Two.") },
		"PRODUCT.yaml: is no YAML":                                                      func(dir string) { replace(t, dir, productFile, "{{") },
		"README.md: has no command":                                                     func(dir string) { replace(t, dir, readmeFile, "text") },
		"README.md: seems to hold a password or":                                        func(dir string) { replace(t, dir, readmeFile, "```\nAuthorization: Basic dXNlcjpwYXNz\n```") },
		`apis: "Blob get" is FAIL`:                                                      func(dir string) { edit(t, dir, resultsFile, "Blob get: Pass", "Blob get: FAIL") },
		`"Blob get" is FAIL, not Pass`:                                                  func(dir string) { edit(t, dir, resultsFile, "Blob get: Pass", "Blob get: FAIL") },
		`apis: "Blob get" was not tested`:                                               func(dir string) { edit(t, dir, resultsFile, "Blob get: Pass", "Blob get: Disabled") },
		`"Blob get" has an unknown status, "ok"`:                                        func(dir string) { edit(t, dir, resultsFile, "Blob get: Pass", "Blob get: ok") },
		`apis has no "Blob get"`:                                                        func(dir string) { edit(t, dir, resultsFile, "  Blob get: Pass\n", "") },
		"config.commit is missing":                                                      func(dir string) { edit(t, dir, resultsFile, "commit: assay 1.2.3", `commit: ""`) },
		"only a part of the tests ran":                                                  func(dir string) { edit(t, dir, resultsFile, "commit:", "filterTest: a\n  commit:") },
		"holds a password that is not redacted":                                         func(dir string) { edit(t, dir, resultsFile, `password: ""`, "password: secret") },
		"is for version 1.0 of the distribution-spec, but the folder is v1.1":           func(dir string) { edit(t, dir, resultsFile, `version: "1.1"`, `version: "1.0"`) },
		"does not match the results: the version of the distribution-spec is 1.0, not ": func(dir string) { edit(t, dir, resultsFile, `version: "1.1"`, `version: "1.0"`) },
		"does not match the results: the registry is other, not registry.example.com":   func(dir string) { edit(t, dir, resultsFile, "registry: registry.example.com", "registry: other") },
		"results.yaml: is no YAML of the official form":                                 func(dir string) { replace(t, dir, resultsFile, "- 1") },
	} {
		dir := filepath.Join(t.TempDir(), "v1.1", "registry")
		if err := os.CopyFS(dir, os.DirFS(good)); err != nil {
			t.Fatal(err)
		}
		change(dir)
		if got := remarks(t, dir, run); !slices.ContainsFunc(got, func(text string) bool { return strings.Contains(text, want) }) {
			t.Errorf("no remark %q: %q", want, got)
		}
	}
	if _, err := Review(filepath.Join(t.TempDir(), "nowhere"), nil); err == nil {
		t.Error("a missing folder was reviewed")
	}
}

// A status is never better than the results.
func TestStatus(t *testing.T) {
	for _, each := range []struct {
		outcomes []reports.Outcome
		want     string
	}{
		{nil, "Disabled"}, {[]reports.Outcome{reports.Skipped}, "Disabled"},
		{[]reports.Outcome{reports.Pass, reports.Fail}, "FAIL"}, {[]reports.Outcome{reports.Pass, reports.KnownFailure}, "FAIL"},
		{[]reports.Outcome{reports.Pass, reports.Blocked}, "FAIL"}, {[]reports.Outcome{reports.Pass, reports.Error}, "Error"},
		{[]reports.Outcome{reports.Pass, reports.Unsupported}, "Pass"}, {[]reports.Outcome{reports.Unsupported}, "Skip"},
	} {
		var results []reports.Result
		for _, o := range each.outcomes {
			results = append(results, reports.Result{Level: "MUST", Outcome: o})
		}
		if got := status(results); got != each.want {
			t.Errorf("%v is %s, want %s", each.outcomes, got, each.want)
		}
	}
}

func TestResultsThatCannotBeSubmitted(t *testing.T) {
	for want, change := range map[string]func(*reports.Run){
		"of a downlevel run":       func(r *reports.Run) { r.Matrix = &reports.Matrix{} },
		"not whole: shard 1 of 2":  func(r *reports.Run) { r.Shard = &reports.Shard{Of: 2, Numbers: []int{1}} },
		"the run was interrupted":  func(r *reports.Run) { r.Interrupted = "by the user" },
		"of the embedded registry": func(r *reports.Run) { r.Target.Embedded = true },
	} {
		run, dir := complete(t), t.TempDir()
		change(run)
		if files, err := Write(dir, run); err == nil || !strings.Contains(err.Error(), want) || len(files) > 0 {
			t.Errorf("wrote %v, error %v, want %q", files, err, want)
		}
	}
}
