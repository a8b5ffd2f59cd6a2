// Package faultrun judges the suite by the faults of the embedded registry: it
// runs the suite against each of them and says
// whether the fault was found under the right name and nothing else was. The
// suite must find nothing in the legal variants.
package faultrun

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"assay/conformance"
	"assay/conformance/requirements"
	"assay/reference"
	"assay/reference/faults"
	"assay/reports"
	"assay/wire/access"
)

// Case is one registry that the suite is run against.
type Case struct {
	Name string
	// Requirements name the fault rightly; none for what must have no finding.
	Requirements []requirements.ID
	Spec         requirements.Version
	Large        bool
	Settings     reference.Options
	Start        func(context.Context) (*faults.Server, error)
	// Client judges a client instead of a registry.
	Client func(context.Context) (*reports.Run, error)
}

// IsFault says whether something is to be found.
func (c Case) IsFault() bool { return len(c.Requirements) > 0 }

// aboutDeletes says whether deletes are what is wrong, or different.
func (c Case) aboutDeletes() bool {
	return slices.ContainsFunc(c.Requirements, func(id requirements.ID) bool {
		r, ok := requirements.Get(id)
		return ok && r.Workflow == requirements.Management
	}) || strings.Contains(c.Name, "delete")
}

// FaultCases are those of the catalogue's faults.
func FaultCases() []Case {
	var cases []Case
	for _, f := range faults.Faults() {
		cases = append(cases, Case{Name: f.Name, Requirements: f.Requirements, Spec: f.Spec, Large: f.Large, Settings: f.Settings(), Start: f.Start})
	}
	return cases
}

// VariantCases are those of the registry as it is, by each version, and of the
// catalogue's variants.
func VariantCases() []Case {
	var cases []Case
	for _, v := range requirements.Versions() {
		plain := faults.Variant{Name: "baseline-" + string(v), Spec: v}
		cases = append(cases, Case{Name: plain.Name, Spec: v, Settings: plain.Settings(), Start: plain.Start})
	}
	for _, v := range faults.Variants() {
		cases = append(cases, Case{Name: v.Name, Spec: v.Spec, Settings: v.Settings(), Start: v.Start})
	}
	return cases
}

// Runner runs cases.
type Runner struct {
	// Jobs is how many cases are run at the same time.
	Jobs int
	// Out is a directory for the results of every case; empty for none.
	Out string
	// Ended is called as each case ends, by one goroutine at a time; it may be
	// nil.
	Ended func(Result)
}

// caseLimit is how long one run may take: many times what it needs.
const caseLimit = 2 * time.Minute

// Run runs the cases and returns their results in the same order. When ctx ends
// it stops early, and those that had not ended have no result.
func (r Runner) Run(ctx context.Context, cases []Case) []Result {
	results := make([]*Result, len(cases))
	next := make(chan int)
	var (
		workers sync.WaitGroup
		telling sync.Mutex
	)
	for range max(1, r.Jobs) {
		workers.Go(func() {
			for i := range next {
				run, err := r.judge(ctx, cases[i])
				if ctx.Err() != nil {
					continue // it says nothing about the case
				}
				result := classify(cases[i], run, err)
				results[i] = &result
				if r.Ended != nil {
					telling.Lock()
					r.Ended(result)
					telling.Unlock()
				}
			}
		})
	}
	for i := range cases {
		next <- i
	}
	close(next)
	workers.Wait()
	var ended []Result
	for _, result := range results {
		if result != nil {
			ended = append(ended, *result)
		}
	}
	return ended
}

// seed is the order of the specs. One for all makes a case that changes its
// result stand out.
const seed = 1

// judge runs the suite against the registry or the client of the case.
func (r Runner) judge(ctx context.Context, c Case) (*reports.Run, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, caseLimit, fmt.Errorf("the run took longer than %s", caseLimit))
	defer cancel()
	find := c.Client
	if find == nil {
		find = func(ctx context.Context) (*reports.Run, error) { return r.registry(ctx, c) }
	}
	run, err := find(ctx)
	switch {
	case err != nil:
		return nil, err
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case r.Out == "":
		return run, nil
	}
	return run, r.write(c, run)
}

// registry runs the suite against the registry of the case.
func (r Runner) registry(ctx context.Context, c Case) (*reports.Run, error) {
	server, err := c.Start(ctx)
	if err != nil {
		return nil, err
	}
	defer server.Close()
	cfg := conformance.Config{
		Settings: access.Settings{
			Target: server.Addr(), Username: c.Settings.Username, Password: c.Settings.Password,
			Embedded: true, // Docker's configuration is not asked
		},
		Spec: c.Spec, Seed: seed, Brief: r.Out == "",
		// The registry is thrown away with all that is in it; but who takes things
		// back has to cope with deletes that go wrong.
		Large: c.Large, Keep: !c.aboutDeletes(),
	}
	if c.Large {
		// The other large specs would take longer than all that is small.
		for _, id := range c.Requirements {
			cfg.Requirements = append(cfg.Requirements, string(id))
		}
	}
	return conformance.Execute(ctx, cfg, nil)
}

// write leaves the results of a case in the directory.
func (r Runner) write(c Case, run *reports.Run) error {
	dir := filepath.Join(r.Out, c.Name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(dir, reports.ResultsFile))
	if err != nil {
		return err
	}
	return errors.Join(reports.WriteJSON(file, run), file.Close())
}
