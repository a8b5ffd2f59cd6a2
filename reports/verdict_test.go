package reports

import (
	"testing"
)

func TestWorkflowVerdict(t *testing.T) {
	for name, tc := range map[string]struct {
		must Counts
		want Verdict
	}{
		"all kept":                         {Counts{Pass: 3}, Conformant},
		"kept or not supported":            {Counts{Pass: 3, Unsupported: 2}, Conformant},
		"one failure among many":           {Counts{Pass: 99, Fail: 1}, NotConformant},
		"a failure outweighs blocked":      {Counts{Fail: 1, Blocked: 5}, NotConformant},
		"a known failure is a failure":     {Counts{Pass: 3, KnownFailure: 1}, NotConformant},
		"a listed failure passed":          {Counts{Pass: 3, UnexpectedPass: 1}, Conformant},
		"some blocked":                     {Counts{Pass: 3, Blocked: 1}, Partial},
		"some went wrong":                  {Counts{Pass: 3, Error: 1}, Partial},
		"some skipped":                     {Counts{Pass: 3, Skipped: 1}, Partial},
		"all blocked":                      {Counts{Blocked: 2}, Partial},
		"all went wrong":                   {Counts{Error: 2}, Partial},
		"blocked outweighs unsupported":    {Counts{Blocked: 1, Unsupported: 2}, Partial},
		"nothing supported":                {Counts{Unsupported: 2}, NoSupport},
		"unsupported outweighs skipped":    {Counts{Unsupported: 1, Skipped: 4}, NoSupport},
		"all skipped":                      {Counts{Skipped: 4}, NotTested},
		"no MUST at all":                   {Counts{}, NotTested},
		"an outcome of no MUST is ignored": {Counts{Pass: 1, Observed: 3}, Conformant},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.must.verdict(); got != tc.want {
				t.Errorf("%v: got %q, want %q", tc.must, got, tc.want)
			}
		})
	}
}

func TestSummarise(t *testing.T) {
	run := sample()
	want := []Workflow{
		{"pull", Conformant, Counts{Pass: 1}, Counts{Pass: 1}},
		{"push", NotConformant, Counts{Pass: 1, Fail: 2}, Counts{Warn: 1}},
		{"discovery", Partial, Counts{Blocked: 2, Pass: 1}, Counts{Error: 1}},
		{"management", NoSupport, Counts{Unsupported: 1}, Counts{}},
		{"references", NotTested, Counts{Skipped: 1}, Counts{}},
		{"errors", NotConformant, Counts{KnownFailure: 1}, Counts{UnexpectedPass: 1}},
	}
	if len(run.Workflows) != len(want) {
		t.Fatalf("got %d workflows, want %d", len(run.Workflows), len(want))
	}
	for i, w := range want {
		equal(t, run.Workflows[i], w)
	}
}

func TestRunVerdict(t *testing.T) {
	for _, tc := range []struct {
		workflows []Verdict
		want      Verdict
	}{
		{nil, NotTested},
		{[]Verdict{NotTested, NotTested}, NotTested},
		{[]Verdict{NotTested, NoSupport}, NoSupport},
		{[]Verdict{NotTested, NoSupport, Conformant}, Conformant},
		{[]Verdict{Conformant, Partial, Conformant}, Partial},
		{[]Verdict{Conformant, Partial, NotConformant}, NotConformant},
	} {
		run := &Run{}
		for _, v := range tc.workflows {
			run.Workflows = append(run.Workflows, Workflow{Verdict: v})
		}
		if got := run.Verdict(); got != tc.want {
			t.Errorf("%v: got %q, want %q", tc.workflows, got, tc.want)
		}
	}
}

func TestFailed(t *testing.T) {
	for _, o := range Outcomes() {
		for _, strict := range []bool{false, true} {
			run := &Run{Results: []Result{{Outcome: Pass}, {Outcome: o, Level: "MUST"}}}
			want := o == Fail || o == Blocked || o == UnexpectedPass || o == Error || o == Warn && strict
			if got := run.Failed(strict); got != want {
				t.Errorf("%s, strict %v: got %v, want %v", o, strict, got, want)
			}
		}
	}
}

func TestKeptOfJudged(t *testing.T) {
	for _, tc := range []struct {
		counts       Counts
		kept, judged int
	}{
		{nil, 0, 0},
		{Counts{Pass: 3, Fail: 1, Blocked: 4, Unsupported: 5, Skipped: 6, Error: 7}, 3, 4},
		{Counts{Pass: 3, Warn: 2}, 3, 5},
		{Counts{UnexpectedPass: 1, KnownFailure: 2}, 1, 3},
	} {
		if k, j := tc.counts.Kept(), tc.counts.Judged(); k != tc.kept || j != tc.judged {
			t.Errorf("%v: got %d of %d, want %d of %d", tc.counts, k, j, tc.kept, tc.judged)
		}
	}
}

func TestFindingsAreOnePerRequirementAndOutcome(t *testing.T) {
	run := &Run{Results: []Result{
		{Requirement: "a", Outcome: Observed, Spec: "a1"},
		{Requirement: "b", Outcome: Warn, Spec: "b1"},
		{Requirement: "c", Outcome: Fail, Spec: "c1", Received: "first"},
		{Requirement: "c", Outcome: Pass, Spec: "c2"},
		{Requirement: "c", Outcome: Fail, Spec: "c3", Received: "second"},
		{Requirement: "c", Outcome: Error, Spec: "c4"},
		{Requirement: "d", Outcome: Blocked, Spec: "d1"},
		{Requirement: "d", Outcome: UnexpectedPass, Spec: "d2"},
		{Requirement: "c", Outcome: Fail, Spec: "c5", Received: "third"},
	}}
	var got []Result
	got = append(got, run.Findings()...)
	equal(t, got, []Result{
		{Requirement: "c", Outcome: Fail, Spec: "c1", Received: "first", Occurrences: 3, Situations: []string{"c1", "c3", "c5"}},
		{Requirement: "d", Outcome: UnexpectedPass, Spec: "d2", Occurrences: 1},
		{Requirement: "c", Outcome: Error, Spec: "c4", Occurrences: 1},
		{Requirement: "b", Outcome: Warn, Spec: "b1", Occurrences: 1},
		{Requirement: "a", Outcome: Observed, Spec: "a1", Occurrences: 1},
	})
	if run.Results[2].Occurrences != 0 {
		t.Error("the results of the run were changed")
	}
}

func TestFindingsKeepTheirOccurrences(t *testing.T) {
	run := &Run{Results: []Result{
		{Requirement: "a", Outcome: Fail, Occurrences: 12},
		{Requirement: "a", Outcome: Fail}, // counts as one
		{Requirement: "a", Outcome: Fail, Occurrences: 3},
	}}
	if got := run.Findings()[0].Occurrences; got != 16 {
		t.Errorf("the finding was seen %d times, want 16", got)
	}
}
