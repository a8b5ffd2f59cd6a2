// Package curlclient shows how a script that speaks curl is judged.
package curlclient

import (
	"os/exec"
	"slices"
	"testing"

	"assay/conformance/client"
	"assay/conformance/client/drive"
	"assay/reports"
)

// The script does not know artifacts. This is what the judgement says of it, and
// docs/for-client-authors.md, too.
var expected = []string{"client.references.push.fallback"}

func TestScript(t *testing.T) {
	for _, program := range []string{"curl", "sha256sum"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("the script needs %s", program)
		}
	}
	command := &drive.Command{Args: []string{"sh", "client.sh"}}
	if err := command.Check(); err != nil {
		t.Fatal(err)
	}
	run, err := client.Execute(t.Context(), client.Config{Driver: command, Dir: t.TempDir()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var failed []string
	for _, res := range run.Findings() {
		if res.Outcome == reports.Fail || res.Outcome == reports.Error {
			failed = append(failed, res.Requirement)
			t.Log(res.Evidence())
		}
	}
	if !slices.Equal(failed, expected) {
		t.Errorf("the MUSTs that the script does not keep are %q, not %q", failed, expected)
	}
}
