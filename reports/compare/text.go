package compare

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"assay/reports"
)

// Sizes of the text, in characters.
const (
	width    = 80
	gap      = 2  // between columns
	leastID  = 30 // of the column of requirements
	noteText = 300
)

// WriteText writes the comparison for a terminal of 80 columns. The outcomes are words
// if all of them fit, and symbols otherwise.
func (c *Comparison) WriteText(w io.Writer) error {
	var out strings.Builder
	c.textSides(&out)
	for _, note := range c.Notes {
		fmt.Fprintln(&out, folded(note, noteText, ""))
	}
	if len(c.Rows) > 0 {
		out.WriteString("\n")
		c.textRows(&out)
	}
	c.textReasons(&out)
	fmt.Fprintf(&out, "\n%s\n", c.Conclusion())
	_, err := io.WriteString(w, out.String())
	return err
}

func (c *Comparison) textSides(out *strings.Builder) {
	t := reports.NewTable()
	t.AppendHeader(table.Row{"", "RESULTS", "TARGET", "VERDICT", "STARTED"})
	for _, s := range c.Sides {
		t.AppendRow(table.Row{s.Letter, reports.Printable(s.Name, 24), reports.Printable(s.Target, 20), s.Verdict, s.Started.UTC().Format("2006-01-02")})
	}
	render(out, t)
	fmt.Fprintf(out, "%s is the baseline.\n", c.Sides[0].Letter)
}

func (c *Comparison) textRows(out *strings.Builder) {
	words, room := c.columns()
	cell := Field.Symbol
	if words {
		cell = Field.word
	}
	t := reports.NewTable()
	what := "REQUIREMENT"
	if c.ofCells() {
		what = "CELL"
	}
	header := table.Row{what}
	for _, s := range c.Sides {
		header = append(header, s.Letter)
	}
	t.AppendHeader(header)
	for _, g := range c.groups() {
		t.AppendRow(table.Row{fmt.Sprintf("%s (%d)", strings.ToUpper(string(g.Change)), len(g.Rows))})
		for _, r := range g.Rows {
			row := table.Row{wrapped(reports.Printable(r.ID, 0), room)}
			for _, f := range r.Fields {
				row = append(row, cell(f))
			}
			t.AppendRow(row)
		}
	}
	render(out, t)
	if !words {
		fmt.Fprintln(out, legend(c.ofCells()))
	}
}

// wrapped breaks an id at a dot or a slash into lines of at most room characters.
func wrapped(id string, room int) string {
	var lines []string
	for len(id) > room {
		at := strings.LastIndexAny(id[:room], "./") + 1
		if at == 0 {
			at = room
		}
		lines, id = append(lines, id[:at]), id[at:]
	}
	return strings.Join(append(lines, id), "\n")
}

// legend explains the symbols.
func legend(cells bool) string {
	if cells {
		return reports.CellLegend() + "   – not tried"
	}
	return "✓ kept   ✗ fail   ! warn   ~ observed   ? blocked, or an error   · unsupported\n– skipped; an empty field: the results do not know it"
}

// columns chooses words or symbols for the fields, and says how much room they leave for
// the first column.
func (c *Comparison) columns() (words bool, room int) {
	widths := make([]int, len(c.Sides))
	for _, r := range c.Rows {
		for i, f := range r.Fields {
			widths[i] = max(widths[i], utf8.RuneCountInString(f.word()))
		}
	}
	room = width
	for _, n := range widths {
		room -= n + gap
	}
	if room -= gap; room >= leastID {
		return true, room
	}
	return false, max(leastID, width-gap-len(c.Sides)*(2+gap))
}

// word is the outcome, or "-" if the side does not know the row.
func (f Field) word() string {
	if f.Outcome == "" {
		return "-"
	}
	return reports.Printable(f.Outcome, 20)
}

// textReasons says of each row that got worse what happened.
func (c *Comparison) textReasons(out *strings.Builder) {
	for _, r := range c.Rows {
		for i, f := range r.Fields {
			if f.Change == Worse && f.Message != "" {
				fmt.Fprintf(out, "\n%s is worse in %s:\n%s\n", reports.Printable(r.ID, 0), c.Sides[i].Letter, folded(f.Message, noteText, "  "))
			}
		}
	}
}

// ofCells says whether the rows are cells of the downlevel matrix.
func (c *Comparison) ofCells() bool {
	return len(c.Rows) > 0 && strings.Contains(c.Rows[0].ID, "/")
}

// folded is a text of the target in lines that fit the terminal. What is longer than max
// characters is cut.
func folded(s string, max int, indent string) string {
	var lines []string
	for line := range strings.SplitSeq(text.WrapSoft(reports.Printable(s, max), width-len(indent)), "\n") {
		lines = append(lines, indent+strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n")
}

func render(out *strings.Builder, t table.Writer) {
	for line := range strings.SplitSeq(t.Render(), "\n") {
		fmt.Fprintln(out, strings.TrimRight(line, " "))
	}
}
