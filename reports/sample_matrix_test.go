package reports

import (
	"fmt"
	"time"
)

// sampleMatrix is a downlevel run that has each outcome of cells, and hostile text in
// each place that a target or a tool can fill.
func sampleMatrix() *Run {
	run := &Run{
		Schema: SchemaID, Assay: Tool{Version: "1.2.3"},
		Target: Target{URL: "http://127.0.0.1:5000", Repositories: []string{"assay/downlevel-*"}},
		Spec:   "1.1", Started: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Seconds: 61.5, Requests: 900, Seed: 7, MaxInFlight: 32,
		Matrix: &Matrix{
			Toolchains: []MatrixToolchain{
				{Name: "crane", Version: "0.1.4", Title: "crane", Home: "https://github.com/google/go-containerregistry", Source: "cache"},
				{Name: "docker", Version: "20.10.24", Title: "Docker", Programs: []MatrixProgram{
					{Name: "dockerd", Version: "20.10.24", Path: "/usr/sbin/dockerd"}, {Name: "docker", Version: "28.2.2", Path: "/usr/local/bin/docker"}, {Name: "runc", Path: hostile}}},
			},
			Mechanisms: []MatrixName{
				{Name: "image-alone", Title: "the image alone"},
				{Name: "subject-manifest", Title: "manifest with a subject", About: "An SBOM " + hostile},
				{Name: "subject-index", Title: "index with a subject"},
				{Name: "never-tried", Title: "nobody tries it"},
			},
			Verbs:   []MatrixName{{Name: "pull-tag", Title: "pull-tag"}, {Name: "copy", Title: "copy"}, {Name: "delete-tag", Title: "delete-tag"}},
			LeftOut: []string{"containerd@1.6.20 (needs root)", "engine" + hostile},
		},
	}
	outcomes := map[string][]CellOutcome{
		"crane@0.1.4":     {Works, Works, Baseline, RightPlatform, SilentHarm, Baseline, ClearRefusal, SilentHarm, NotApplicable},
		"docker@20.10.24": {Works, Works, Works, Works, UnclearRefusal, Works, Works, Works, ""},
	}
	for _, tool := range run.Matrix.Toolchains {
		i := 0
		for _, mechanism := range run.Matrix.Mechanisms[:3] {
			for _, verb := range run.Matrix.Verbs {
				run.Results = append(run.Results, sampleCell(tool, mechanism.Name, verb.Name, outcomes[tool.String()][i]))
				i++
			}
		}
	}
	return run
}

func sampleCell(tool MatrixToolchain, mechanism, verb string, outcome CellOutcome) Result {
	exit := 0
	c := &Cell{
		Toolchain: tool.Name, Version: tool.Version, Mechanism: mechanism, Verb: verb, Outcome: outcome, Control: Works,
		Script: fmt.Sprintf("%s login "+hostile+"\n%s %s localhost:5000/a:v1", tool.Name, tool.Name, verb), Exit: &exit, Stdout: "done " + hostile, Stderr: hostile,
		Before: []string{"tag v1: sha256:aaa " + hostile}, Diff: []string{"target: tag v1: -> sha256:aaa"}, Notes: []string{"a note " + hostile},
	}
	res := Result{
		Requirement: c.ID(), Level: "COMPAT", Workflow: c.Tool(), Spec: c.Tool() + " does " + verb + " with " + mechanism,
		Summary: "A copy is what the tag names.", Seconds: 0.2, Outcome: outcome.Outcome(), Cell: c,
	}
	switch outcome {
	case SilentHarm:
		c.Harms = []Harm{{Kind: "children-lost", Text: "of the index " + hostile}, {Kind: "wrong-content", Text: "and more"}}
		c.After = []string{"tag v1: gone"}
		res.Message = c.Harms[0].Text
	case UnclearRefusal, ClearRefusal, Baseline, NotApplicable:
		res.Message = "unsupported media type " + hostile
	case "":
		res.Outcome, res.Message = Skipped, "the run ended before it"
		*c = Cell{Toolchain: tool.Name, Version: tool.Version, Mechanism: mechanism, Verb: verb}
	}
	return res
}
