package conformance_test

import (
	"context"
	"maps"
	"sync"
	"testing"

	"assay/conformance"
	"assay/reference"
	"assay/reports"
	"assay/wire"
	"assay/wire/access"
)

// sameTime runs the configurations at the same time.
func sameTime(t *testing.T, configs ...conformance.Config) []*reports.Run {
	t.Helper()
	var (
		runs = make([]*reports.Run, len(configs))
		all  sync.WaitGroup
	)
	for i, cfg := range configs {
		all.Go(func() {
			run, err := conformance.Execute(context.Background(), cfg, nil)
			if err != nil {
				t.Error(err)
				return
			}
			runs[i] = run
		})
	}
	all.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return runs
}

// One has the referrers API, the other has not: what belongs to one run must not be
// seen in the other.
func TestTwoRunsOfOneProcessOnTwoTargets(t *testing.T) {
	with, without := embedded(t, reference.Options{}), embedded(t, reference.Options{DisableReferrers: true})
	runs := sameTime(t,
		conformance.Config{Settings: access.Settings{Target: with.Addr()}},
		conformance.Config{Settings: access.Settings{Target: without.Addr()}},
	)
	for i, server := range []*reference.Server{with, without} {
		expectConformant(t, runs[i])
		alone := execute(t, conformance.Config{Settings: access.Settings{Target: server.Addr()}})
		if got, want := outcomes(runs[i]), outcomes(alone); !maps.Equal(got, want) {
			t.Errorf("target %d: other outcomes beside another run than alone:\n%s", i, differences(want, got))
		}
	}
}

func TestTwoRunsOfOneProcessOnTheSameRepositories(t *testing.T) {
	server := embedded(t, reference.Options{})
	cfg := conformance.Config{Settings: access.Settings{Target: server.Addr()}}
	for _, run := range sameTime(t, cfg, cfg) {
		expectConformant(t, run)
	}
}

func TestHowManyRequestsAreInFlightChangesNoOutcome(t *testing.T) {
	server := embedded(t, reference.Options{})
	want := outcomes(execute(t, conformance.Config{Settings: access.Settings{Target: server.Addr()}}))
	for _, n := range []int{1, 4, 128} {
		run := execute(t, conformance.Config{Settings: access.Settings{Target: server.Addr(), Manners: wire.Manners{MaxInFlight: n}}})
		if got := outcomes(run); !maps.Equal(got, want) {
			t.Errorf("%d requests in flight: other outcomes than 32:\n%s", n, differences(want, got))
		}
	}
}

func differences(want, got map[string]reports.Outcome) (text string) {
	for spec, outcome := range got {
		if want[spec] != outcome {
			text += spec + ": " + string(outcome) + ", not " + string(want[spec]) + "\n"
		}
	}
	return text
}
