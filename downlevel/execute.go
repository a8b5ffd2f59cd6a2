package downlevel

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"assay/downlevel/trial"
	"assay/fixtures/mechanisms"
	"assay/reports"
	"assay/reports/known"
	"assay/runner"
	"assay/wire"
	"assay/wire/access"
)

// Execute tries the cells of the matrix and returns the results. It returns an error
// only if nothing was tried: a *[ConfigError] or an *[access.UnfitError]. An
// interrupted run is returned with the results that it has.
func Execute(ctx context.Context, cfg Config, listener runner.Listener) (*reports.Run, error) {
	started := time.Now()
	cfg, err := cfg.withDefaults().absolute()
	if err != nil {
		return nil, err
	}
	client, err := access.Connect(cfg.Settings)
	if err != nil {
		return nil, &ConfigError{err}
	}
	if err := checkTarget(cfg, client); err != nil {
		return nil, &ConfigError{err}
	}
	tools, leftOut, err := selected(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := access.Reach(ctx, cfg.Settings, client, cfg.Prefix+"-"+randomWord()); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	cells := plan(cfg, tools)
	if len(cells) == 0 {
		return nil, &ConfigError{fmt.Errorf("no cell is selected: %s cannot do %s", joined(tools), strings.Join(cfg.Verbs, ", "))}
	}
	tools, shard := sharded(cfg, tools)
	about := matrix(ctx, cfg, tools)
	about.LeftOut = leftOut
	trials, err := newTrials(ctx, cfg, client)
	if err != nil {
		return nil, err
	}
	defer os.Remove(trials.File)
	failures := known.List(cfg.KnownFailures)
	outcome := runner.Run{
		Limit: cfg.Jobs, Timeout: cfg.Timeout, Listener: listener,
		Revise: func(res reports.Result) reports.Result { return failures.MarkKnown(res.Scrub(client.Scrub)) },
	}.Do(ctx, lanesOf(cfg, trials, tools))
	run := report(cfg, outcome, client, failures, started)
	run.Shard, run.Matrix = shard, about
	inOrder(run.Results, cells)
	return run, nil
}

// checkTarget refuses targets that tools cannot name.
func checkTarget(cfg Config, client *wire.Client) error {
	if path := client.Target().Path; path != "" && path != "/" {
		return fmt.Errorf("the target %s has a path, which no tool can name: want host[:port] alone", cfg.Target)
	}
	return nil
}

// newTrials returns the settings that all trials of the run share. The caller removes
// the file.
func newTrials(ctx context.Context, cfg Config, client *wire.Client) (trial.Run, error) {
	run := trial.Run{
		Client: client, Registry: registryName(cfg, client), Embedded: cfg.Embedded, Manners: cfg.Manners,
		Prefix: cfg.Prefix, Keep: cfg.Keep, ActionTimeout: cfg.ActionTimeout, Seed: cfg.Seed, Nonce: randomWord(), Start: cfg.start,
	}
	var err error
	if run.Username, run.Password, err = access.Login(ctx, cfg.Settings); err != nil {
		return run, &ConfigError{err}
	}
	file, err := os.CreateTemp("", "assay-*.txt")
	if err != nil {
		return run, err
	}
	_, err = file.WriteString("What a tool attaches to an image.\n")
	run.File = file.Name()
	return run, errors.Join(err, file.Chmod(0o644), file.Close())
}

// registryName returns the name of the target for the tools. They speak HTTP without
// TLS to localhost, but some do not to 127.0.0.1.
func registryName(cfg Config, client *wire.Client) string {
	host := client.Target().Host
	if cfg.Embedded {
		if _, port, err := net.SplitHostPort(host); err == nil {
			return net.JoinHostPort("localhost", port)
		}
	}
	return host
}

// randomWord returns a word that no other run has.
func randomWord() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// report returns the run without its matrix.
func report(cfg Config, outcome runner.Outcome, client *wire.Client, failures known.List, started time.Time) *reports.Run {
	run := &reports.Run{
		Schema: reports.SchemaID, Assay: reports.Tool{Version: cfg.Version},
		Target: reports.Target{
			URL: wire.RedactURL(client.Target()), Embedded: cfg.Embedded, Repositories: []string{cfg.Prefix + "-*"},
		},
		Spec: "1.1", Started: started.UTC(), Seconds: time.Since(started).Seconds(),
		Requests: client.Requests(), Seed: cfg.Seed, MaxInFlight: cfg.MaxInFlight,
		Interrupted: outcome.Interrupted, Results: outcome.Results,
	}
	for i, res := range run.Results {
		if res.Cell.Mechanism != mechanisms.None().Name { // the image alone cannot fail, so no pattern applies to it
			failures.ExpectFailures(run.Results[i : i+1])
		}
	}
	return run
}

// inOrder sorts the results in the order of the plan.
func inOrder(results []reports.Result, cells []trial.Cell) {
	order := map[string]int{}
	for i, c := range cells {
		order[c.Result().Requirement] = i
	}
	slices.SortFunc(results, func(a, b reports.Result) int {
		return cmp.Compare(order[a.Requirement], order[b.Requirement])
	})
}

func joined(tools []trial.Tool) string {
	var names []string
	for _, t := range tools {
		names = append(names, t.String())
	}
	return strings.Join(names, ", ")
}
