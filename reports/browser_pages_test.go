package reports

import (
	"fmt"
	"strings"
)

// clean is a run without a finding.
func clean() *Run {
	run := sample()
	run.Results = nil
	for _, workflow := range []string{"pull", "push", "discovery"} {
		for i := range 5 {
			run.Results = append(run.Results, Result{
				Requirement: fmt.Sprintf("%s.requirement.%d", workflow, i), Level: "MUST", Outcome: Pass, Workflow: workflow,
				Spec: fmt.Sprintf("%s keeps requirement %d", workflow, i), Summary: "The registry answers.", Seconds: 0.01,
				Trail: []string{"PUT /v2/a/manifests/v1 (Content-Type: a/b): 201 Created; Location: /v2/a/manifests/v1", "GET /v2/a/manifests/v1: 200 OK"},
			})
		}
	}
	run.Summarise([]string{"pull", "push", "discovery", "management"})
	return run
}

// large is a run with as much evidence as the largest run on a real registry: hundreds of
// specs, and dozens of findings with many exchanges.
func large() *Run {
	run := sample()
	failing := run.Results[2]
	failing.Exchanges[1].Response.Body = `{"errors":[{"code":"UNKNOWN","detail":"` + strings.Repeat("x", 1000) + `"}]}`
	failing.Script = strings.Repeat("curl -sS -i 'http://127.0.0.1:5000/v2/'\n", 20)
	pass := clean().Results[0]
	for len(pass.Trail) < 12 {
		pass.Trail = append(pass.Trail, pass.Trail[0]+"; Docker-Content-Digest: sha256:0123456789ab…; Content-Type: application/vnd.oci.image.manifest.v1+json")
	}
	run.Results = nil
	for i := range 450 {
		res := pass
		if i%10 == 0 {
			res = failing
			for len(res.Exchanges) < 8 {
				res.Exchanges = append(res.Exchanges, failing.Exchanges[i%2])
			}
		}
		res.Requirement, res.Spec = fmt.Sprintf("%s.%d", res.Requirement, i/2), fmt.Sprintf("%s %d", res.Spec, i)
		run.Results = append(run.Results, res)
	}
	run.Summarise([]string{"pull", "push"})
	return run
}
