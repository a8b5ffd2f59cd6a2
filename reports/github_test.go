package reports

import (
	"fmt"
	"strings"
	"testing"
)

func annotated(t *testing.T, run *Run, strict bool) []string {
	t.Helper()
	var out strings.Builder
	if err := WriteGitHubAnnotations(&out, run, Options{Strict: strict}); err != nil {
		t.Fatal(err)
	}
	noHostileCharacter(t, out.String())
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func TestGitHubAnnotations(t *testing.T) {
	run := &Run{Results: []Result{
		{Requirement: "push.x", Level: "MUST", Outcome: Fail, Summary: "100 % of it.", Expected: "a", Received: "b\r\n::error::c", Curl: "curl 'http://x/%41'"},
		{Requirement: "push.y,z:", Level: "SHOULD", Outcome: Warn, Summary: "It is so.", Message: "no"},
		{Requirement: "push.o", Level: "COMPAT", Outcome: Observed, Summary: "Seen."},
	}}
	want := []string{
		"::error title=fail%3A push.x (MUST)::100 %25 of it.%0Aexpected: a%0Areceived: b  ::error::c%0Arepeat: curl 'http://x/%2541'",
		"::warning title=warn%3A push.y%2Cz%3A (SHOULD)::It is so.%0Amessage: no",
	}
	equal(t, annotated(t, run, false), want)
	want[1] = "::error" + strings.TrimPrefix(want[1], "::warning")
	equal(t, annotated(t, run, true), want)
}

// Each line is a command of ours, whatever the target sends.
func TestGitHubAnnotationsAreOnlyOurs(t *testing.T) {
	for _, run := range []*Run{sample(), sampleMatrix()} {
		for i := range run.Results {
			run.Results[i].Requirement += hostile + "\n::set-output name=verdict::conformant"
			run.Results[i].Summary += hostile + "\n::set-output name=verdict::conformant"
		}
		for _, line := range annotated(t, run, false) {
			if !strings.HasPrefix(line, "::error title=") && !strings.HasPrefix(line, "::warning title=") {
				t.Errorf("a line is %q", line)
			}
		}
	}
}

func TestGitHubAnnotationsAreCapped(t *testing.T) {
	run := &Run{}
	for i := range annotations + 3 {
		run.Results = append(run.Results, Result{Requirement: fmt.Sprint("push.", i), Outcome: Fail})
	}
	lines := annotated(t, run, false)
	if len(lines) != annotations+1 || lines[annotations] != "::notice title=Assay::3 findings more: see the summary of the job, or report.html" {
		t.Errorf("got %q", lines)
	}
}

func TestGitHubOutputs(t *testing.T) {
	var out strings.Builder
	if err := WriteGitHubOutputs(&out, sample(), "out/dir"); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for _, want := range []string{"verdict=not conformant", "findings=4", "fail=2", "blocked=2", "known-failure=1", "out=out/dir", "junit=out/dir/junit.xml"} {
		if !strings.Contains("\n"+out.String(), "\n"+want+"\n") {
			t.Errorf("no %s in %q", want, lines)
		}
	}
}
