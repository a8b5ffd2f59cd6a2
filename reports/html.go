package reports

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
)

//go:embed report.html.tmpl
var htmlSource string

//go:embed report.css
var htmlStyle string

//go:embed report.js
var htmlScript string

// htmlTemplate escapes every value. The functions only decide what is shown.
var htmlTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"text":     func(s any) string { return printable(s) },
	"lines":    block,
	"exact":    func(s string) bool { return s == block(s) },
	"link":     safeLink,
	"kept":     kept,
	"seconds":  htmlSeconds,
	"count":    count,
	"class":    htmlClass,
	"headers":  htmlHeaders,
	"body":     htmlBody,
	"status":   htmlStatus,
	"unjudged": htmlUnjudged,
	"badge":    cellBadge,
	"alike":    Cell.alike,
	"request":  htmlRequest,
	"filtered": htmlOutcome,
	"side":     func(title string, m Message) htmlSide { return htmlSide{title, m} },
}).Parse(htmlSource))

// htmlPage has the data for the template.
type htmlPage struct {
	Run          *Run
	CSS          template.CSS
	JS           template.JS
	Policy       string
	Verdict      Verdict
	Conclusion   string
	Started      string
	Findings     []htmlFinding
	Observations []htmlFinding
	Blockers     []htmlBlocker
	Groups       []htmlGroup
	Requirements int
	Choices      []htmlChoice
	Matrix       *htmlMatrix    // for a downlevel run
	Scenarios    *htmlScenarios // for the run of a client
}

// First is the finding that is shown before all else, as a list of at most one.
func (p htmlPage) First() []htmlFinding { return p.Findings[:min(1, len(p.Findings))] }

// Further are the other findings.
func (p htmlPage) Further() []htmlFinding { return p.Findings[min(1, len(p.Findings)):] }

// htmlBlocker is a broken behaviour with a link to it within the page.
type htmlBlocker struct {
	blocker
	At string
}

// htmlChoice is a filter: its name, its label, and the values that it can have.
type htmlChoice struct {
	Name, Label string
	Values      []string
}

// WriteHTML writes run as one page, which needs no network. The page is whole without
// JavaScript; its script only searches, filters and copies. The policy of the page lets
// the browser use only this script and this style. So even a mistake in escaping could
// not run or load anything.
func WriteHTML(w io.Writer, run *Run) error {
	page := htmlPage{
		Run: run, CSS: template.CSS(htmlStyle), JS: template.JS(htmlScript), // #nosec G203 -- ours, embedded
		Policy:  "default-src 'none'; script-src " + htmlHash(htmlScript) + "; style-src " + htmlHash(htmlStyle) + "; base-uri 'none'; form-action 'none'",
		Verdict: run.Verdict(), Started: run.Started.UTC().Format("2 January 2006, 15:04 MST"),
	}
	findings, ids := run.Findings(), newAnchors()
	page.Conclusion, page.Matrix = conclude(run, findings), newHTMLMatrix(run, ids)
	shown := showFindings(findings, ids, page.Matrix)
	for _, f := range shown {
		if isFinding(f.Outcome) {
			page.Findings = append(page.Findings, f)
		} else {
			page.Observations = append(page.Observations, f)
		}
	}
	if page.Matrix == nil { // otherwise the cells are the results
		page.Groups = showRequirements(run, shown, ids)
	}
	page.Scenarios = newHTMLScenarios(run, page.Groups)
	at := targets(shown, page.Groups)
	for i := range page.Groups {
		page.Requirements += len(page.Groups[i].Requirements)
		page.Groups[i].linkBlockers(at)
	}
	for _, b := range blockers(run.Results) {
		page.Blockers = append(page.Blockers, htmlBlocker{b, at[b.Cause]})
	}
	page.Choices = choices(run, page.Matrix)
	return htmlTemplate.Execute(w, page)
}

// htmlHash is the source of a policy that allows exactly this text.
func htmlHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// choices are the filters for the results of the run. A filter with only one value is
// left out.
func choices(run *Run, m *htmlMatrix) []htmlChoice {
	workflow := htmlChoice{Name: "workflow", Label: "Workflow", Values: workflowNames(run)}
	level, outcome := htmlChoice{Name: "level", Label: "Level"}, htmlChoice{Name: "outcome", Label: "Outcome"}
	levels, outcomes := map[string]bool{}, map[string]bool{}
	for _, res := range run.Results {
		levels[res.Level], outcomes[htmlOutcome(res)] = true, true
	}
	var candidates []htmlChoice
	if m != nil {
		for _, o := range CellOutcomes() {
			outcome.add(outcomes, string(o))
		}
		candidates = m.filters(outcome)
	} else {
		for _, l := range []string{"MUST", "SHOULD", "MAY", "COMPAT"} {
			level.add(levels, l)
		}
		for _, o := range Outcomes() {
			outcome.add(outcomes, string(o))
		}
		candidates = []htmlChoice{workflow, level, outcome}
	}
	var all []htmlChoice
	for _, c := range candidates {
		if len(c.Values) > 1 {
			all = append(all, c)
		}
	}
	return all
}

func (c *htmlChoice) add(used map[string]bool, value string) {
	if used[value] {
		c.Values = append(c.Values, value)
	}
}
