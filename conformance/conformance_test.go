package conformance_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"assay/conformance"
	"assay/conformance/requirements"
	"assay/reference"
	"assay/reports"
	"assay/wire/access"
)

func TestMain(m *testing.M) {
	if target := os.Getenv(targetVariable); target != "" {
		os.Exit(printRun(target))
	}
	os.Exit(m.Run())
}

// embedded starts a registry that must be empty when the test ends.
func embedded(t *testing.T, opts reference.Options) *reference.Server {
	t.Helper()
	server, err := reference.Start(context.Background(), "127.0.0.1:0", opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if left := server.Registry().Inventory(); left != (reference.Inventory{}) {
			t.Errorf("left behind: %+v", left)
		}
		_ = server.Close()
	})
	return server
}

func execute(t *testing.T, cfg conformance.Config) *reports.Run {
	t.Helper()
	run, err := conformance.Execute(context.Background(), cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// outcomes is what came of each spec.
func outcomes(run *reports.Run) map[string]reports.Outcome {
	all := map[string]reports.Outcome{}
	for _, res := range run.Results {
		all[res.Spec] = res.Outcome
	}
	return all
}

func expectConformant(t *testing.T, run *reports.Run) {
	t.Helper()
	for _, res := range run.Results {
		if res.Failed(true) {
			t.Errorf("%s %s: %s", res.Outcome, res.Requirement, res.Message)
		}
	}
	if run.Interrupted != "" {
		t.Errorf("interrupted: %s", run.Interrupted)
	}
	if len(run.Results) == 0 {
		t.Error("no results")
	}
}

func TestRunInsideGoTest(t *testing.T) {
	server := embedded(t, reference.Options{})
	run := conformance.Run(t, conformance.Config{Settings: access.Settings{Target: server.Addr()}})
	expectConformant(t, run)
}

func TestEveryVersionIsKeptByTheEmbeddedRegistry(t *testing.T) {
	for _, v := range requirements.Versions() {
		t.Run(string(v), func(t *testing.T) {
			server := embedded(t, reference.Options{})
			expectConformant(t, execute(t, conformance.Config{Settings: access.Settings{Target: server.Addr()}, Spec: v}))
		})
	}
}

func TestOptionalFeaturesMayBeAbsent(t *testing.T) {
	for name, opts := range map[string]reference.Options{
		"no referrers": {DisableReferrers: true},
		"pages of one": {ReferrersPage: 1},
		"basic login":  {Username: "user", Password: "secret"},
		"token login":  {Username: "user", Password: "secret", TokenAuth: true},
	} {
		t.Run(name, func(t *testing.T) {
			server := embedded(t, opts)
			expectConformant(t, execute(t, conformance.Config{
				Settings: access.Settings{Target: server.Addr(), Username: opts.Username, Password: opts.Password},
			}))
		})
	}
}

func TestDeletesMayBeDisabled(t *testing.T) {
	server, err := reference.Start(context.Background(), "127.0.0.1:0", reference.Options{DisableDelete: true})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	run := execute(t, conformance.Config{Settings: access.Settings{Target: server.Addr()}})
	expectConformant(t, run)
	if !slices.ContainsFunc(run.Results, func(r reports.Result) bool {
		return r.Requirement == string(requirements.ManagementTagDeleteDisabled) && r.Outcome == reports.Pass
	}) {
		t.Error("the way in which deletes are disabled was not judged")
	}
}

func TestSeedsGiveTheSameOutcomes(t *testing.T) {
	server := embedded(t, reference.Options{})
	var first map[string]reports.Outcome
	for _, cfg := range []conformance.Config{
		{Seed: 1}, {Seed: 2}, {Seed: 3},
	} {
		cfg.Target, cfg.Spec = server.Addr(), requirements.Draft
		got := outcomes(execute(t, cfg))
		if first == nil {
			first = got
		} else if !maps.Equal(first, got) {
			t.Errorf("seed %d: other outcomes than seed 1", cfg.Seed)
		}
	}
}

func TestTwoRunsAtOnceDoNotDisturbEachOther(t *testing.T) {
	server := embedded(t, reference.Options{})
	var both sync.WaitGroup
	runs := make([]*reports.Run, 2)
	errs := make([]error, 2)
	// As two jobs of a CI would; beside_test.go has runs of one process.
	for i := range runs {
		both.Go(func() { runs[i], errs[i] = inAnotherProcess(server.Addr()) })
	}
	both.Wait()
	for i := range runs {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		expectConformant(t, runs[i])
	}
}

func TestAFindingIsFoundOnceAndTheRestGoesOn(t *testing.T) {
	server := embedded(t, reference.Options{Middleware: middleware(answerUploadsWith200)})
	run := execute(t, conformance.Config{Settings: access.Settings{Target: server.Addr()}})
	var found []string
	for _, res := range run.Findings() {
		found = append(found, res.Requirement)
		if res.Curl == "" || res.Expected == "" || res.Received == "" || len(res.Exchanges) == 0 {
			t.Errorf("%s: the evidence is not complete: %+v", res.Requirement, res)
		}
	}
	if want := []string{string(requirements.PushBlobPostPutStartStatus)}; !slices.Equal(found, want) {
		t.Errorf("found %v, want %v", found, want)
	}
}

func TestSelections(t *testing.T) {
	for _, tc := range []struct {
		cfg  conformance.Config
		want string // of the error
	}{
		{conformance.Config{Workflows: []string{"pulll"}}, `unknown workflow "pulll"`},
		{conformance.Config{Requirements: []string{"push.nothing.*"}}, `no requirement is called "push.nothing.*"`},
		{conformance.Config{LabelFilter: "(pull"}, `the label filter "(pull" cannot be read`},
	} {
		tc.cfg.Target = "127.0.0.1:1"
		_, err := conformance.Execute(context.Background(), tc.cfg, nil)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%+v: got %v, want %s", tc.cfg, err, tc.want)
		}
	}
}

func TestOnlyTheSelectedSpecsRun(t *testing.T) {
	server := embedded(t, reference.Options{})
	run := execute(t, conformance.Config{Settings: access.Settings{Target: server.Addr()}, Requirements: []string{"pull.blob.*"}})
	for _, res := range run.Results {
		selected := strings.HasPrefix(res.Requirement, "pull.blob.")
		if selected == (res.Outcome == reports.Skipped) {
			t.Errorf("%s: %s", res.Requirement, res.Outcome)
		}
	}
}

func TestEveryObservableRequirementHasASpec(t *testing.T) {
	judged := map[string]bool{}
	for _, v := range requirements.Versions() {
		specs, err := conformance.List(conformance.Config{Spec: v, Large: true})
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, s := range specs {
			judged[s.Requirement] = true
			if seen[s.Spec] {
				t.Errorf("two specs are called %q", s.Spec)
			}
			seen[s.Spec] = true
		}
	}
	for _, r := range requirements.All() {
		switch {
		case r.Party != requirements.Registry:
		case r.Unobservable == "" && !judged[string(r.ID)]:
			t.Errorf("%s has no spec", r.ID)
		case r.Unobservable != "" && judged[string(r.ID)]:
			t.Errorf("%s has a spec, though it is %s", r.ID, fmt.Sprintf("unobservable: %s", r.Unobservable))
		}
	}
}
