package faultrun

import (
	"regexp"
	"slices"
	"testing"

	"assay/conformance/client"
	"assay/conformance/requirements"
	"assay/reference/client/faults"
	"assay/reports"
)

var named = regexp.MustCompile(`--scenario (\S+)`)

// The command of a finding plays the scenarios that show it, and no others: that of the
// finding, and those that the spec compares it with.
func TestTheCommandOfAFindingShowsItAgain(t *testing.T) {
	for _, name := range []string{"token-access-token-ignored", "tags-link-path-dropped", "unknown-fields-dropped", "chunk-range-exclusive"} {
		t.Run(name, func(t *testing.T) {
			at := slices.IndexFunc(faults.Faults(), func(f faults.Fault) bool { return f.Name == name })
			if at < 0 {
				t.Fatal("there is no such fault")
			}
			fault := faults.Faults()[at]
			judged := func(scenarios []string) (reports.Result, bool) {
				run, err := client.Execute(t.Context(), client.Config{Driver: referenceClient(fault.Change), Spec: requirements.Draft, Seed: seed, Scenarios: scenarios}, nil)
				if err != nil {
					t.Fatal(err)
				}
				i := slices.IndexFunc(run.Results, func(r reports.Result) bool {
					return requirements.ID(r.Requirement) == fault.Requirements[0] && slices.Contains([]reports.Outcome{reports.Fail, reports.Warn, reports.Observed}, r.Outcome)
				})
				if i < 0 {
					return reports.Result{}, false
				}
				return run.Results[i], true
			}
			first, found := judged(nil)
			if !found {
				t.Fatal("nothing was found")
			}
			var scenarios []string
			for _, match := range named.FindAllStringSubmatch(first.Curl, -1) {
				scenarios = append(scenarios, match[1])
			}
			if len(scenarios) == 0 || scenarios[0] != first.Scenario {
				t.Fatalf("the command does not begin with the scenario %s: %s", first.Scenario, first.Curl)
			}
			if again, found := judged(scenarios); !found || again.Scenario != first.Scenario {
				t.Errorf("%s shows nothing of %s", first.Curl, first.Scenario)
			}
		})
	}
}
