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
	_, err := fmt.Fprintln(w, c.table(newStyled()).Render())
	return err
}

// WriteMarkdown writes the comparison as a table of Markdown.
func (c *Comparison) WriteMarkdown(w io.Writer) error {
	_, err := fmt.Fprintln(w, c.table(table.NewWriter()).RenderMarkdown())
	return err
}

func newStyled() table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	return t
}

// table has a row for each mechanism of each proposal.
func (c *Comparison) table(t table.Writer) table.Writer {
	header := table.Row{"proposal"}
	for _, name := range c.Registries {
		header = append(header, reports.Printable(name, 60))
	}
	header = append(header, "mechanism", "costs", "fallback")
	if len(c.Tools) > 0 {
		header = append(header, "silent harm")
	}
	t.AppendHeader(header)
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
			line = append(line, cost.Mechanism, cost.Price.String(), cost.FallbackText())
			if len(c.Tools) > 0 {
				line = append(line, row.harm(cost.Mechanism))
			}
			t.AppendRow(line)
		}
	}
	return t
}

// harm is what came of tools beside a mechanism.
func (r Row) harm(mechanism string) string {
	for _, h := range r.Harmed {
		if h.Mechanism == mechanism {
			_, text, _ := strings.Cut(h.String(), ": ")
			return text
		}
	}
	return "not tried"
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
	"symbol": func(t Taking) string {
		return map[Taking]string{HasIt: "✓", HasPart: "!", StoresIt: "○", RefusesIt: "✗", NotAnswered: "–"}[t]
	},
	"harm": Row.harm,
	"bars": func(n int) string { return strings.Repeat("▮", min(n, 30)) },
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
