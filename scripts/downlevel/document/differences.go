package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"assay/reports"
)

// difference is an outcome that other registries change.
type difference struct {
	tool, verb    string
	first, others reports.CellOutcome
	where         string // the other registries
}

// differences writes a table of the cells that came out otherwise than on the first
// registry. Cells that were not tried on both are left out, and those for which a registry
// does not take, or does not show, what is attached.
func differences(out io.Writer, first registry, others []registry) {
	mechanisms := map[difference][]string{}
	var order []difference
	for _, res := range first.run.Results {
		if res.Cell == nil || res.Cell.Outcome == "" || res.Cell.Outcome == reports.NotApplicable {
			continue
		}
		for _, d := range elsewhere(res.Cell, others) {
			if mechanisms[d] == nil {
				order = append(order, d)
			}
			mechanisms[d] = append(mechanisms[d], res.Cell.Mechanism)
		}
	}
	if len(order) == 0 {
		fmt.Fprintln(out, "None.")
		return
	}
	slices.SortStableFunc(order, func(a, b difference) int {
		return cmp.Or(strings.Compare(a.tool, b.tool), strings.Compare(a.verb, b.verb))
	})
	fmt.Fprintf(out, "| tool | verb | mechanisms | on %s | elsewhere | where |\n|---|---|---|---|---|---|\n", first.name)
	for _, d := range order {
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s |\n", d.tool, d.verb, strings.Join(mechanisms[d], ", "), d.first, d.others, d.where)
	}
}

// elsewhere returns the other outcomes of a cell, each with its registries.
func elsewhere(c *reports.Cell, others []registry) []difference {
	where := map[reports.CellOutcome][]string{}
	for _, r := range others {
		for _, res := range r.run.Results {
			if o := res.Cell; o != nil && o.ID() == c.ID() && o.Outcome != "" && o.Outcome != c.Outcome {
				where[o.Outcome] = append(where[o.Outcome], r.name)
			}
		}
	}
	var all []difference
	for _, o := range reports.CellOutcomes() {
		if where[o] != nil && o != reports.NotApplicable {
			all = append(all, difference{c.Tool(), c.Verb, c.Outcome, o, strings.Join(where[o], ", ")})
		}
	}
	return all
}
