package reports

import (
	"fmt"
	"slices"
)

// htmlMatrix shows a downlevel run: tools down, mechanisms across.
type htmlMatrix struct {
	Mechanisms []MatrixName
	Verbs      []MatrixName
	Rows       []htmlRow
	Key        []CellOutcome
}

// htmlRow is a tool at a version.
type htmlRow struct {
	Tool   MatrixToolchain
	Places []htmlPlace
}

// htmlPlace is one field of the matrix: a tool and a mechanism.
type htmlPlace struct {
	ID        string // of its evidence within the page
	Tool      MatrixToolchain
	Mechanism MatrixName
	Cells     cellGroup
}

// Title says what the field shows, for readers who cannot see it.
func (p htmlPlace) Title() string {
	return fmt.Sprintf("%s with %s: %s", p.Tool, p.Mechanism.Name, p.Cells.Words())
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
		row := htmlRow{Tool: run.Matrix.Toolchains[i]}
		for _, mechanism := range m.Mechanisms {
			row.Places = append(row.Places, htmlPlace{
				ID: ids.id(row.Tool.String() + "/" + mechanism.Name), Tool: row.Tool, Mechanism: mechanism, Cells: cells.mechanism(mechanism.Name),
			})
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

// place is the id of the evidence of a cell. It is empty if the page has none.
func (m *htmlMatrix) place(c Cell) string {
	for _, row := range m.Rows {
		if row.Tool.String() != c.Tool() {
			continue
		}
		for _, p := range row.Places {
			if p.Mechanism.Name == c.Mechanism {
				return p.ID
			}
		}
	}
	return ""
}
