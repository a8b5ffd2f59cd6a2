package client_test

import (
	"context"
	"io"
	"testing"

	"assay/conformance/client"
	"assay/conformance/client/drive"
	"assay/conformance/requirements"
	reference "assay/reference/client"
	"assay/reports"
)

// referenceClient is the reference client, changed.
func referenceClient(changes ...func(*reference.Options)) drive.Function {
	return drive.Function{Title: "reference", Run: func(ctx context.Context, getenv func(string) string, stdout, stderr io.Writer) int {
		return reference.Run(ctx, reference.Process{Getenv: getenv, Stdout: stdout, Stderr: stderr}, changes...)
	}}
}

// The reference client keeps every requirement, in every version.
func TestTheReferenceClientHasNoFinding(t *testing.T) {
	for _, v := range requirements.Versions() {
		run, err := client.Execute(t.Context(), client.Config{Driver: referenceClient(), Spec: v, Seed: 1, Dir: t.TempDir()}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, res := range run.Results {
			switch res.Outcome {
			case reports.Pass, reports.Unsupported:
			default:
				t.Errorf("%s: %s %s (%s): %s", v, res.Outcome, res.Requirement, res.Scenario, res.Message)
			}
		}
	}
}
