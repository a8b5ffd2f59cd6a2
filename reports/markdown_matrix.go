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

// markdownCell writes a finding of a downlevel run.
func markdownCell(out *strings.Builder, res Result) {
	c := res.Cell
	fmt.Fprintf(out, "\n### %s: %s %s\n\n", plain(cellBadge(res)), code(c.Tool()), plain(c.Verb))
	var b codeBlock
	b.add("with", strings.Join(c.Alike, ", "))
	for _, h := range c.Harms {
		b.add("harm", h.Text)
	}
	if len(c.Harms) == 0 {
		b.add("message", oneLine(res))
	}
	b.add("alone", string(c.Control))
	b.write(out)
	if script := strings.TrimSpace(c.Script); script != "" {
		out.WriteString("\nIt ran:\n\n")
		for line := range strings.Lines(script) {
			fmt.Fprintf(out, "    %s\n", Printable(strings.TrimRight(line, "\r\n"), 0))
		}
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
	t := markdownTable{head: []string{"Toolchain"}}
	for _, n := range names {
		t.head = append(t.head, plain(n.Name))
	}
	for i, tool := range run.Matrix.Toolchains {
		row := []string{code(tool.String())}
		for _, n := range names {
			row = append(row, plain(at(i, n.Name).Short()))
		}
		t.add(row...)
	}
	t.write(out)
}
