package reports

import (
	"fmt"
	"slices"
	"strings"
)

// Symbol is the outcome as one character, so that colour is not the only sign.
func (o CellOutcome) Symbol() string {
	switch o {
	case SilentHarm:
		return "✗"
	case Orphaned:
		return "⊘"
	case WrongReason:
		return "≠"
	case UnclearRefusal:
		return "?"
	case DocumentedLimit:
		return "§"
	case ClearRefusal:
		return "!"
	case RightPlatform:
		return "→"
	case Works:
		return "✓"
	case Baseline:
		return "="
	case NotApplicable:
		return "·"
	}
	return "–"
}

// cellGroup has the cells of one field of a table: the cells of one tool and one
// mechanism, or of one tool and one verb.
type cellGroup []Result

// Worst is the worst outcome in the group. It is empty if nothing was tried.
func (g cellGroup) Worst() CellOutcome {
	for _, o := range CellOutcomes() {
		if g.Count(o) > 0 {
			return o
		}
	}
	return ""
}

// Count is the number of cells with the outcome.
func (g cellGroup) Count(o CellOutcome) int {
	n := 0
	for _, res := range g {
		if res.Cell.Outcome == o {
			n++
		}
	}
	return n
}

// Short is the symbol of the worst outcome. If that outcome is bad, the number of its
// cells follows.
func (g cellGroup) Short() string {
	switch worst := g.Worst(); worst {
	case SilentHarm, Orphaned, WrongReason, UnclearRefusal, DocumentedLimit, ClearRefusal:
		return fmt.Sprintf("%s %d", worst.Symbol(), g.Count(worst))
	case "":
		if len(g) > 0 {
			return CellOutcome("").Symbol()
		}
		return ""
	default:
		return worst.Symbol()
	}
}

// Words sums up the group: "2 silent harm, 6 works".
func (g cellGroup) Words() string {
	var parts []string
	for _, o := range CellOutcomes() {
		if n := g.Count(o); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	if n := g.Count(""); n > 0 {
		parts = append(parts, fmt.Sprintf("%d without a result", n))
	}
	return strings.Join(parts, ", ")
}

// cells lists the results of the run that have cells.
func (r *Run) cells() cellGroup {
	var g cellGroup
	for _, res := range r.Results {
		if res.Cell != nil {
			g = append(g, res)
		}
	}
	return g
}

// toolGroups has the cells of each tool of the matrix.
func (r *Run) toolGroups() []cellGroup {
	groups := make([]cellGroup, len(r.Matrix.Toolchains))
	at := map[string]int{}
	for i, t := range r.Matrix.Toolchains {
		at[t.String()] = i
	}
	for _, res := range r.cells() {
		if i, ok := at[res.Cell.Tool()]; ok {
			groups[i] = append(groups[i], res)
		}
	}
	return groups
}

// verb has the cells of the group with the verb.
func (g cellGroup) verb(name string) cellGroup {
	return g.filter(func(c Cell) bool { return c.Verb == name })
}

// mechanism has the cells of the group with the mechanism.
func (g cellGroup) mechanism(name string) cellGroup {
	return g.filter(func(c Cell) bool { return c.Mechanism == name })
}

func (g cellGroup) filter(match func(Cell) bool) cellGroup {
	var out cellGroup
	for _, res := range g {
		if match(*res.Cell) {
			out = append(out, res)
		}
	}
	return out
}

// tried lists the names that at least one cell has.
func (r *Run) tried(names []MatrixName) []MatrixName {
	return slices.DeleteFunc(slices.Clone(names), func(n MatrixName) bool {
		return !slices.ContainsFunc(r.Results, func(res Result) bool {
			return res.Cell != nil && (res.Cell.Mechanism == n.Name || res.Cell.Verb == n.Name)
		})
	})
}

// legend explains the symbols.
func legend() string {
	words := []string{}
	for _, o := range []CellOutcome{
		Works, RightPlatform, ClearRefusal, DocumentedLimit, UnclearRefusal, WrongReason, Orphaned, SilentHarm, Baseline, NotApplicable,
	} {
		text := string(o)
		if o == Baseline {
			text = "goes wrong on the image alone, too"
		}
		words = append(words, o.Symbol()+" "+text)
	}
	return strings.Join(words, "   ")
}

// concludeMatrix gives the figures of a downlevel run, which follow its verdict.
func concludeMatrix(run *Run, findings []Result) string {
	all := run.cells()
	parts := slices.Concat(all.counts(false), all.counts(true))
	bad, cells, known, failed := 0, 0, 0, 0
	for _, res := range findings {
		if isFinding(res.Outcome) {
			bad, cells = bad+1, cells+res.Occurrences
		}
	}
	for _, res := range run.Results {
		if res.Outcome == KnownFailure {
			known++
		}
		if res.Outcome == Error {
			failed++
		}
	}
	if failed > 0 {
		parts = append(parts, fmt.Sprintf("%d could not be tried", failed))
	}
	text := count(bad, "finding")
	if cells > bad { // the same tool, verb and kind of harm is one finding
		text += fmt.Sprintf(" in %d cells", cells)
	}
	parts = append(parts, text)
	if known > 0 {
		parts = append(parts, fmt.Sprintf("%s in known failures", count(known, "cell")))
	}
	return fmt.Sprintf("%s (%s, %s, %.1f s)", strings.Join(parts, ", "), count(len(all), "cell"), count(run.Requests, "request"), run.Seconds)
}

// counts are the numbers of cells for each outcome, such as "3 works". Those of proposals
// are provisional: they do not belong to the verdict in front of them.
func (g cellGroup) counts(ofProposals bool) []string {
	chosen := slices.DeleteFunc(slices.Clone(g), func(res Result) bool { return (res.Proposal != "") != ofProposals })
	var parts []string
	for _, o := range CellOutcomes() {
		if n := chosen.Count(o); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	if ofProposals && len(parts) > 0 {
		parts[0] = "provisional: " + parts[0]
	}
	return parts
}

// cellBadge is the label of a cell. It is the outcome in the run if that differs from
// the cell's own, such as a known failure.
func cellBadge(res Result) string {
	if res.Cell.Outcome == "" || res.Outcome != res.Cell.Outcome.Outcome() {
		return string(res.Outcome)
	}
	return string(res.Cell.Outcome)
}
