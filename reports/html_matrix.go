package reports

import (
	"cmp"
	"slices"
	"strings"
)

// htmlMatrix shows a downlevel run: a table of tools and verbs, one of tools and
// mechanisms, and for each tool a table of verbs and mechanisms with its cells.
type htmlMatrix struct {
	Mechanisms []MatrixName
	Verbs      []MatrixName
	Rows       []htmlRow
	Key        []CellOutcome
}

// htmlRow is a tool at a version.
type htmlRow struct {
	ID    string
	Tool  MatrixToolchain
	Cells cellGroup
	// Verbs and Mechanisms are the fields of the two tables.
	Verbs, Mechanisms []htmlPlace
	// Grid has a row for each verb of the run, in the same order for each tool.
	Grid []htmlVerb
}

// Programs names the programs of the tool, if there are several.
func (r htmlRow) Programs() string {
	if len(r.Tool.Programs) < 2 {
		return ""
	}
	var all []string
	for _, p := range r.Tool.Programs {
		text := p.Name + " " + cmp.Or(p.Version, "of an unknown version")
		if p.Path != "" {
			text += " (" + p.Path + ")"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

// htmlPlace is a field of a table: the cells of a tool that have a verb, or a mechanism.
type htmlPlace struct {
	At    string // the id of what the field leads to
	Tool  MatrixToolchain
	Name  MatrixName
	Cells cellGroup
}

// Title says what the field shows, for readers who cannot see it.
func (p htmlPlace) Title() string {
	return p.Tool.String() + " " + p.Name.Name + ": " + p.Cells.Words()
}

// htmlVerb is a row of a tool's table: the cells of a verb, by mechanism.
type htmlVerb struct {
	ID    string
	Verb  MatrixName
	Cells []htmlCell
}

// htmlCell is a cell with its id within the page. Result is nil if there is no such cell.
type htmlCell struct {
	ID string
	*Result
}

// Plain says whether there is nothing to tell about the cell but its outcome.
func (c htmlCell) Plain() bool {
	switch c.Cell.Outcome {
	case Works, RightPlatform, NotApplicable:
		return len(c.Cell.Notes) == 0 && c.Message == ""
	}
	return false
}

// Whole says whether the page has all evidence of the cell, also what did not change.
func (c htmlCell) Whole() bool {
	switch c.Cell.Outcome {
	case Works, RightPlatform, NotApplicable, Baseline:
		return false
	}
	return true
}

// newHTMLMatrix is nil for runs that are not downlevel runs.
func newHTMLMatrix(run *Run, ids anchors) *htmlMatrix {
	if run.Matrix == nil {
		return nil
	}
	m := &htmlMatrix{Mechanisms: run.tried(run.Matrix.Mechanisms), Verbs: run.tried(run.Matrix.Verbs)}
	all := run.cells()
	for _, o := range CellOutcomes() {
		if all.Count(o) > 0 {
			m.Key = append(m.Key, o)
		}
	}
	slices.Reverse(m.Key)
	for i, cells := range run.toolGroups() {
		tool := run.Matrix.Toolchains[i]
		row := htmlRow{ID: ids.id(tool.String()), Tool: tool, Cells: cells}
		for _, mechanism := range m.Mechanisms {
			row.Mechanisms = append(row.Mechanisms, htmlPlace{row.ID, tool, mechanism, cells.mechanism(mechanism.Name)})
		}
		for _, verb := range m.Verbs {
			group := cells.verb(verb.Name)
			if len(group) == 0 {
				row.Verbs = append(row.Verbs, htmlPlace{"", tool, verb, nil})
				continue
			}
			line := htmlVerb{ID: ids.id(tool.String() + "/" + verb.Name), Verb: verb}
			for _, mechanism := range m.Mechanisms {
				line.Cells = append(line.Cells, newHTMLCell(group.mechanism(mechanism.Name), ids))
			}
			row.Verbs = append(row.Verbs, htmlPlace{line.ID, tool, verb, group})
			row.Grid = append(row.Grid, line)
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

func newHTMLCell(group cellGroup, ids anchors) htmlCell {
	if len(group) == 0 {
		return htmlCell{}
	}
	return htmlCell{ids.id(group[0].Cell.ID()), &group[0]}
}

// place is the id of a cell. It is empty if the page does not have it.
func (m *htmlMatrix) place(c Cell) string {
	for _, row := range m.Rows {
		for _, verb := range row.Grid {
			for _, cell := range verb.Cells {
				if cell.Result != nil && cell.Cell.ID() == c.ID() {
					return cell.ID
				}
			}
		}
	}
	return ""
}

// filters are the values by which a reader chooses findings and cells of a downlevel run.
func (m *htmlMatrix) filters(outcomes htmlChoice) []htmlChoice {
	tool, verb, mechanism := htmlChoice{Name: "tool", Label: "Tool"}, htmlChoice{Name: "verb", Label: "Verb"}, htmlChoice{Name: "mechanism", Label: "Mechanism"}
	for _, row := range m.Rows {
		tool.Values = append(tool.Values, row.Tool.String())
	}
	for _, v := range m.Verbs {
		verb.Values = append(verb.Values, v.Name)
	}
	for _, name := range m.Mechanisms {
		mechanism.Values = append(mechanism.Values, name.Name)
	}
	return []htmlChoice{tool, verb, mechanism, outcomes}
}

// alike are the mechanisms of a finding, or the mechanism of a cell, for the filter.
func (c Cell) alike() string {
	var names []string
	for _, name := range c.Alike {
		names = append(names, htmlClass(name))
	}
	if len(names) == 0 {
		return htmlClass(c.Mechanism)
	}
	return strings.Join(names, " ")
}
