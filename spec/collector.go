package spec

import (
	"sync"

	"assay/reports"
)

// Reporter takes what comes of the specs of one process.
type Reporter struct {
	// Result takes the result of each spec as it ends, and the number of
	// requests that this process sent so far.
	Result func(res reports.Result, requests int)
	// Ended takes the reasons why the run ended early; none when it did not.
	Ended func(reasons []string)
}

// collector gathers results from all processes of a run.
type collector struct {
	run Run

	mu       sync.Mutex
	results  []reports.Result
	requests map[int]int // by process
	reasons  []string    // why the run ended early
}

func (c *collector) add(process int, res reports.Result, requests int) {
	if c.run.Excuse != nil {
		res = c.run.Excuse(res)
	}
	c.mu.Lock()
	c.results = append(c.results, res)
	if c.requests == nil {
		c.requests = map[int]int{}
	}
	c.requests[process] = requests
	c.mu.Unlock()
	if c.run.Listener != nil && res.Outcome != reports.Skipped {
		c.run.Listener.Result(res)
	}
}

func (c *collector) end(reasons []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reasons = append(c.reasons, reasons...)
}

// silent says whether no process told anything.
func (c *collector) silent() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.results) == 0 && len(c.reasons) == 0
}

// interrupted is the reason of a run that a signal ended, in Ginkgo's words.
const interrupted = "Interrupted by User"

// outcome puts together what came, in the order in which it came.
func (c *collector) outcome() Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := Outcome{Results: c.results}
	for _, n := range c.requests {
		out.Requests += n
	}
	if len(c.reasons) > 0 {
		out.Interrupted = c.reasons[0]
	}
	c.addMissing(&out)
	return out
}

// addMissing accounts for specs of which no result came: a run that was cut
// short must not look shorter than it was planned.
func (c *collector) addMissing(out *Outcome) {
	planned, came := map[string]bool{}, map[string]bool{}
	for _, p := range c.run.Planned {
		planned[p.Spec] = true
	}
	for i, res := range out.Results {
		came[res.Spec] = true
		if res.Outcome == reports.Skipped && planned[res.Spec] && out.Interrupted != "" {
			out.Results[i].Message = "the run ended before it"
		}
	}
	for _, p := range c.run.Planned {
		if came[p.Spec] {
			continue
		}
		p.Outcome, p.Message = reports.Error, "the process that was to run it ended early"
		if out.Interrupted != "" {
			p.Outcome, p.Message = reports.Skipped, "the run ended before it"
		}
		out.Results = append(out.Results, p)
	}
}
