package reports

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

//go:embed report.html.tmpl
var htmlSource string

//go:embed report.css
var htmlStyle string

// htmlTemplate escapes every value. The functions only decide what is shown.
var htmlTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"text":     func(s any) string { return Printable(fmt.Sprint(s), 0) },
	"lines":    block,
	"exact":    func(s string) bool { return s == block(s) },
	"link":     safeLink,
	"kept":     kept,
	"percent":  percent,
	"seconds":  htmlSeconds,
	"count":    count,
	"class":    htmlClass,
	"headers":  htmlHeaders,
	"status":   htmlStatus,
	"unjudged": htmlUnjudged,
	"place":    func(m *htmlMatrix, c *Cell) string { return m.place(*c) },
	"badge":    cellBadge,
	"pair":     func(m *htmlMatrix, res Result) htmlFinding { return htmlFinding{m, res} },
	"side":     func(title string, m Message) htmlSide { return htmlSide{title, m} },
}).Parse(htmlSource))

// htmlPage has the data for the template.
type htmlPage struct {
	Run          *Run
	CSS          template.CSS
	Policy       string
	Verdict      Verdict
	Conclusion   string
	Started      string
	Findings     []Result
	Observations []Result
	Blockers     []blocker
	Outcomes     []htmlOutcome
	Groups       []htmlGroup
	Matrix       *htmlMatrix // for a downlevel run
}

// htmlOutcome is an outcome that at least one result has.
type htmlOutcome struct {
	Name  Outcome
	Count int
}

// htmlGroup has the results of a workflow.
type htmlGroup struct {
	Name     string
	Verdict  Verdict
	Results  []Result
	Outcomes []htmlOutcome
}

// htmlSide is one side of an exchange.
type htmlSide struct {
	Title string
	Message
}

// Whole gives the length of the body if the page does not show all of it.
func (s htmlSide) Whole() string {
	if s.Size <= int64(len(s.Body)) {
		return ""
	}
	return fmt.Sprintf("%d bytes in all", s.Size)
}

// WriteHTML writes run as one page that needs neither network nor JavaScript. The
// page's policy allows the browser only the page's own style. So even a mistake in
// escaping could not run or load anything.
func WriteHTML(w io.Writer, run *Run) error {
	sum := sha256.Sum256([]byte(htmlStyle))
	page := htmlPage{
		Run: run, CSS: template.CSS(htmlStyle), // #nosec G203 -- ours, embedded
		Policy:  "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
		Verdict: run.Verdict(), Started: run.Started.UTC().Format("2 January 2006, 15:04:05 MST"),
		Outcomes: htmlOutcomes(run.Results),
	}
	findings := run.Findings()
	page.Conclusion, page.Blockers = conclude(run, findings), blockers(run.Results)
	for _, res := range findings {
		if isFinding(res.Outcome) {
			page.Findings = append(page.Findings, res)
		} else {
			page.Observations = append(page.Observations, res)
		}
	}
	if page.Matrix = newHTMLMatrix(run); page.Matrix != nil {
		return htmlTemplate.Execute(w, page) // the cells already are the results
	}
	for _, name := range workflowNames(run) {
		group := htmlGroup{Name: name}
		for _, w := range run.Workflows {
			if w.Name == name {
				group.Verdict = w.Verdict
			}
		}
		for _, res := range run.Results {
			if res.Workflow == name {
				group.Results = append(group.Results, res)
			}
		}
		if group.Outcomes = htmlOutcomes(group.Results); len(group.Results) > 0 {
			page.Groups = append(page.Groups, group)
		}
	}
	return htmlTemplate.Execute(w, page)
}

// htmlOutcomes counts the outcomes of results, in the order of reports.
func htmlOutcomes(results []Result) []htmlOutcome {
	counts := map[Outcome]int{}
	for _, res := range results {
		counts[res.Outcome]++
	}
	var out []htmlOutcome
	for _, o := range Outcomes() {
		if counts[o] > 0 {
			out = append(out, htmlOutcome{o, counts[o]})
		}
	}
	return out
}

// htmlClass is the part of a CSS class for an outcome, verdict or state.
func htmlClass(v any) string {
	return strings.ReplaceAll(Printable(fmt.Sprint(v), 40), " ", "-")
}

// percent is the percentage of judged requirements that were kept. It is 100 only if
// all were kept.
func percent(c Counts) int {
	if c.Judged() == 0 {
		return 0
	}
	return 100 * c.Kept() / c.Judged()
}

// htmlUnjudged counts the results that the verdict of w had to leave out.
func htmlUnjudged(w Workflow) string {
	var parts []string
	for _, o := range []Outcome{Blocked, Error, Unsupported, Skipped} {
		switch n := w.Total(o); {
		case n > 0 && o == Error:
			parts = append(parts, count(n, "error"))
		case n > 0:
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	return strings.Join(parts, ", ")
}

func htmlSeconds(s float64) string {
	d := time.Duration(s * float64(time.Second))
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", s)
}

// htmlHeaders is the header of a message as lines, sorted. A line break inside a value
// is shown as an escape: otherwise it could look like another header.
func htmlHeaders(header map[string][]string) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			line := strings.NewReplacer("\r", `\r`, "\n", `\n`).Replace(name + ": " + value)
			lines = append(lines, block(line))
		}
	}
	return strings.Join(lines, "\n")
}

// htmlStatus is the status of an exchange, or the reason why there is none.
func htmlStatus(e Exchange) string {
	switch {
	case e.Status != 0:
		return strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)))
	case e.Error != "":
		return Printable(e.Error, 0)
	}
	return "no response"
}
