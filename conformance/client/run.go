package client

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	_ "assay/conformance/client/access" // the specs
	_ "assay/conformance/client/discovery"
	"assay/conformance/client/judge"
	_ "assay/conformance/client/pull"
	_ "assay/conformance/client/push"
	_ "assay/conformance/client/references"
	"assay/conformance/client/scenarios"
	"assay/conformance/client/stage"
	"assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/reports"
	"assay/reports/known"
	"assay/runner"
)

// Execute judges a client and returns the results. An error says that nothing was judged,
// because the configuration is wrong.
func Execute(ctx context.Context, cfg Config, listener runner.Listener) (*reports.Run, error) {
	started := time.Now()
	cfg = cfg.withDefaults()
	filter, err := cfg.filter()
	if err != nil {
		return nil, err
	}
	specs, err := suite.SelectClients(cfg.Spec, filter, cfg.Seed)
	if err != nil {
		return nil, err
	}
	player := stage.Player{Driver: cfg.Driver, Dir: cfg.Dir, Timeout: cfg.Timeout}
	run := judge.NewRun(player, strconv.FormatInt(cfg.Seed, 36), scenarios.List(), cfg.Scenarios, cfg.Jobs)
	failures := known.List(cfg.KnownFailures)
	var lanes []runner.Lane
	for _, s := range specs {
		planned, ok := suite.Planned(s, cfg.Spec)
		if !ok {
			continue
		}
		lanes = append(lanes, runner.Lane{Pieces: []runner.Piece{{
			Planned: planned, Do: func(ctx context.Context) reports.Result { return run.Carry(ctx, s, planned) },
		}}})
	}
	outcome := runner.Run{
		Limit: len(lanes), Listener: listener, // specs wait for scenarios, of which few are played at once
		Revise: func(res reports.Result) reports.Result { return failures.MarkKnown(res) },
	}.Do(ctx, lanes)
	return report(cfg, run, outcome, failures, started), nil
}

// report sorts the results, so that their order does not depend on the order in which
// they came.
func report(cfg Config, played *judge.Run, outcome runner.Outcome, failures known.List, started time.Time) *reports.Run {
	run := &reports.Run{
		Schema: reports.SchemaID, Assay: reports.Tool{Version: cfg.Version},
		Target: reports.Target{URL: cfg.Driver.Name(), Client: true, Repositories: []string{}},
		Spec:   string(cfg.Spec), Started: started.UTC(), Seconds: time.Since(started).Seconds(),
		Seed: cfg.Seed, MaxInFlight: cfg.Jobs, Interrupted: outcome.Interrupted, Features: []reports.Feature{},
	}
	for _, res := range outcome.Results {
		if len(cfg.Scenarios) > 0 && res.Outcome == reports.Skipped && outcome.Interrupted == "" {
			continue // its scenario was not chosen
		}
		run.Results = append(run.Results, res)
	}
	for _, p := range played.Played() {
		run.Requests += len(p.All)
		run.Scenarios = append(run.Scenarios, reports.Scenario{Name: p.Name, Does: p.Does})
	}
	failures.ExpectFailures(run.Results)
	failures.Excuse(run.Results)
	order := map[string]int{}
	for i, r := range requirements.OfClients() {
		order[string(r.ID)] = i
	}
	slices.SortFunc(run.Results, func(a, b reports.Result) int {
		return cmp.Or(cmp.Compare(order[a.Requirement], order[b.Requirement]), cmp.Compare(a.Spec, b.Spec))
	})
	var names []string
	for _, w := range requirements.ClientWorkflows() {
		names = append(names, string(w))
	}
	run.Summarise(names)
	return run
}
