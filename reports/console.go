package reports

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
)

// Limits of the texts on the console, in characters. The reports have the whole texts.
const (
	consoleText = 200
	consoleURL  = 300
	consoleCurl = 2000 // a registry chooses the URLs of uploads
)

// Console shows the progress and the results of a run. It makes every text of the
// target printable first, so that a registry cannot control the terminal. Several
// goroutines may call its methods. It ignores errors of the writer: the files are the
// record.
type Console struct {
	to       io.Writer
	terminal bool
	color    bool

	unit     string // what is counted: spec, or cell
	mu       sync.Mutex
	started  time.Time
	total    int
	done     int
	shown    int // number of specs done when progress was last shown
	findings map[string]bool
	scripts  map[string]string // the files of the scripts, by the spec
}

// NewConsole returns a console that writes to w. On a terminal it keeps one line of
// progress; elsewhere it writes plain lines. color allows ANSI colours.
func NewConsole(w io.Writer, terminal bool, color bool) *Console {
	return &Console{to: w, terminal: terminal, color: color, findings: map[string]bool{}, unit: "spec"}
}

// Of sets what is counted, such as "cell". For cells, which take seconds, the console
// also tells about how long the rest will take.
func (c *Console) Of(unit string) { c.unit = unit }

// Start is called before the first spec. total is the number of specs.
func (c *Console) Start(total int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total, c.started = total, time.Now()
	if c.terminal {
		c.rewrite("")
		return
	}
	c.line("running " + count(total, c.unit))
}

// Result shows that a spec ended, and how many findings there are so far, as
// [Run.Findings] counts them. The findings are shown at the end, each once.
func (c *Console) Result(res Result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done++
	if isFinding(res.Outcome) {
		c.findings[string(res.Outcome)+" "+res.cause()] = true
	}
	if c.terminal {
		c.rewrite(res.Workflow)
		return
	}
	if step := max(1, (c.total+9)/10); c.done-c.shown >= step || c.done == c.total {
		c.shown = c.done
		c.line(c.progress())
	}
}

// Finish shows the results of the run, and the paths of its report files.
func (c *Console) Finish(run *Run, files []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.terminal {
		c.write("\r\x1b[K")
	}
	findings := run.Findings()
	c.scripts = scriptFiles(run, files)
	if run.Matrix != nil {
		c.matrix(run)
	} else {
		c.verdicts(run)
	}
	c.proposals(run)
	c.details(findings)
	c.observations(findings)
	c.blocked(run.Results)
	if len(files) > 0 {
		c.line("")
		for i, file := range files {
			label := "         "
			if i == 0 {
				label = "reports: "
			}
			c.line(label + Printable(file, 0))
		}
	}
	c.line("")
	if text := restrained(run); text != "" {
		c.line(wrap(Printable(text, consoleText), 0))
	}
	c.line(c.conclusion(run, findings))
}

// verdicts writes the table of workflows.
func (c *Console) verdicts(run *Run) {
	if len(run.Workflows) == 0 || len(run.Proposals) > 0 && run.Verdict() == NotTested {
		return
	}
	t := newTable()
	t.AppendHeader(table.Row{"WORKFLOW", "VERDICT", "MUST", "SHOULD", "UNSUPPORTED", "BLOCKED"})
	for _, w := range run.Workflows {
		t.AppendRow(table.Row{
			Printable(w.Name, 40), c.paint(verdictColor(w.Verdict), Printable(string(w.Verdict), 40)),
			kept(w.Must), kept(w.Should), w.Total(Unsupported), w.Total(Blocked),
		})
	}
	c.table(t)
}

func newTable() table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	t.Style().Box.PaddingLeft, t.Style().Box.PaddingRight = "", "  "
	return t
}

func (c *Console) table(t table.Writer) {
	c.line("")
	for line := range strings.SplitSeq(t.Render(), "\n") {
		c.line(strings.TrimRight(line, " "))
	}
}

// details writes each finding except observations.
func (c *Console) details(findings []Result) {
	for _, res := range findings {
		if !isFinding(res.Outcome) {
			continue
		}
		c.line("")
		for _, line := range c.finding(res) {
			c.line(line)
		}
	}
}

