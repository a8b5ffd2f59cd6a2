package conformance

import (
	"cmp"
	"slices"
	"time"

	"assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/reports"
	"assay/reports/known"
	"assay/runner"
	"assay/wire"
)

// report sorts the results, so that their order does not depend on the order in which
// they came.
func report(cfg Config, shard *reports.Shard, features suite.Features, outcome runner.Outcome, client *wire.Client, failures known.List, started time.Time) *reports.Run {
	run := &reports.Run{
		Schema: reports.SchemaID, Assay: reports.Tool{Version: cfg.Version},
		Target: reports.Target{
			URL: wire.RedactURL(client.Target()), Embedded: cfg.Embedded,
			Repositories: []string{cfg.Repository, cfg.Repository2},
		},
		Spec: string(cfg.Spec), Started: started.UTC(), Seconds: time.Since(started).Seconds(),
		Requests: client.Requests(), Seed: cfg.Seed, MaxInFlight: cfg.MaxInFlight,
		Interrupted: outcome.Interrupted, Results: outcome.Results, Load: load(client), Shard: shard,
	}
	failures.ExpectFailures(run.Results)
	failures.Excuse(run.Results)
	order := map[string]int{}
	for i, r := range requirements.All() {
		order[string(r.ID)] = i
	}
	slices.SortFunc(run.Results, func(a, b reports.Result) int {
		return cmp.Or(cmp.Compare(a.Proposal, b.Proposal), cmp.Compare(order[a.Requirement], order[b.Requirement]), cmp.Compare(a.Spec, b.Spec))
	})
	for _, f := range suite.AllFeatures() {
		feature := features[f]
		run.Features = append(run.Features, reports.Feature{Name: string(f), State: string(feature.State), How: client.Scrub(wire.RedactText(feature.How))})
	}
	run.Summarise(texts(requirements.Workflows()))
	return run
}

func load(client *wire.Client) *reports.Load {
	l := client.Load()
	return &reports.Load{
		MaxInFlight: l.MaxInFlight, MostInFlight: l.MostInFlight, LowestBound: l.LowestBound,
		Why: wire.RedactText(l.Why), Throttled: l.Throttled,
	}
}

func texts[S ~string](values []S) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
