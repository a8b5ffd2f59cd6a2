package conformance

import (
	"context"
	"testing"

	"assay/reports"
)

// Run judges a registry inside a Go test. Each spec is a subtest, called
// WORKFLOW/REQUIREMENT/TITLE. A subtest fails if a MUST is not kept, with
// [Config.Strict] also if a SHOULD is not kept; it shows what was expected, what came,
// and the curl command that repeats the request. It is skipped, with the reason, if the
// registry does not have the optional feature, or if the spec cannot judge. All specs
// run at the same time, before the first subtest: select specs with
// [Config.Workflows] and [Config.Requirements], not with -run.
//
// Run returns the results, from which [reports.WriteAll] writes the reports. It can be
// called any number of times. If the target cannot be judged, t fails at once.
func Run(t *testing.T, cfg Config) *reports.Run {
	t.Helper()
	return RunContext(t.Context(), t, cfg)
}

// RunContext is [Run] with a context. When ctx ends, the specs clean up, and t fails.
func RunContext(ctx context.Context, t *testing.T, cfg Config) *reports.Run {
	t.Helper()
	run, err := Execute(ctx, cfg, &testLog{t: t})
	if err != nil {
		t.Fatalf("assay: %v", err)
	}
	if run.Interrupted != "" {
		t.Errorf("assay: the run ended early: %s", run.Interrupted)
	}
	for _, group := range byWorkflow(run.Results) {
		t.Run(group[0].Workflow, func(t *testing.T) {
			for _, res := range group {
				t.Run(res.Requirement+"/"+res.Spec, func(t *testing.T) { tell(t, res, cfg.Strict) })
			}
		})
	}
	t.Log("assay: " + run.Conclusion())
	return run
}

// byWorkflow returns the results of each workflow, in the order of the results.
func byWorkflow(results []reports.Result) [][]reports.Result {
	var groups [][]reports.Result
	places := map[string]int{}
	for _, res := range results {
		place, known := places[res.Workflow]
		if !known {
			place = len(groups)
			places[res.Workflow] = place
			groups = append(groups, nil)
		}
		groups[place] = append(groups[place], res)
	}
	return groups
}

// tell ends the subtest of a result as the result says.
func tell(t *testing.T, res reports.Result, strict bool) {
	t.Helper()
	switch {
	case res.Failed(strict):
		t.Error(res.Evidence())
	case res.Outcome == reports.Unsupported, res.Outcome == reports.Blocked, res.Outcome == reports.Skipped:
		t.Skipf("%s: %s", res.Outcome, res.Message)
	case res.Outcome != reports.Pass:
		t.Log(res.Evidence())
	}
}

// testLog tells t how far the run has come, in ten steps.
type testLog struct {
	t           *testing.T
	total, done int
}

func (l *testLog) Start(total int) {
	l.total = total
	l.t.Logf("assay: %d specs", total)
}

func (l *testLog) Result(reports.Result) {
	l.done++
	if step := max(1, l.total/10); l.done%step == 0 && l.done < l.total {
		l.t.Logf("assay: %d of %d specs", l.done, l.total)
	}
}
