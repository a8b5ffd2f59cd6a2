package conformance

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/reports"
	"assay/wire"
)

// collector gathers results from all processes of a run.
type collector struct {
	listener Listener
	known    knownFailures
	planned  []reports.Result // without outcomes

	mu       sync.Mutex
	results  []reports.Result
	requests map[int]int // by process
	reasons  []string    // why the run ended early
}

func (c *collector) add(process int, res reports.Result, requests int) {
	res = c.known.excuse(res)
	c.mu.Lock()
	c.results = append(c.results, res)
	if c.requests == nil {
		c.requests = map[int]int{}
	}
	c.requests[process] = requests
	c.mu.Unlock()
	if c.listener != nil && res.Outcome != reports.Skipped {
		c.listener.Result(res)
	}
}

func (c *collector) end(reasons []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reasons = append(c.reasons, reasons...)
}

// interrupted is the reason of a run that a signal ended, in Ginkgo's words.
const interrupted = "Interrupted by User"

// run puts the results together, in an order that does not depend on the one
// in which they came.
func (c *collector) run(cfg Config, w work, client *wire.Client, started time.Time) *reports.Run {
	c.mu.Lock()
	defer c.mu.Unlock()
	run := &reports.Run{
		Schema: reports.SchemaID, Assay: reports.Tool{Version: cfg.Version},
		Target: reports.Target{
			URL: wire.RedactURL(client.Target()), Embedded: cfg.Embedded,
			Repositories: []string{cfg.Repository, cfg.Repository2},
		},
		Spec: string(cfg.Spec), Started: started.UTC(), Seconds: time.Since(started).Seconds(),
		Requests: client.Requests(), Seed: cfg.Seed, Procs: cfg.Procs, Results: c.results,
	}
	for _, n := range c.requests {
		run.Requests += n
	}
	if len(c.reasons) > 0 {
		run.Interrupted = c.reasons[0]
	}
	c.addMissing(run)
	c.known.expectFailures(run.Results)
	order := map[string]int{}
	for i, r := range requirements.All() {
		order[string(r.ID)] = i
	}
	slices.SortFunc(run.Results, func(a, b reports.Result) int {
		return cmp.Or(cmp.Compare(order[a.Requirement], order[b.Requirement]), cmp.Compare(a.Spec, b.Spec))
	})
	for _, f := range suite.AllFeatures() {
		known := w.Features[f]
		run.Features = append(run.Features, reports.Feature{Name: string(f), State: string(known.State), How: wire.RedactText(known.How)})
	}
	run.Summarise(texts(requirements.Workflows()))
	return run
}

// addMissing accounts for specs of which no result came: a run that was cut
// short must not look shorter than it was planned.
func (c *collector) addMissing(run *reports.Run) {
	planned, came := map[string]bool{}, map[string]bool{}
	for _, p := range c.planned {
		planned[p.Spec] = true
	}
	for i, res := range run.Results {
		came[res.Spec] = true
		if res.Outcome == reports.Skipped && planned[res.Spec] && run.Interrupted != "" {
			run.Results[i].Message = "the run ended before it"
		}
	}
	for _, p := range c.planned {
		if came[p.Spec] {
			continue
		}
		p.Outcome, p.Message = reports.Error, "the process that was to run it ended early"
		if run.Interrupted != "" {
			p.Outcome, p.Message = reports.Skipped, "the run ended before it"
		}
		run.Results = append(run.Results, p)
	}
}

func texts[S ~string](values []S) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
