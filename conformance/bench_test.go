package conformance_test

import (
	"testing"

	"assay/conformance"
	"assay/reference"
	"assay/wire/access"
)

// BenchmarkRun is a whole run on the embedded registry, which is in this process,
// too: go test ./conformance -run '^$' -bench Run -cpuprofile cpu.out
func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		server, err := reference.Start(b.Context(), "127.0.0.1:0", reference.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := conformance.Execute(b.Context(), conformance.Config{Settings: access.Settings{Target: server.Addr(), Embedded: true}}, nil); err != nil {
			b.Fatal(err)
		}
		if err := server.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkList is what it takes to know the specs of a run.
func BenchmarkList(b *testing.B) {
	for b.Loop() {
		if _, err := conformance.List(conformance.Config{}); err != nil {
			b.Fatal(err)
		}
	}
}
