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

// htmlTemplate escapes whatever it is given; the functions decide only what is
// shown.
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

// htmlPage is what the template shows.
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
	Matrix       *htmlMatrix // of a downlevel run
}

// htmlOutcome is an outcome that some result had.
type htmlOutcome struct {
	Name  Outcome
	Count int
}

// htmlGroup is the results of a workflow.
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

// Whole says how long the body is where the page does not show all of it.
func (s htmlSide) Whole() string {
	if s.Size <= int64(len(s.Body)) {
		return ""
	}
	return fmt.Sprintf("%d bytes in all", s.Size)
}

// WriteHTML writes run as one page that needs neither network nor JavaScript.
// Its policy allows the browser nothing but the page's own style, so that even
// a mistake in escaping could run or load nothing.
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
		return htmlTemplate.Execute(w, page) // its cells are the results
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

// htmlClass is the part of a CSS class that stands for an outcome, verdict or
// state.
func htmlClass(v any) string {
	return strings.ReplaceAll(Printable(fmt.Sprint(v), 40), " ", "-")
}

// percent is how many of the judged requirements were kept, 0 to 100. It
// reaches 100 only when all were.
func percent(c Counts) int {
	if c.Judged() == 0 {
		return 0
	}
	return 100 * c.Kept() / c.Judged()
}

// htmlUnjudged counts what the verdict of w had to leave out.
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

// htmlHeaders is a message's header as lines, sorted. A line break inside a
// value is shown as an escape: it must not pass for another header.
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

// htmlStatus is the answer of an exchange: its status, or why there is none.
func htmlStatus(e Exchange) string {
	switch {
	case e.Status != 0:
		return strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)))
	case e.Error != "":
		return Printable(e.Error, 0)
	}
	return "no response"
}
