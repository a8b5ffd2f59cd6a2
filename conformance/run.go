package conformance

import (
	"cmp"
	"context"
	"fmt"
	"time"

	_ "assay/conformance/registry" // the specs
	"assay/conformance/spec"
	"assay/conformance/suite"
	"assay/conformance/sweep"
	"assay/reports"
	"assay/reports/known"
	"assay/runner"
	"assay/wire"
	"assay/wire/access"
)

// Listener is told of the progress of a run.
type Listener = runner.Listener

// Execute runs the suite and returns the results. It returns an error only if no spec
// ran: a *[ConfigError] or a *[PreflightError]. An interrupted run is returned with the
// results that it has.
func Execute(ctx context.Context, cfg Config, listener Listener) (*reports.Run, error) {
	started := time.Now()
	cfg = cfg.withDefaults()
	specs, err := chosen(cfg)
	if err != nil {
		return nil, &ConfigError{err}
	}
	specs, shard := sharded(specs, cfg.Shard)
	sets := setsOf(cfg.Proposals)
	parts, err := provisionals(cfg, sets)
	if err != nil {
		return nil, &ConfigError{err}
	}
	client, err := access.Connect(cfg.Settings)
	if err != nil {
		return nil, &ConfigError{err}
	}
	times := newPhases()
	probed, err := preflight(ctx, cfg, client)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	times.end("pre-flight")
	swept, err := alongside(cfg)
	if err != nil {
		return nil, &ConfigError{err}
	}
	before := client.Requests()
	every := sweep.New(client.Target(), cfg.Repository, cfg.Repository2)
	run := newRun(cfg, client, probed, every.Look)
	failures := known.List(cfg.KnownFailures)
	revise := func(res reports.Result) reports.Result { return failures.MarkKnown(res.Scrub(client.Scrub)) }
	bounded, cancel := context.WithTimeoutCause(ctx, cfg.Timeout, fmt.Errorf("the run took longer than %s", cfg.Timeout))
	defer cancel()
	x := &execution{run: run, specs: specs, limit: cfg.MaxInFlight * specsPerRequest, beside: len(swept) + count(parts), listener: listener, revise: revise, times: times}
	outcome := x.do(bounded)
	outcome.Results = append(outcome.Results, unmasked(outcome.Results, cfg.Spec)...)
	outcome.Results = append(outcome.Results, every.Results(swept, outcome.Results)...)
	for i, res := range outcome.Results[len(specs):] {
		res = revise(res)
		outcome.Results[len(specs)+i] = res
		if listener != nil {
			listener.Result(res)
		}
	}
	if further := propose(bounded, cfg, client, probed, parts, listener, revise, times); len(parts) > 0 {
		outcome.Results = append(outcome.Results, further.Results...)
		outcome.Interrupted = cmp.Or(outcome.Interrupted, further.Interrupted)
	}
	if !cfg.Brief {
		writeScripts(outcome.Results, client.Scrub)
	}
	result := report(cfg, shard, probed.found, outcome, client, failures, started)
	for _, set := range sets {
		result.Proposals = append(result.Proposals, set.Summary(result.Results))
	}
	if cfg.CountRequests {
		result.Profile = profile(run, before, times)
	}
	return result, nil
}

func newRun(cfg Config, client *wire.Client, probed *prober, watch func(*wire.Exchange, func() []*wire.Exchange)) *suite.Run {
	return suite.NewRun(suite.Settings{
		Client: client, Repository: cfg.Repository, Repository2: cfg.Repository2, Version: cfg.Spec,
		Features: probed.found, TagsGo: probed.tagsGo,
		Keep: cfg.Keep, ReadOnly: cfg.ReadOnly, Existing: cfg.Existing, Brief: cfg.Brief, Watch: watch,
	})
}

// writeScripts writes the scripts of the findings. It comes last: a script costs more than
// the spec, and most results that are no pass end as blocked, or are replaced.
func writeScripts(results []reports.Result, scrub func(string) string) {
	for i, res := range results {
		if res.Repeat != nil && (isFinding(res) || res.Outcome == reports.KnownFailure) {
			results[i].Script = scrub(res.Repeat(res))
		}
		results[i].Repeat = nil // it holds the exchanges
	}
}

// specsPerRequest is the number of specs that run for each request that may be in
// flight. It is large enough that the limit of requests is always used.
const specsPerRequest = 4

// ConfigError is the error of a value that cannot be used. Its text names the value and
// says what is allowed.
type ConfigError struct{ err error }

func (e *ConfigError) Error() string { return e.err.Error() }
func (e *ConfigError) Unwrap() error { return e.err }

// planned is a spec that will run, with the part of its result that is known before.
type planned struct {
	spec   spec.Spec
	result reports.Result
}

// chosen returns the specs that the configuration selects, in the order of its seed.
func chosen(cfg Config) ([]planned, error) {
	filter, err := selection(cfg)
	if err != nil {
		return nil, err
	}
	specs, err := suite.Select(cfg.Spec, filter, cfg.Seed)
	if err != nil {
		return nil, err
	}
	var all []planned
	for _, s := range specs {
		if res, ok := suite.Planned(s, cfg.Spec); ok {
			all = append(all, planned{s, res})
		}
	}
	return all, nil
}

// alongside returns the results, without an outcome, of the requirements that are
// judged over all exchanges of the run, not by specs.
func alongside(cfg Config) ([]reports.Result, error) {
	filter, err := selection(cfg)
	if err != nil {
		return nil, err
	}
	specs, err := suite.SelectFrom(sweep.Specs(), cfg.Spec, filter, cfg.Seed)
	if err != nil {
		return nil, err
	}
	var all []reports.Result
	for _, s := range specs {
		if res, ok := suite.Planned(s, cfg.Spec); ok {
			all = append(all, res)
		}
	}
	return all, nil
}
