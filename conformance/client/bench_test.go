package client_test

import (
	"context"
	"io"
	"testing"
	"time"

	"assay/conformance/client"
	"assay/conformance/client/drive"
	"assay/conformance/requirements"
	reference "assay/reference/client"
)

// BenchmarkRun is a whole run of a client that takes 50 ms for each step besides its
// requests: go test ./conformance/client -run '^$' -bench Run -benchtime 1x
func BenchmarkRun(b *testing.B) {
	driver := drive.Function{Title: "slow", Run: func(ctx context.Context, getenv func(string) string, stdout, stderr io.Writer) int {
		timer := time.NewTimer(50 * time.Millisecond)
		defer timer.Stop()
		<-timer.C
		return reference.Run(ctx, reference.Process{Getenv: getenv, Stdout: stdout, Stderr: stderr})
	}}
	for b.Loop() {
		run, err := client.Execute(b.Context(), client.Config{Driver: driver, Spec: requirements.Draft, Dir: b.TempDir()}, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(run.Scenarios)), "scenarios/op")
	}
}
