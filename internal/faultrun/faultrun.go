// Package faultrun judges the suite by the faults of the embedded registry: it
// runs the suite against each of them, in a process of their own, and says
// whether the fault was found under the right name and nothing else was. The
// suite must find nothing in the legal variants.
package faultrun

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
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
}

// IsFault says whether something is to be found.
func (c Case) IsFault() bool { return len(c.Requirements) > 0 }

// FaultCases are those of the catalogue's faults.
func FaultCases() []Case {
	var cases []Case
	for _, f := range faults.Faults() {
		cases = append(cases, Case{f.Name, f.Requirements, f.Spec, f.Large, f.Settings(), f.Start})
	}
	return cases
}

// VariantCases are those of the registry as it is, by each version, and of the
// catalogue's variants.
func VariantCases() []Case {
	var cases []Case
	for _, v := range requirements.Versions() {
		plain := faults.Variant{Name: "baseline-" + string(v), Spec: v}
		cases = append(cases, Case{plain.Name, nil, v, false, plain.Settings(), plain.Start})
	}
	for _, v := range faults.Variants() {
		cases = append(cases, Case{v.Name, nil, v.Spec, false, v.Settings(), v.Start})
	}
	return cases
}

// Runner runs cases.
type Runner struct {
	// Executable is a program, and Command its arguments, that calls [One] with
	// the two arguments behind them.
	Executable string
	Command    []string
	// Jobs is how many cases are run at the same time.
	Jobs int
	// Out is a directory for the reports of every case.
	Out string
	// Told is called as each case ends, by one goroutine at a time; it may be
	// nil.
	Told func(Result)
}

// caseLimit is how long one run may take: many times what it needs.
const caseLimit = time.Minute

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
				if r.Told != nil {
					telling.Lock()
					r.Told(result)
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

// judge runs the case in a process of its own.
func (r Runner) judge(ctx context.Context, c Case) (*reports.Run, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out, err := filepath.Abs(filepath.Join(r.Out, c.Name))
	if err != nil {
		return nil, err
	}
	if err := os.RemoveAll(out); err != nil { // the report of an earlier run
		return nil, err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, caseLimit)
	defer cancel()
	child := exec.CommandContext(limited, r.Executable, append(slices.Clone(r.Command), c.Name, out)...)
	child.Dir, child.Env = out, environment(os.Environ(), out)
	child.WaitDelay = 5 * time.Second
	said, err := child.CombinedOutput()
	switch {
	case limited.Err() != nil:
		return nil, fmt.Errorf("the run took longer than %s", caseLimit)
	case err != nil:
		return nil, fmt.Errorf("%w: %s", err, lastLine(string(said)))
	}
	return reports.ReadFile(filepath.Join(out, reports.ResultsFile))
}

// seed is the order of the specs. One for all makes a case that changes its
// result stand out.
const seed = 1

// One runs the suite against the registry of the case called name, both in this
// process, and leaves the results in the directory out. It can be called once
// per process, as Ginkgo runs a suite once.
func One(ctx context.Context, name, out string) error {
	cases := append(FaultCases(), VariantCases()...)
	i := slices.IndexFunc(cases, func(c Case) bool { return c.Name == name })
	if i < 0 {
		return fmt.Errorf("there is no fault or variant %q", name)
	}
	c := cases[i]
	server, err := c.Start(ctx)
	if err != nil {
		return err
	}
	defer server.Close()
	cfg := conformance.Config{
		Settings: access.Settings{
			Target: server.Addr(), Username: c.Settings.Username, Password: c.Settings.Password,
		},
		Spec: c.Spec, Seed: seed,
		Large: c.Large, Keep: true, // the registry is thrown away, with all that is in it
	}
	if c.Large {
		// The other large specs would take longer than all that is small.
		for _, id := range c.Requirements {
			cfg.Requirements = append(cfg.Requirements, string(id))
		}
	}
	run, err := conformance.Execute(ctx, cfg, nil)
	if err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(out, reports.ResultsFile))
	if err != nil {
		return err
	}
	return errors.Join(reports.WriteJSON(file, run), file.Close())
}

// environment is the one of this process without what would configure the run.
func environment(own []string, out string) []string {
	var env []string
	for _, entry := range own {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "ASSAY_") && !strings.HasPrefix(name, "OCI_") && name != "DOCKER_CONFIG" {
			env = append(env, entry)
		}
	}
	env = append(env, "DOCKER_CONFIG="+out) // where there are no logins
	// The jobs share the cores: each does best with one, and a run that takes
	// a second has little use for a collector that saves memory.
	env = append(env, "GOMAXPROCS=1", "GOGC=400")
	return env
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
