package conformance

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/onsi/ginkgo/v2"

	_ "assay/conformance/registry" // the specs
	"assay/conformance/suite"
	"assay/reports"
	"assay/reports/known"
	"assay/spec"
	"assay/wire"
	"assay/wire/access"
)

// TestingT is what [Run] needs of testing.T.
type TestingT interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Run judges a registry inside a Go test: each finding is an error of t, and
// the results are returned. It can be called once per test binary, as Ginkgo
// runs a suite once.
func Run(t TestingT, cfg Config) *reports.Run {
	t.Helper()
	cfg.Procs = 1
	run, err := Execute(context.Background(), cfg, nil)
	if err != nil {
		t.Fatalf("assay: %v", err)
		return nil
	}
	if run.Interrupted != "" {
		t.Errorf("assay: the run ended early: %s", run.Interrupted)
	}
	for _, res := range run.Results {
		if !res.Failed(cfg.Strict) {
			continue
		}
		t.Errorf("%s %s (%s): %s\n%s\n%s", res.Outcome, res.Requirement, res.Level, res.Summary, res.Message, res.Link)
	}
	return run
}

// Listener hears of a run as it goes on.
type Listener = spec.Listener

// suiteName tells this suite's processes apart from those of others.
const suiteName = "conformance"

// Process runs this process as a part of somebody else's parallel run, when
// that is what it was started for, and does not return then. Every program
// that calls [Execute] with more than one process calls it first.
func Process() { spec.Process(suiteName, worker) }

// Execute runs the suite and returns what came of it. An error says why no
// spec ran: a *[ConfigError] or a *[PreflightError]. A run that was interrupted
// is returned as far as it went.
func Execute(ctx context.Context, cfg Config, listener Listener) (*reports.Run, error) {
	started := time.Now()
	cfg = cfg.withDefaults()
	filter, err := selection(cfg)
	if err != nil {
		return nil, &ConfigError{err}
	}
	client, err := access.Connect(cfg.Settings)
	if err != nil {
		return nil, &ConfigError{err}
	}
	features, err := preflight(ctx, cfg, client)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w := work{Config: cfg, Filter: filter, Features: features, Nonce: nonce()}
	failures := known.List(cfg.KnownFailures)
	outcome, err := spec.Run{
		Suite: suiteName, Work: w, Filter: filter, Procs: cfg.Procs, Seed: cfg.Seed, Timeout: cfg.Timeout,
		Planned: w.plan(), Excuse: failures.Excuse, Listener: listener,
		Ready: func(to spec.Reporter) (func(), error) {
			// The requests are counted by the client that this process has.
			w.ready(client, func(res reports.Result, _ int) { to.Result(res, 0) }, to.Ended)
			return nil, nil
		},
	}.Do(ctx)
	if err != nil {
		return nil, err
	}
	for _, res := range unmasked(outcome.Results, cfg.Spec, failures) {
		outcome.Results = append(outcome.Results, res)
		if listener != nil {
			listener.Result(res)
		}
	}
	return w.report(outcome, client, failures, started), nil
}

// ConfigError is a value that cannot be used; its text says which and what is
// allowed.
type ConfigError struct{ err error }

func (e *ConfigError) Error() string { return e.err.Error() }
func (e *ConfigError) Unwrap() error { return e.err }

func nonce() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// work is what a process needs to run its share of the specs.
type work struct {
	Config   Config         `json:"config"`
	Filter   string         `json:"filter"`
	Features suite.Features `json:"features"`
	Nonce    string         `json:"nonce"`
}

// worker makes a worker process ready.
func worker(data []byte) spec.Ready {
	return func(to spec.Reporter) (func(), error) {
		var w work
		if err := json.Unmarshal(data, &w); err != nil {
			return nil, err
		}
		client, err := access.Connect(w.Config.Settings)
		if err != nil {
			return nil, err
		}
		w.ready(client, to.Result, to.Ended)
		return nil, nil
	}
}

// ready prepares this process for the specs to run.
func (w work) ready(client *wire.Client, report func(reports.Result, int), ended func([]string)) {
	w.configure(client, report, ended)
	suite.Hook()
}

// configure tells the specs of this process what they are about.
func (w work) configure(client *wire.Client, report func(reports.Result, int), ended func([]string)) {
	suite.Configure(suite.State{
		Client: client, Repository: w.Config.Repository, Repository2: w.Config.Repository2,
		Large: w.Config.Large, Keep: w.Config.Keep, ReadOnly: w.Config.ReadOnly, Existing: w.Config.Existing,
		Version: w.Config.Spec, Features: w.Features, Nonce: w.Nonce, Report: report, Ended: ended,
	})
}

// plan lists the specs that the work selects, without running any.
func (w work) plan() []reports.Result {
	w.configure(nil, nil, nil)
	suiteConfig, reporterConfig := ginkgo.GinkgoConfiguration()
	suiteConfig.LabelFilter = w.Filter
	return suite.Planned(ginkgo.PreviewSpecs("Assay", suiteConfig, reporterConfig))
}
