package reports

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
)

// matrix writes the table of a downlevel run: tools down, verbs across. Each field
// shows the worst outcome with any mechanism.
func (c *Console) matrix(run *Run) {
	verbs := run.tried(run.Matrix.Verbs)
	t := newTable()
	t.Style().Box.PaddingRight = " "
	header := table.Row{"TOOLCHAIN"}
	for _, v := range verbs {
		header = append(header, strings.ReplaceAll(strings.ToUpper(Printable(v.Name, 40)), "-", "\n"))
	}
	t.AppendHeader(header)
	for i, group := range run.toolGroups() {
		row := table.Row{Printable(run.Matrix.Toolchains[i].String(), 30)}
		for _, v := range verbs {
			cells := group.verb(v.Name)
			row = append(row, c.paint(cellColor(cells.Worst()), cells.Short()))
		}
		t.AppendRow(row)
	}
	c.table(t)
	c.line(c.paint(faint, legend()))
	if left := run.Matrix.LeftOut; len(left) > 0 {
		c.line("left out: " + wrap(Printable(strings.Join(left, ", "), consoleText), len("left out: ")))
	}
}

// cellFinding shows a finding of cells: its title, and at most six texts with their
// labels.
func (c *Console) cellFinding(res Result) []string {
	lines := []string{c.cellTitle(res)}
	add := func(label, text string) {
		if text = strings.TrimSpace(Printable(text, consoleText)); text != "" {
			lines = append(lines, c.labelled(label, wrap(text, labelWidth)))
		}
	}
	add("with:", strings.Join(res.Cell.Alike, ", "))
	for i, h := range res.Cell.Harms {
		if i == 2 {
			break
		}
		add("harm:", h.Text)
	}
	if len(res.Cell.Harms) == 0 {
		add("message:", oneLine(res))
	}
	if script := commands(res.Cell.Script); script != "" {
		lines = append(lines, c.labelled("ran:", Printable(script, 0))) // to be copied
	}
	if file := c.scripts[res.Spec]; file != "" && file == Printable(file, 0) {
		lines = append(lines, c.labelled("repeat:", "sh "+shellWord(file)))
	}
	add("alone:", string(res.Cell.Control))
	return lines
}

// cellTitle names the outcome, the tool and the verb of a finding of cells.
func (c *Console) cellTitle(res Result) string {
	title := c.paint(outcomeColor(res.Outcome), strings.ToUpper(Printable(cellBadge(res), 20)))
	title += "  " + Printable(res.Cell.Tool()+" "+res.Cell.Verb, consoleText)
	if res.Occurrences > 1 {
		title += fmt.Sprintf(" ×%d", res.Occurrences)
	}
	return title
}

// commands is a script in one line, without the variables at its start.
func commands(script string) string {
	var b strings.Builder
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "export ") {
			continue
		}
		switch before := b.String(); {
		case before == "":
		case opens.MatchString(before):
			b.WriteString(" ")
		default:
			b.WriteString("; ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// opens matches the end of a line if the command continues on the next line.
var opens = regexp.MustCompile(`(\b(do|then|else)|[{(|&])$`)
