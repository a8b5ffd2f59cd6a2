package faultrun

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"assay/conformance/requirements"
	"assay/reports"
)

func results(pairs ...string) *reports.Run {
	run := &reports.Run{}
	for i := 0; i < len(pairs); i += 2 {
		run.Results = append(run.Results, reports.Result{Requirement: pairs[i], Outcome: reports.Outcome(pairs[i+1])})
	}
	return run
}

func TestClassify(t *testing.T) {
	fault := Case{Name: "a", Requirements: []requirements.ID{"right", "also.right"}}
	variant := Case{Name: "b"}
	for _, tt := range []struct {
		name    string
		c       Case
		run     *reports.Run
		err     error
		verdict Verdict
		under   []string
		others  []string
	}{
		{"found under its name", fault, results("right", "fail", "x", "pass"), nil, Caught, []string{"right"}, nil},
		{"found as a warning", fault, results("also.right", "warn"), nil, Caught, []string{"also.right"}, nil},
		{"found as an observation", fault, results("right", "observed"), nil, Caught, []string{"right"}, nil},
		{"twice under one name is one finding", fault, results("right", "fail", "right", "fail"), nil, Caught, []string{"right"}, nil},
		{"with something besides", fault, results("right", "fail", "wrong", "warn"), nil, Caught, []string{"right"}, []string{"wrong"}},
		{"under another name alone", fault, results("wrong", "fail"), nil, NamedWrongly, nil, []string{"wrong"}},
		{"an observation elsewhere accuses nobody", fault, results("wrong", "observed"), nil, Missed, nil, nil},
		{"what is blocked was not found", fault, results("right", "blocked"), nil, Missed, nil, nil},
		{"an error is never the name of a fault", fault, results("right", "error"), nil, NamedWrongly, nil, []string{"error: right"}},
		{"nothing", fault, results("right", "pass"), nil, Missed, nil, nil},
		{"a run that broke", fault, nil, errors.New("broke"), Broken, nil, nil},
		{"a variant without findings", variant, results("right", "pass", "x", "unsupported", "y", "observed", "z", "skipped"), nil, Clean, nil, nil},
		{"a variant with a finding", variant, results("right", "fail"), nil, Alarmed, nil, []string{"right"}},
		{"a variant with a warning", variant, results("right", "warn"), nil, Alarmed, nil, []string{"right"}},
		{"a variant in which something could not be judged", variant, results("right", "blocked"), nil, Alarmed, nil, []string{"blocked: right"}},
		{"a variant that Assay stumbles on", variant, results("right", "error"), nil, Alarmed, nil, []string{"error: right"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := classify(tt.c, tt.run, tt.err)
			if got.Verdict != tt.verdict || !slices.Equal(got.Under, tt.under) || !slices.Equal(got.Others, tt.others) {
				t.Errorf("got %s under %q, others %q; want %s, %q, %q", got.Verdict, got.Under, got.Others, tt.verdict, tt.under, tt.others)
			}
		})
	}
}

func TestWriteEndsWithTheFigures(t *testing.T) {
	fault := Case{Name: "a-fault", Requirements: []requirements.ID{"right"}, Spec: requirements.V1_1}
	missed := fault
	missed.Name = "a-missed-one"
	var out bytes.Buffer
	err := Write(&out, []Result{
		classify(fault, results("right", "fail"), nil),
		classify(missed, results("right", "pass"), nil),
		classify(Case{Name: "a-variant"}, results("x", "pass"), nil),
	})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	want := []string{
		"faults: 2, caught 1 (50.0 %), missed 1, named wrongly 0, findings per fault: median 0.5, mean 0.50, max 1",
		"variants: 1, alarmed 0",
	}
	if got := lines[max(0, len(lines)-2):]; !slices.Equal(got, want) {
		t.Errorf("the figures are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if text := out.String(); !strings.Contains(text, "a-missed-one") || strings.Contains(text, "a-fault") {
		t.Errorf("what is not perfect, and only that, is to be listed:\n%s", text)
	}
}
