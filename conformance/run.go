package conformance

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"

	_ "assay/conformance/registry" // the specs
	"assay/conformance/suite"
	"assay/reports"
	"assay/wire"
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
type Listener interface {
	// Start is called with the number of specs before the first one runs.
	Start(total int)
	// Result is called as each spec ends.
	Result(reports.Result)
}

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
	client, err := connect(cfg)
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
	planned := w.plan()
	collected := &collector{listener: listener, planned: planned, known: cfg.KnownFailures}
	if listener != nil {
		listener.Start(len(planned))
	}
	if cfg.Procs > 1 {
		err = w.parallel(ctx, collected)
	} else {
		w.here(client, collected)
	}
	if err != nil {
		return nil, err
	}
	return collected.run(cfg, w, client, started), nil
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
	Socket   string         `json:"socket,omitempty"` // where results go, in a worker
}

// configure prepares this process for the specs.
func (w work) configure(client *wire.Client, report func(reports.Result, int), ended func([]string)) {
	suite.Configure(suite.State{
		Client: client, Repository: w.Config.Repository, Repository2: w.Config.Repository2,
		Large: w.Config.Large, ReadOnly: w.Config.ReadOnly, Existing: w.Config.Existing,
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

// here runs the specs in this process.
func (w work) here(client *wire.Client, to *collector) {
	// The requests are counted by the client that this process already has.
	w.configure(client, func(res reports.Result, _ int) { to.add(0, res, 0) }, to.end)
	suiteConfig, reporterConfig := ginkgo.GinkgoConfiguration()
	suiteConfig.LabelFilter = w.Filter
	suiteConfig.RandomSeed = w.Config.Seed
	suiteConfig.RandomizeAllSpecs = true
	suiteConfig.Timeout = w.Config.Timeout
	// What Ginkgo would print is in the results.
	stdout := formatter.ColorableStdOut
	formatter.ColorableStdOut = io.Discard
	defer func() { formatter.ColorableStdOut = stdout }()
	suite.Hook()
	ginkgo.RunSpecs(judge{}, "Assay", suiteConfig, reporterConfig)
}

// judge is Ginkgo's testing.T: whether a run failed follows from the results.
type judge struct{}

func (judge) Fail() {}
