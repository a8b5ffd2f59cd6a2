package conformance_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"assay/conformance"
	"assay/reference"
	"assay/reports"
	"assay/wire/access"
)

// goTestVariable names the target of TestOfAnAuthor, which judges it as the go test of
// a registry's author would. Without the variable the test is skipped.
const goTestVariable = "CONFORMANCE_TEST_AUTHOR"

func TestOfAnAuthor(t *testing.T) {
	target := os.Getenv(goTestVariable)
	if target == "" {
		t.Skip("a child process of other tests")
	}
	run := conformance.Run(t, conformance.Config{Settings: access.Settings{Target: target}})
	dir := os.Getenv("CONFORMANCE_TEST_OUT")
	if _, err := reports.WriteAll(dir, run, reports.Options{}); err != nil {
		t.Error(err)
	}
}

// author runs TestOfAnAuthor on the target in another process, and returns what it
// prints, and whether it passed.
func author(t *testing.T, target, out string) (string, bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestOfAnAuthor$", "-test.v")
	cmd.Env = append(os.Environ(), goTestVariable+"="+target, "CONFORMANCE_TEST_OUT="+out)
	text, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(text), err == nil
}

func TestSubtestsTellEachResult(t *testing.T) {
	server := embedded(t, reference.Options{DisableReferrers: true, Middleware: middleware(answerUploadsWith200)})
	out := t.TempDir()
	text, passed := author(t, server.Addr(), out)
	if passed {
		t.Error("the test passed")
	}
	if n := strings.Count(text, "--- FAIL: TestOfAnAuthor/push/push.blob.post-put.start.status/"); n != 1 || strings.Count(text, "--- FAIL:") != 3 {
		t.Errorf("%d failures of the requirement, %d in all, want 1 and 3 (the spec, the workflow, the test)", n, strings.Count(text, "--- FAIL:"))
	}
	for _, want := range []string{
		"--- PASS: TestOfAnAuthor/pull/", "--- SKIP: TestOfAnAuthor/references/", "unsupported: ",
		"expected: status 202", "received: status 200", "repeat: curl", // the evidence
		" specs\n", "of ", // the progress
		"not conformant: ", // the conclusion
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the output has no %q", want)
		}
	}
	if _, err := os.Stat(out + "/results.json"); err != nil {
		t.Error(err)
	}
	if t.Failed() {
		t.Log(text[:min(len(text), 8000)])
	}
}

func TestARunInsideGoTestThatCannotBegin(t *testing.T) {
	text, passed := author(t, "127.0.0.1:1", t.TempDir())
	if passed || !strings.Contains(text, "connection refused") || strings.Contains(text, "panic") {
		t.Errorf("passed %v:\n%s", passed, text)
	}
}

func TestRunsInsideGoTestCanBeRepeated(t *testing.T) {
	for _, name := range []string{"one", "two"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := embedded(t, reference.Options{})
			run := conformance.RunContext(context.Background(), t, conformance.Config{
				Settings: access.Settings{Target: server.Addr()}, Workflows: []string{"discovery"},
			})
			expectConformant(t, run)
		})
	}
}
