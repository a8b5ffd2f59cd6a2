package reports

import (
	"slices"
	"strings"
)

// htmlGroup has the requirements of a workflow.
type htmlGroup struct {
	ID           string
	Name         string
	Requirements []htmlRequirement
	Outcomes     []htmlTally
}

// htmlTally is the number of results with an outcome.
type htmlTally struct {
	Name  Outcome
	Count int
}

// htmlRequirement has the results of the specs of one requirement.
type htmlRequirement struct {
	ID, Name, Level, Summary, Link string
	Workflow                       string
	Results                        []htmlResult
}

// Outcome is the worst outcome of its specs. What passed counts more than what the
// target does not support.
func (r htmlRequirement) Outcome() Outcome {
	for _, o := range []Outcome{Fail, UnexpectedPass, Error, Blocked, Warn, Observed, KnownFailure, Pass, Unsupported, Skipped} {
		if slices.ContainsFunc(r.Results, func(res htmlResult) bool { return res.Outcome == o }) {
			return o
		}
	}
	return ""
}

// Outcomes are the classes of all its outcomes, for the filter.
func (r htmlRequirement) Outcomes() string {
	var all []string
	for _, res := range r.Results {
		all = append(all, htmlClass(res.Outcome))
	}
	return strings.Join(all, " ")
}

// Seconds is the time of all its specs.
func (r htmlRequirement) Seconds() float64 {
	var sum float64
	for _, res := range r.Results {
		sum += res.Seconds
	}
	return sum
}

// htmlResult is the result of a spec.
type htmlResult struct {
	Result
	// Finding is the id of the finding that the result belongs to. If Shown, its
	// evidence is there.
	Finding string
	Shown   bool
	// BlockedAt is the id of what blocked it.
	BlockedAt string
}

// showRequirements groups the results by workflow and requirement.
func showRequirements(run *Run, findings []htmlFinding, ids anchors) []htmlGroup {
	type kind struct {
		requirement string
		outcome     Outcome
	}
	found := map[kind]htmlFinding{}
	for _, f := range findings {
		found[kind{f.Requirement, f.Outcome}] = f
	}
	var groups []htmlGroup
	for _, name := range workflowNames(run) {
		group, at := htmlGroup{Name: name}, map[string]int{}
		counts := map[Outcome]int{}
		for _, res := range run.Results {
			if res.Workflow != name {
				continue
			}
			counts[res.Outcome]++
			i, ok := at[res.Requirement]
			if !ok {
				i = len(group.Requirements)
				at[res.Requirement] = i
				group.Requirements = append(group.Requirements, htmlRequirement{
					ID: ids.id(res.Requirement), Name: res.Requirement, Level: res.Level, Summary: res.Summary, Link: res.Link, Workflow: name,
				})
			}
			f := found[kind{res.Requirement, res.Outcome}]
			group.Requirements[i].Results = append(group.Requirements[i].Results, htmlResult{Result: res, Finding: f.ID, Shown: f.ID != "" && f.Spec == res.Spec})
		}
		for _, o := range Outcomes() {
			if counts[o] > 0 {
				group.Outcomes = append(group.Outcomes, htmlTally{o, counts[o]})
			}
		}
		if len(group.Requirements) > 0 {
			group.ID = ids.id("workflow-" + name)
			groups = append(groups, group)
		}
	}
	return groups
}

// linkBlockers says for each blocked result where on the page its blocker is.
func (g *htmlGroup) linkBlockers(at map[string]string) {
	for _, r := range g.Requirements {
		for i := range r.Results {
			r.Results[i].BlockedAt = at[r.Results[i].BlockedBy]
		}
	}
}
