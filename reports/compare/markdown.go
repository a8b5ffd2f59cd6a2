package compare

import (
	"fmt"
	"io"
	"strings"

	"assay/reports"
)

// markdownRows is the largest number of rows of the table: pages of jobs are bounded.
const markdownRows = 500

// WriteMarkdown writes the comparison for pull requests and job pages.
func (c *Comparison) WriteMarkdown(w io.Writer) error {
	var out strings.Builder
	fmt.Fprintf(&out, "# Assay: %s\n\n| | Results | Target | Spec | Verdict | Started |\n|---|---|---|---|---|---|\n", c.Conclusion())
	for _, s := range c.Sides {
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | %s |\n", s.Letter, reports.MarkdownText(s.Name), reports.MarkdownCode(s.Target),
			reports.MarkdownText(s.Spec), s.Verdict, s.Started.UTC().Format("2006-01-02"))
	}
	fmt.Fprintf(&out, "\n%s is the baseline.\n", c.Sides[0].Letter)
	for _, note := range c.Notes {
		fmt.Fprintf(&out, "- %s\n", reports.MarkdownText(note))
	}
	c.markdownRows(&out)
	_, err := io.WriteString(w, out.String())
	return err
}

func (c *Comparison) markdownRows(out *strings.Builder) {
	if len(c.Rows) == 0 {
		return
	}
	out.WriteString("\n| Change | Requirement | Level |")
	for _, s := range c.Sides {
		fmt.Fprintf(out, " %s |", s.Letter)
	}
	out.WriteString("\n|---|---|---|" + strings.Repeat("---|", len(c.Sides)) + "\n")
	for i, r := range c.Rows {
		if i == markdownRows {
			fmt.Fprintf(out, "\n%s more; use the JSON or HTML output.\n", reports.Count(len(c.Rows)-i, "row"))
			return
		}
		change := string(r.Change)
		if r.Change == Worse {
			change = "**" + change + "**"
		}
		fmt.Fprintf(out, "| %s | %s | %s |", change, reports.MarkdownCode(r.ID), reports.MarkdownText(r.Level))
		for _, f := range r.Fields {
			fmt.Fprintf(out, " %s |", reports.MarkdownText(f.word()))
		}
		out.WriteString("\n")
	}
}
