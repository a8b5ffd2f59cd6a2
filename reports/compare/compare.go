// Package compare says how results differ: those of several versions of a registry, of
// several registries, or of several downlevel runs. The first one is the baseline.
package compare

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"assay/reports"
)

// SchemaID names the form of the JSON output.
const SchemaID = "urn:assay:compare:1"

// Side is one of the compared results, with the name that the reader knows it by.
type Side struct {
	Name string
	Run  *reports.Run
}

// Comparison is what was found. Its sides are named A, B, C and so on.
type Comparison struct {
	Schema string  `json:"schema"`
	Sides  []About `json:"sides"`
	// Notes say what makes the results hard to compare, in one sentence each.
	Notes  []string       `json:"notes"`
	Counts map[Change]int `json:"counts"`
	// Rows are sorted by their change, the worst first, and then as in the results.
	Rows []Row `json:"rows"`
}

// About describes one side.
type About struct {
	Letter  string          `json:"letter"`
	Name    string          `json:"name"`
	Target  string          `json:"target"`
	Spec    string          `json:"spec"`
	Assay   string          `json:"assay"`
	Started time.Time       `json:"started"`
	Verdict reports.Verdict `json:"verdict"`
}

// Row is a requirement, or a cell of the downlevel matrix.
type Row struct {
	ID       string `json:"id"`
	Workflow string `json:"workflow"`
	Level    string `json:"level"`
	Summary  string `json:"summary"`
	Link     string `json:"link,omitempty"`
	// Change is the worst change of any side against the baseline.
	Change Change `json:"change"`
	// Fields has one field for each side.
	Fields []Field `json:"fields"`
}

// Field is what one side has in a row.
type Field struct {
	// Outcome is the worst outcome of the requirement's specs, or the outcome of the
	// cell. It is empty if the side does not know the row.
	Outcome string `json:"outcome,omitempty"`
	// Change is the change against the baseline; empty for the baseline itself.
	Change  Change `json:"change,omitempty"`
	Message string `json:"message,omitempty"`

	symbol, class string
}

// Runs compares the sides with the first one. It fails if there are fewer than two, or if
// some of them are of downlevel runs, or of clients, and others are not.
func Runs(sides []Side) (*Comparison, error) {
	if len(sides) < 2 {
		return nil, fmt.Errorf("nothing to compare: want the results of at least two runs")
	}
	for _, s := range sides[1:] {
		if (s.Run.Matrix == nil) != (sides[0].Run.Matrix == nil) {
			return nil, fmt.Errorf("%s and %s cannot be compared: one of them is of a downlevel run", sides[0].Name, s.Name)
		}
		if s.Run.Target.Client != sides[0].Run.Target.Client {
			return nil, fmt.Errorf("%s and %s cannot be compared: one of them is of a client", sides[0].Name, s.Name)
		}
	}
	c := &Comparison{Schema: SchemaID, Notes: notes(sides), Counts: map[Change]int{}}
	for i, s := range sides {
		c.Sides = append(c.Sides, About{
			Letter: letter(i), Name: s.Name, Target: s.Run.Target.URL, Spec: s.Run.Spec, Assay: s.Run.Assay.Version,
			Started: s.Run.Started, Verdict: s.Run.Verdict(),
		})
	}
	loose, versions := looseTools(sides)
	c.Notes = append(c.Notes, versions...)
	c.Rows = rows(sides, loose)
	for _, r := range c.Rows {
		c.Counts[r.Change]++
	}
	slices.SortStableFunc(c.Rows, func(a, b Row) int { return rank(a.Change) - rank(b.Change) })
	return c, nil
}

// rows has a row for each requirement or cell that any side knows.
func rows(sides []Side, loose map[string]bool) []Row {
	var ids []string
	found := map[string][]*reports.Result{}
	for i, s := range sides {
		for _, res := range s.Run.ByRequirement() {
			id := rowID(res, loose)
			if found[id] == nil {
				found[id] = make([]*reports.Result, len(sides))
				ids = append(ids, id)
			}
			found[id][i] = &res
		}
	}
	var all []Row
	for _, id := range ids {
		all = append(all, newRow(id, found[id]))
	}
	return all
}

func newRow(id string, results []*reports.Result) Row {
	row := Row{ID: id, Change: Same}
	for i, res := range results {
		field := Field{}
		if res != nil {
			field = newField(*res)
			// The newest side describes the row: its catalogue is the newest one.
			row.Workflow, row.Level, row.Summary, row.Link = res.Workflow, res.Level, res.Summary, reports.SafeLink(res.Link)
		}
		if i > 0 {
			field.Change = changeOf(results[0], res)
			if rank(field.Change) < rank(row.Change) {
				row.Change = field.Change
			}
		}
		row.Fields = append(row.Fields, field)
	}
	return row
}

func newField(res reports.Result) Field {
	field := Field{Outcome: string(res.Outcome), Message: res.Message, symbol: res.Outcome.Symbol(), class: "b-" + reports.Class(res.Outcome)}
	if res.Cell != nil && res.Cell.Outcome != "" {
		field.Outcome, field.symbol, field.class = string(res.Cell.Outcome), res.Cell.Outcome.Symbol(), "c-"+reports.Class(res.Cell.Outcome)
	}
	return field
}

// Symbol is the outcome as one character; a space if the side does not know the row.
func (f Field) Symbol() string {
	if f.Outcome == "" {
		return " "
	}
	return f.symbol
}

// Worse says whether anything got worse.
func (c *Comparison) Worse() bool { return c.Counts[Worse] > 0 }

// Differing is the comparison without the rows that are the same in all sides.
func (c *Comparison) Differing() *Comparison {
	out := *c
	out.Rows = slices.DeleteFunc(slices.Clone(c.Rows), func(r Row) bool { return r.Change == Same })
	return &out
}

// Conclusion sums up the changes in one line.
func (c *Comparison) Conclusion() string {
	var parts []string
	for _, change := range Changes() {
		if n := c.Counts[change]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, change))
		}
	}
	if len(parts) == 0 {
		return "nothing to compare: the results have no rows"
	}
	return strings.Join(parts, ", ")
}

// group is the rows with one change.
type group struct {
	Change Change
	Rows   []Row
}

func (c *Comparison) groups() []group {
	var all []group
	for _, r := range c.Rows {
		if len(all) == 0 || all[len(all)-1].Change != r.Change {
			all = append(all, group{Change: r.Change})
		}
		last := &all[len(all)-1]
		last.Rows = append(last.Rows, r)
	}
	return all
}

// letter names a side: A to Z, then A2 to Z2 and so on.
func letter(i int) string {
	name := string(rune('A' + i%26))
	if i >= 26 {
		name += fmt.Sprint(i/26 + 1)
	}
	return name
}
