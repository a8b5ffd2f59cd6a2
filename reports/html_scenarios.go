package reports

import (
	"slices"
	"strings"
)

// htmlScenarios shows the run of a client as a table of scenarios and workflows. A field
// has the requirements of the workflow that were judged in the scenario.
type htmlScenarios struct {
	Workflows []string
	Rows      []htmlScenario
	Key       []Outcome
}

// htmlScenario is a scenario, or all of them: then it has no name.
type htmlScenario struct {
	Name, Does string
	// Fields has the requirements of each workflow.
	Fields [][]htmlJudged
}

// htmlJudged is a requirement that was judged in a scenario, with the worst outcome of
// its specs there.
type htmlJudged struct {
	Requirement, Level, Summary string
	Outcome                     Outcome
	At                          string // the id of the requirement within the page
}

// Short is the requirement without the names that stand at the head of its column.
func (j htmlJudged) Short() string {
	parts := strings.SplitN(j.Requirement, ".", 3)
	return parts[len(parts)-1]
}

// Title says what the field shows, for readers who cannot see it.
func (j htmlJudged) Title() string { return string(j.Outcome) + ": " + j.Summary }

// newHTMLScenarios is nil for runs that are not of a client.
func newHTMLScenarios(run *Run, groups []htmlGroup) *htmlScenarios {
	if !run.Target.Client {
		return nil
	}
	s := &htmlScenarios{}
	at := map[string]string{}
	for _, g := range groups {
		s.Workflows = append(s.Workflows, g.Name)
		for _, r := range g.Requirements {
			at[r.Name] = r.ID
		}
	}
	rows := append([]Scenario{{}}, run.Scenarios...) // first what is judged in every scenario
	used := map[Outcome]bool{}
	for _, row := range rows {
		shown, judged := htmlScenario{Name: row.Name, Does: row.Does}, false
		for _, workflow := range s.Workflows {
			field := judgedIn(run, row.Name, workflow, at)
			for _, j := range field {
				used[j.Outcome], judged = true, true
			}
			shown.Fields = append(shown.Fields, field)
		}
		if judged {
			s.Rows = append(s.Rows, shown)
		}
	}
	for _, o := range Outcomes() {
		if used[o] {
			s.Key = append(s.Key, o)
		}
	}
	return s
}

// judgedIn are the requirements of a workflow that were judged in a scenario, in the order
// of the results.
func judgedIn(run *Run, scenario, workflow string, at map[string]string) []htmlJudged {
	var all []htmlJudged
	for _, res := range run.Results {
		if res.Scenario != scenario || res.Workflow != workflow || res.Outcome == Skipped {
			continue
		}
		i := slices.IndexFunc(all, func(j htmlJudged) bool { return j.Requirement == res.Requirement })
		if i < 0 {
			all = append(all, htmlJudged{res.Requirement, res.Level, res.Summary, res.Outcome, at[res.Requirement]})
			continue
		}
		if res.Outcome.Worse(all[i].Outcome) {
			all[i].Outcome = res.Outcome
		}
	}
	return all
}
