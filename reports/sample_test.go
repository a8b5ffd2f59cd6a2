package reports

import (
	"time"
)

// hostile is a text that could break each of the reports. A registry could send it.
const hostile = "<script>alert(1)</script> \"><img src=x onerror=alert(1)> \x1b[2J\u202e | `x` [a](javascript:alert(1)) @everyone https://evil.example\r\n# title\x00\u009b\u2028end"

// sample is a run that has each outcome and each verdict, and hostile text in each
// place that a target can fill.
func sample() *Run {
	started := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	const link = "https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks"
	res := func(workflow, requirement, level string, outcome Outcome, spec string) Result {
		r := Result{
			Requirement: requirement, Level: level, Outcome: outcome, Spec: spec, Workflow: workflow,
			Summary: "The registry answers as the specification says for " + requirement + ".",
			Link:    link, Seconds: 0.012, Where: "conformance/registry/push/chunked.go:42",
		}
		if outcome != Pass {
			r.Message = "the answer has status 500"
		}
		return r
	}
	evidenced := func(r Result) Result {
		r.Expected, r.Received = "status 416 Range Not Satisfiable", "status 500 "+hostile
		r.Message = "a chunk that is out of order was answered with " + hostile
		r.Curl = "curl -sS -i -X PATCH -H 'Content-Range: 10-20' --data-binary 'x' 'http://127.0.0.1:5000/v2/team/one/blobs/uploads/1?state=abc'"
		r.Exchanges = []Exchange{
			{
				Method: "POST", URL: "http://127.0.0.1:5000/v2/team/one/blobs/uploads/", Status: 202, Started: started, Millis: 1.5,
				Request:  Message{Header: map[string][]string{"User-Agent": {"assay"}, "Authorization": {"Basic [redacted]"}}},
				Response: Message{Header: map[string][]string{"Location": {"/v2/team/one/blobs/uploads/1"}}},
			},
			{
				Method: "PATCH", URL: "http://127.0.0.1:5000/v2/team/one/blobs/uploads/1?state=abc", Judged: true, Status: 500, Started: started, Millis: 3.25,
				Request:  Message{Header: map[string][]string{"Content-Range": {"10-20"}}, Body: "x", Size: 1},
				Response: Message{Header: map[string][]string{"X-Evil": {hostile}}, Body: hostile, Size: 9000},
			},
			{Method: "GET", URL: "http://127.0.0.1:5000/v2/", Error: "connection refused " + hostile, Started: started},
		}
		return r
	}
	blockedBy := func(r Result, by string) Result {
		r.BlockedBy, r.Message = by, "could not be judged: "+by+" is broken"
		return r
	}
	run := &Run{
		Schema: SchemaID, Assay: Tool{Version: "1.2.3"},
		Target: Target{URL: "http://127.0.0.1:5000", Repositories: []string{"team/one", "team/two"}},
		Spec:   "1.1", Started: started, Seconds: 4.125, Requests: 1204, Seed: 77, MaxInFlight: 32,
		Features: []Feature{
			{Name: "push", State: "supported", How: "an upload could be started"},
			{Name: "blob-delete", State: "unsupported", How: "DELETE was answered with 405 " + hostile},
			{Name: "sha512", State: "unknown", How: "not probed"},
		},
		Results: []Result{
			res("pull", "pull.blob.get", "MUST", Pass, "pull returns a blob"),
			res("pull", "pull.blob.head", "SHOULD", Pass, "pull has a head"),
			evidenced(res("push", "push.blob.chunk.range", "MUST", Fail, "push refuses a chunk out of order")),
			evidenced(res("push", "push.blob.chunk.range", "MUST", Fail, "push refuses a chunk that overlaps")),
			res("push", "push.blob.post", "MUST", Pass, "push starts an upload "+hostile),
			evidenced(res("push", "push.blob.location", "SHOULD", Warn, "push answers with a Location")),
			blockedBy(res("discovery", "discovery.tags.list", "MUST", Blocked, "discovery lists tags"), "push.manifest.put"),
			blockedBy(res("discovery", "discovery.tags.n", "MUST", Blocked, "discovery lists n tags"), "push.manifest.put"),
			res("discovery", "discovery.tags.sorted", "MUST", Pass, "discovery lists tags in order"),
			res("discovery", "discovery.tags.error", "SHOULD", Error, "discovery knows errors"),
			res("management", "management.blob.delete", "MUST", Unsupported, "management deletes a blob"),
			res("references", "references.list", "MUST", Skipped, "references are listed"),
			res("errors", "errors.body", "MUST", KnownFailure, "errors have a body"),
			res("errors", "errors.code", "SHOULD", UnexpectedPass, "errors have a code"),
			evidenced(res("errors", "errors.charset", "COMPAT", Observed, "errors have a charset")),
		},
	}
	run.Summarise([]string{"pull", "push", "discovery", "management", "references", "errors"})
	return run
}
