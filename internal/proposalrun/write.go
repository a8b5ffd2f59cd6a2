package proposalrun

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"assay/reports"
)

// WriteText writes the comparison for a terminal.
func (c *Comparison) WriteText(w io.Writer) error {
	text := c.takes(newStyled()).Render()
	if len(c.Tools) > 0 {
		text += fmt.Sprintf("\n\nWhat tools do with images beside it: %s.\n\n", strings.Join(c.Tools, ", ")) + c.breaks(newStyled()).Render()
	}
	_, err := fmt.Fprintln(w, text)
	return err
}

// WriteMarkdown writes the comparison as tables of Markdown.
func (c *Comparison) WriteMarkdown(w io.Writer) error {
	if err := c.WriteTakes(w); err != nil || len(c.Tools) == 0 {
		return err
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return c.WriteTools(w)
}

// WriteTakes writes who takes what, and what it costs, as a table of Markdown.
func (c *Comparison) WriteTakes(w io.Writer) error {
	_, err := fmt.Fprintln(w, c.takes(table.NewWriter()).RenderMarkdown())
	return err
}

// WriteTools writes what tools do, as a table of Markdown below their names.
func (c *Comparison) WriteTools(w io.Writer) error {
	if len(c.Tools) == 0 {
		_, err := fmt.Fprintln(w, "No tools were tried.")
		return err
	}
	_, err := fmt.Fprintf(w, "These tools were tried: %s.\n\n%s\n", strings.Join(c.Tools, ", "), c.breaks(table.NewWriter()).RenderMarkdown())
	return err
}

func newStyled() table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	return t
}

// takes has a row for each mechanism of each proposal: who takes it, and what it costs.
func (c *Comparison) takes(t table.Writer) table.Writer {
	header := table.Row{"proposal"}
	for _, name := range c.Registries {
		header = append(header, reports.Printable(name, 60))
	}
	t.AppendHeader(append(header, "mechanism", "costs", "fallback"))
	for _, row := range c.Rows {
		for i, cost := range row.Costs {
			line := table.Row{row.Name}
			for _, a := range row.Answers {
				line = append(line, a.String())
			}
			if i > 0 {
				for k := range line {
					line[k] = ""
				}
			}
			t.AppendRow(append(line, cost.Mechanism, cost.String(), cost.FallbackText()))
		}
	}
	return t
}

// breaks has a row for each mechanism of each proposal: which tools break, and how.
func (c *Comparison) breaks(t table.Writer) table.Writer {
	header := table.Row{"proposal", "mechanism", "tools", "nothing breaks"}
	for _, b := range Breaks() {
		header = append(header, b.Title)
	}
	t.AppendHeader(header)
	for _, row := range c.Rows {
		for _, tried := range row.Tried {
			line := table.Row{row.Name, tried.Mechanism, tried.Tools, tried.Fine()}
			for _, text := range tried.Texts() {
				line = append(line, reports.Printable(text, 0))
			}
			t.AppendRow(line)
		}
	}
	return t
}

//go:embed compare.html.tmpl
var page string

//go:embed compare.css
var style string

// pageTemplate escapes every value. The functions only decide what is shown.
var pageTemplate = template.Must(template.New("proposals").Funcs(template.FuncMap{
	"text": func(s any) string { return reports.Printable(fmt.Sprint(s), 0) },
	"link": reports.SafeLink,
	"class": func(t Taking) string {
		return map[Taking]string{HasIt: "pass", HasPart: "warn", StoresIt: "observed", RefusesIt: "fail"}[t]
	},
	"symbol": func(t Taking) string { return takingStyle[t].symbol },
	"breaks": Breaks,
}).Parse(page))

// WriteHTML writes the comparison as one page. It needs neither network nor JavaScript.
func (c *Comparison) WriteHTML(w io.Writer) error {
	css := reports.Style() + style
	return pageTemplate.Execute(w, struct {
		*Comparison
		CSS    template.CSS
		Policy string
	}{c, template.CSS(css), reports.Policy(css, "")}) // #nosec G203 -- ours, embedded
}
