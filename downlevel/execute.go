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

	"assay/reports"
	"assay/reports/known"
	"assay/runner"
	"assay/wire"
	"assay/wire/access"
)

// Execute tries the matrix and returns what came of it. An error says why
// nothing was tried: a *[ConfigError] or an *[access.UnfitError]. A run that was
// interrupted is returned as far as it went.
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
	w, err := newWork(ctx, cfg, client, tools)
	if err != nil {
		return nil, err
	}
	defer os.Remove(w.File)
	cells := plan(cfg, tools)
	if len(cells) == 0 {
		return nil, &ConfigError{fmt.Errorf("nothing would run: %s cannot do %s", joined(tools), strings.Join(cfg.Verbs, ", "))}
	}
	failures := known.List(cfg.KnownFailures)
	outcome := runner.Run{
		Limit: cfg.Jobs, Timeout: cfg.Timeout, Excuse: failures.Excuse, Listener: listener,
	}.Do(ctx, w.lanes(client, cells))
	run := w.report(outcome, client, tools, cells, failures, started)
	run.Matrix.LeftOut = leftOut
	return run, nil
}

// checkTarget refuses what the tools cannot name.
func checkTarget(cfg Config, client *wire.Client) error {
	if path := client.Target().Path; path != "" && path != "/" {
		return fmt.Errorf("the target %s has a path, which no tool can name: want host[:port] alone", cfg.Target)
	}
	return nil
}

// work is what a process needs to try its share of the cells.
type work struct {
	Config Config `json:"config"`
	Nonce  string `json:"nonce"`
	// Registry is how tools name the target: host:port.
	Registry string `json:"registry"`
	// Username and Password are what tools log in with.
	Username string `json:"username,omitempty"`
	Password string `json:"password,omitempty"`
	// Tools are NAME@VERSION, in order.
	Tools []string `json:"tools"`
	// File is what tools attach.
	File string `json:"file"`
}

func newWork(ctx context.Context, cfg Config, client *wire.Client, tools []tool) (work, error) {
	w := work{Config: cfg, Nonce: randomWord(), Registry: registryName(cfg, client)}
	for _, t := range tools {
		w.Tools = append(w.Tools, t.String())
	}
	var err error
	if w.Username, w.Password, err = access.Login(ctx, cfg.Settings); err != nil {
		return w, &ConfigError{err}
	}
	file, err := os.CreateTemp("", "assay-*.txt")
	if err != nil {
		return w, err
	}
	_, err = file.WriteString("What a tool attaches to an image.\n")
	w.File = file.Name()
	return w, errors.Join(err, file.Chmod(0o644), file.Close())
}

// registryName is how tools name the target. They take localhost, and not each
// takes 127.0.0.1, for what may be spoken to without TLS.
func registryName(cfg Config, client *wire.Client) string {
	host := client.Target().Host
	if cfg.Embedded {
		if _, port, err := net.SplitHostPort(host); err == nil {
			return net.JoinHostPort("localhost", port)
		}
	}
	return host
}

// randomWord is one that no other run has.
func randomWord() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// lanes are the cells as pieces of work: those of a tool one after another, as they
// share its session.
func (w work) lanes(client *wire.Client, cells []cell) []runner.Lane {
	var (
		lanes []runner.Lane
		b     *bench
	)
	for i, c := range cells {
		if i == 0 || cells[i-1].tool.String() != c.tool.String() {
			b = newBench(w, client)
			lanes = append(lanes, runner.Lane{Done: b.close})
		}
		last, b := &lanes[len(lanes)-1], b
		last.Pieces = append(last.Pieces, runner.Piece{Planned: c.result(), Do: func(ctx context.Context) reports.Result {
			return b.try(ctx, c)
		}})
	}
	return lanes
}

func planned(cells []cell) []reports.Result {
	var all []reports.Result
	for _, c := range cells {
		all = append(all, c.result())
	}
	return all
}

// report puts the results together in the order of the plan.
func (w work) report(outcome runner.Outcome, client *wire.Client, tools []tool, cells []cell, failures known.List, started time.Time) *reports.Run {
	cfg := w.Config
	run := &reports.Run{
		Schema: reports.SchemaID, Assay: reports.Tool{Version: cfg.Version},
		Target: reports.Target{
			URL: wire.RedactURL(client.Target()), Embedded: cfg.Embedded, Repositories: []string{cfg.Prefix + "-*"},
		},
		Spec: "1.1", Started: started.UTC(), Seconds: time.Since(started).Seconds(),
		Requests: client.Requests(), Seed: cfg.Seed, MaxInFlight: cfg.MaxInFlight,
		Interrupted: outcome.Interrupted, Matrix: matrix(tools), Results: outcome.Results,
	}
	for i, res := range run.Results {
		if res.Cell.Mechanism != controlMechanism { // which cannot fail, whatever a pattern matches
			failures.ExpectFailures(run.Results[i : i+1])
		}
	}
	order := map[string]int{}
	for i, res := range planned(cells) {
		order[res.Requirement] = i
	}
	slices.SortFunc(run.Results, func(a, b reports.Result) int {
		return cmp.Compare(order[a.Requirement], order[b.Requirement])
	})
	return run
}

func joined(tools []tool) string {
	var names []string
	for _, t := range tools {
		names = append(names, t.String())
	}
	return strings.Join(names, ", ")
}
