package site

import (
	"assay/reports"
	"assay/reports/compare"
)

// step is one result of a target in its history.
type step struct {
	Run *reports.Run
	// Change says how it differs from the result before it; empty for the first one.
	Change string
	Worse  bool
}

// History is the results of the target, the newest first.
func (t target) History() []step {
	var all []step
	for i, run := range t.Runs {
		s := step{Run: run}
		if i+1 < len(t.Runs) {
			c, err := compare.Runs([]compare.Side{{Name: "before", Run: t.Runs[i+1]}, {Name: "after", Run: run}})
			if err == nil {
				s.Change, s.Worse = c.Conclusion(), c.Worse()
			}
		}
		all = append(all, s)
	}
	return all
}

// Workflow is a workflow of the newest result; nil if that does not have it.
func (t target) Workflow(name string) *reports.Workflow {
	for _, w := range t.Newest().Workflows {
		if w.Name == name {
			return &w
		}
	}
	return nil
}

// Broken are the requirements that the newest result does not keep, and those that could
// not be judged, worst first.
func (t target) Broken() []reports.Result {
	var all []reports.Result
	for _, outcome := range reports.Outcomes() {
		switch outcome {
		case reports.Pass, reports.Unsupported, reports.Skipped:
			continue
		}
		for _, res := range t.Newest().ByRequirement() {
			if res.Outcome == outcome {
				all = append(all, res)
			}
		}
	}
	return all
}
