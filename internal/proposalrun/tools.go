package proposalrun

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"assay/reports"
)

// Break is a way in which a tool breaks on images with the documents of a proposal.
type Break struct {
	Title    string
	outcomes []reports.CellOutcome
}

// Breaks lists the ways, the worst first.
func Breaks() []Break {
	return []Break{
		{"silent harm", []reports.CellOutcome{reports.SilentHarm}},
		{"attachments orphaned", []reports.CellOutcome{reports.Orphaned}},
		{"an unclear error", []reports.CellOutcome{reports.WrongReason, reports.UnclearRefusal}},
		{"a documented loss", []reports.CellOutcome{reports.DocumentedLimit}},
		{"a clear error", []reports.CellOutcome{reports.ClearRefusal}},
	}
}

// Tried says what came of the tools with a mechanism.
type Tried struct {
	Mechanism string
	Tools     int // the versions of tools that were tried
	// Broken has the tools for each of [Breaks]. Worst counts the tools for which it is
	// the worst that came.
	Broken [][]Broken
	Worst  []int
}

// Broken is a tool, with what it was asked to do when it broke.
type Broken struct {
	Tool            string
	Versions, Verbs []string
}

// Fine is the number of tools with which nothing broke.
func (t Tried) Fine() int {
	fine := t.Tools
	for _, n := range t.Worst {
		fine -= n
	}
	return fine
}

// Texts has a text for each of [Breaks]: which tools, and the verbs.
func (t Tried) Texts() []string {
	var texts []string
	for _, tools := range t.Broken {
		var all []string
		for _, b := range tools {
			all = append(all, fmt.Sprintf("%s %s (%s)", b.Tool, strings.Join(b.Versions, ", "), strings.Join(b.Verbs, ", ")))
		}
		texts = append(texts, cmp.Or(strings.Join(all, "; "), "-"))
	}
	return texts
}

// version is one version of a tool.
type version struct{ tool, number string }

// triedWith finds what came of the tools with a mechanism, in results of downlevel runs.
func triedWith(mechanism string, results []*reports.Run) Tried {
	t := Tried{Mechanism: mechanism}
	var tools []version
	order := map[version]int{} // of the results, which have the oldest version first
	verbs := map[version]map[reports.CellOutcome][]string{}
	for _, run := range results {
		for _, res := range run.Results {
			c := res.Cell
			if c == nil || c.Mechanism != mechanism || c.Outcome == "" || c.Outcome == reports.NotApplicable {
				continue
			}
			v := version{c.Toolchain, c.Version}
			if verbs[v] == nil {
				order[v], tools = len(order), append(tools, v)
				verbs[v] = map[reports.CellOutcome][]string{}
			}
			if !slices.Contains(verbs[v][c.Outcome], c.Verb) {
				verbs[v][c.Outcome] = append(verbs[v][c.Outcome], c.Verb)
			}
		}
	}
	slices.SortFunc(tools, func(a, b version) int {
		return cmp.Or(strings.Compare(a.tool, b.tool), order[a]-order[b])
	})
	t.Tools = len(tools)
	counted := map[version]bool{}
	for _, b := range Breaks() {
		var broken []Broken
		worst := 0
		for _, v := range tools {
			var all []string
			for _, o := range b.outcomes {
				all = append(all, verbs[v][o]...)
			}
			if len(all) == 0 {
				continue
			}
			if !counted[v] {
				counted[v], worst = true, worst+1
			}
			broken = with(broken, v, all)
		}
		t.Broken, t.Worst = append(t.Broken, broken), append(t.Worst, worst)
	}
	return t
}

// with adds a version of a tool. Versions that break in the same way stand together.
func with(broken []Broken, v version, verbs []string) []Broken {
	for i, b := range broken {
		if b.Tool == v.tool && slices.Equal(b.Verbs, verbs) {
			broken[i].Versions = append(broken[i].Versions, v.number)
			return broken
		}
	}
	return append(broken, Broken{v.tool, []string{v.number}, verbs})
}
