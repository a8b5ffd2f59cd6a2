package reports

import (
	"fmt"
	"strings"
)

// MarkdownMatrix has the tables of a downlevel run: each tool with each mechanism, and
// each tool with each verb.
func MarkdownMatrix(run *Run) string {
	var out strings.Builder
	markdownGrids(&out, run, "####")
	return out.String()
}

// MarkdownCode shows text as code in a table.
func MarkdownCode(text string) string { return code(text) }

// markdownMatrix writes the tables of a downlevel run, and its findings.
func markdownMatrix(out *strings.Builder, run *Run, findings []Result) {
	markdownGrids(out, run, "##")
	if len(findings) == 0 {
		out.WriteString("\nNo findings.\n")
		return
	}
	out.WriteString("\n## Findings\n\n| Outcome | Toolchain | Verb | Mechanisms | What happened | Image alone |\n|---|---|---|---|---|---|\n")
	for i, res := range findings {
		if i == markdownRows {
			fmt.Fprintf(out, "\n%s more; see report.html.\n", count(len(findings)-i, "finding"))
			return
		}
		if res.Cell == nil {
			continue
		}
		what := oneLine(res)
		if len(res.Cell.Harms) > 0 {
			what = res.Cell.Harms[0].Text
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s |\n",
			plain(cellBadge(res)), plain(res.Cell.Tool()), plain(res.Cell.Verb),
			plain(strings.Join(res.Cell.Alike, ", ")), code(what), plain(string(res.Cell.Control)))
	}
}

// markdownGrids writes both tables. level is the level of their headings.
func markdownGrids(out *strings.Builder, run *Run, level string) {
	groups := run.toolGroups()
	fmt.Fprintf(out, "\n%s Mechanisms\n\nEach field shows the worst outcome of all verbs, and how many verbs have it.\n\n", level)
	markdownGrid(out, run, run.tried(run.Matrix.Mechanisms), func(tool int, name string) cellGroup { return groups[tool].mechanism(name) })
	fmt.Fprintf(out, "\n%s Verbs\n\nEach field shows the worst outcome of all mechanisms, and how many mechanisms have it.\n\n", level)
	markdownGrid(out, run, run.tried(run.Matrix.Verbs), func(tool int, name string) cellGroup { return groups[tool].verb(name) })
	fmt.Fprintf(out, "\n%s\n", legend())
}

// markdownGrid writes a table with the tools down and names across.
func markdownGrid(out *strings.Builder, run *Run, names []MatrixName, at func(tool int, name string) cellGroup) {
	out.WriteString("| Toolchain |")
	for _, n := range names {
		out.WriteString(" " + plain(n.Name) + " |")
	}
	out.WriteString("\n|---|" + strings.Repeat(":-:|", len(names)) + "\n")
	for i, tool := range run.Matrix.Toolchains {
		out.WriteString("| " + plain(tool.String()) + " |")
		for _, n := range names {
			out.WriteString(" " + plain(at(i, n.Name).Short()) + " |")
		}
		out.WriteString("\n")
	}
}