// finding shows res: its title, and at most six texts with their labels. A text may have
// several lines.
func (c *Console) finding(res Result) []string {
	if res.Cell != nil {
		return c.cellFinding(res)
	}
	title := c.title(res)
	if res.Occurrences > 1 {
		title += fmt.Sprintf(" ×%d", res.Occurrences)
	}
	lines := []string{title}
	add := func(label, text string, max int) {
		if text = strings.TrimSpace(Printable(text, max)); text != "" {
			lines = append(lines, c.labelled(label, wrap(text, labelWidth)))
		}
	}
	if wants := Printable(res.Summary, consoleText); wants != "" || res.Link != "" {
		add("wants:", wants+" "+Printable(res.Link, consoleURL), 0)
	}
	if res.Cell == nil {
		add("in:", situations(res), consoleText)
	}
	if res.Expected == "" && res.Received == "" {
		add("message:", res.Message, consoleText)
	} else {
		add("expected:", res.Expected, consoleText)
		add("received:", res.Received, consoleText)
	}
	if ex, ok := judged(res); ok {
		lines = append(lines, c.labelled("request:", Printable(ex.line(), consoleURL)))
	}
	if command := c.repeat(res); command != "" {
		lines = append(lines, c.labelled("repeat:", command))
	}
	return lines
}

// labelWidth is the width of a label and its indentation, in characters.
const labelWidth = 12

func (c *Console) labelled(label, text string) string {
	return "  " + c.paint(faint, fmt.Sprintf("%-*s", labelWidth-2, label)) + text
}

// observations writes each observed behaviour, and below it what happened.
func (c *Console) observations(findings []Result) {
	first := true
	for _, res := range findings {
		if res.Outcome != Observed {
			continue
		}
		if first {
			c.line("")
		}
		first = false
		title := c.title(res)
		if res.Cell != nil {
			title = c.cellTitle(res) + " (" + Printable(strings.Join(res.Cell.Alike, ", "), consoleText) + ")"
		}
		c.line(title)
		c.line("  " + wrap(Printable(oneLine(res), consoleText), 2))
	}
}

// blocked writes a line for each cause that kept specs from being judged.
func (c *Console) blocked(results []Result) {
	for i, b := range blockers(results) {
		if i == 0 {
			c.line("")
		}
		c.line(c.label(Blocked) + "  " + count(b.Specs, "spec") + " by " + Printable(b.String(), consoleText))
	}
}

// conclusion sums up the run in one line.
func (c *Console) conclusion(run *Run, findings []Result) string {
	verdict := run.Verdict()
	text := c.paint(verdictColor(verdict), string(verdict)) + ": " + conclude(run, findings)
	if run.Interrupted != "" {
		text = c.paint(yellow, "interrupted") + " (" + Printable(run.Interrupted, consoleText) + "), so far " + text
	}
	return text
}

func (c *Console) progress() string {
	text := fmt.Sprintf("%d/%d %ss, %s", c.done, c.total, c.unit, count(len(c.findings), "finding"))
	if c.unit == "cell" {
		text += left(time.Since(c.started), c.done, c.total)
	}
	return text
}

// left says about how long the rest takes, if each takes as long as those before. It is
// empty at the beginning, when nobody knows, and at the end.
func left(elapsed time.Duration, done, total int) string {
	if done*20 < total || done == 0 || done >= total {
		return ""
	}
	rest := elapsed / time.Duration(done) * time.Duration(total-done)
	if rest < time.Minute {
		return fmt.Sprintf(", about %d s left", int(rest.Seconds())+1)
	}
	return fmt.Sprintf(", about %d min left", int(rest.Round(time.Minute).Minutes()))
}

// rewrite replaces the line of progress. workflow is the workflow of the last result.
// The line stays short: the terminal would wrap a long line, which cannot be replaced.
func (c *Console) rewrite(workflow string) {
	text := c.progress()
	if workflow = Printable(workflow, 20); workflow != "" {
		text += ", " + workflow
	}
	c.write("\r\x1b[K" + text)
}

// title is the outcome, requirement and level of res.
func (c *Console) title(res Result) string {
	if res.Cell != nil {
		return c.label(res.Outcome) + "  " + Printable(res.Requirement, consoleText)
	}
	return c.label(res.Outcome) + "  " + Printable(res.Requirement, consoleText) + " (" + Printable(res.Level, 10) + ")"
}

func (c *Console) label(o Outcome) string {
	return c.paint(outcomeColor(o), strings.ToUpper(Printable(string(o), 20)))
}

func (c *Console) line(s string) { c.write(s + "\n") }

func (c *Console) write(s string) {
	_, _ = io.WriteString(c.to, s)
}
