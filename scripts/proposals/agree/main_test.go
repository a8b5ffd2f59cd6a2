package main

import (
	"io"
	"testing"

	"assay/reports"
)

func TestAgree(t *testing.T) {
	run := func(outcomes ...reports.Outcome) *reports.Run {
		return &reports.Run{Results: []reports.Result{
			{Requirement: "references.list.status", Workflow: "references", Outcome: outcomes[0]},
			{Requirement: "references.list.status", Workflow: "references", Outcome: outcomes[1]},
			{Requirement: "oci-1.1.list.status", Workflow: "oci-1.1", Outcome: outcomes[2]},
		}}
	}
	for _, row := range []struct {
		outcomes []reports.Outcome
		want     bool
	}{
		{[]reports.Outcome{reports.Pass, reports.Unsupported, reports.Pass}, true},
		{[]reports.Outcome{reports.Fail, reports.Pass, reports.Observed}, true},
		{[]reports.Outcome{reports.Blocked, reports.Unsupported, reports.Unsupported}, true},
		{[]reports.Outcome{reports.Fail, reports.Pass, reports.Pass}, false},
		{[]reports.Outcome{reports.Pass, reports.Pass, reports.Blocked}, false},
	} {
		if got := agree(io.Discard, "", run(row.outcomes...)); got != row.want {
			t.Errorf("%v: %v", row.outcomes, got)
		}
	}
	missing := run(reports.Pass, reports.Pass, reports.Pass)
	missing.Results = missing.Results[:2]
	if agree(io.Discard, "", missing) || agree(io.Discard, "", &reports.Run{}) {
		t.Error("a requirement without the file, or nothing, agrees")
	}
}
