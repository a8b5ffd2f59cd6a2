package reports

import "time"

// sampleClient is the run of a client, with hostile text in each place that the client
// can fill.
func sampleClient() *Run {
	res := func(workflow, name, level string, outcome Outcome, scenario, spec string) Result {
		r := Result{
			Requirement: "client." + workflow + "." + name, Level: level, Outcome: outcome, Spec: spec, Workflow: workflow, Scenario: scenario,
			Summary: "A client does what is right.", Where: "conformance/client/pull/blob.go:12",
		}
		if outcome != Pass && outcome != Unsupported {
			r.Steps = []Step{
				{Verb: "pull", Image: "127.0.0.1:5000/assay/client:v1", Exit: 137, TimedOut: true, Seconds: 30, Stdout: "pulled " + hostile, Stderr: hostile},
				{Verb: "pull", Image: "127.0.0.1:5000/assay/client@sha256:abc", Exit: 3, Seconds: 0.25},
			}
		}
		return r
	}
	run := &Run{
		Schema: SchemaID, Assay: Tool{Version: "1.2.3"}, Target: Target{URL: "./my-client " + hostile, Client: true, Repositories: []string{}},
		Spec: "1.1", Started: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Seconds: 12.5, Requests: 900, Seed: 7, MaxInFlight: 8,
		Scenarios: []Scenario{
			{"pull", "answers as the specification has it"}, {"blob-corrupted", "sends a layer with a changed byte"}, {"unused", "is not looked at"},
		},
		Results: []Result{
			res("pull", "tag", "MUST", Pass, "pull", "a tag is pulled"),
			res("pull", "blob.digest", "SHOULD", Pass, "blob-corrupted", "rejects a layer"),
			res("pull", "blob.digest", "SHOULD", Warn, "blob-corrupted", "rejects a config"),
			res("push", "content-type", "MUST", Fail, "", "has a type"),
			res("push", "chunked.order", "MUST", Unsupported, "", "comes in order"),
			res("access", "ends", "COMPAT", Observed, "pull", "ends by itself"),
		},
	}
	run.Summarise([]string{"pull", "push", "access"})
	return run
}
