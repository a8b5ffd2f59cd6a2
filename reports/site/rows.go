package site

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"assay/reports"
)

func shortHash(s string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s)) // never fails
	return fmt.Sprintf("%08x", h.Sum32())
}

// row is a requirement, with what each target has of it.
type row struct {
	reports.Result // of one of the targets, for the words
	File           string
	Fields         []field
}

// field is what a target has in a row.
type field struct {
	Target target
	// Result is nil if the target's results do not know the row.
	Result *reports.Result
}

// requirementRows has each requirement that the newest result of any target knows.
func requirementRows(targets []target) []row {
	var all []row
	at := map[string]int{}
	for i, t := range targets {
		for _, res := range t.Newest().ByRequirement() {
			n, ok := at[res.Requirement]
			if !ok {
				n = len(all)
				at[res.Requirement] = n
				all = append(all, row{Result: res, File: fileName(res.Requirement), Fields: emptyFields(targets)})
			}
			all[n].Fields[i].Result = &res
		}
	}
	return all
}

func emptyFields(targets []target) []field {
	fields := make([]field, len(targets))
	for i, t := range targets {
		fields[i].Target = t
	}
	return fields
}

// Symbol is the outcome as one character.
func (f field) Symbol() string {
	switch {
	case f.Result == nil:
		return ""
	case f.Result.Cell != nil && f.Result.Cell.Outcome != "":
		return f.Result.Cell.Outcome.Symbol()
	}
	return f.Result.Outcome.Symbol()
}

// Word is the outcome in words.
func (f field) Word() string {
	switch {
	case f.Result == nil:
		return "not in the results"
	case f.Result.Cell != nil && f.Result.Cell.Outcome != "":
		return string(f.Result.Cell.Outcome)
	}
	return string(f.Result.Outcome)
}

// Class is the CSS class that colours the field.
func (f field) Class() string {
	switch {
	case f.Result == nil:
		return ""
	case f.Result.Cell != nil && f.Result.Cell.Outcome != "":
		return "c-" + reports.Class(f.Result.Cell.Outcome)
	}
	return "b-" + reports.Class(f.Result.Outcome)
}

// kept says whether the requirement is kept; judged whether that is known.
func (f field) kept() (kept, judged bool) {
	if f.Result == nil {
		return false, false
	}
	c := reports.Counts{f.Result.Outcome: 1}
	return c.Kept() > 0, c.Judged() > 0
}

// Tokens are the words by which the filter of the page finds the row.
func (r row) Tokens() string {
	tokens := []string{"w-" + reports.Class(r.Workflow), "l-" + reports.Class(r.Level)}
	kept, broken, unsupported := 0, 0, 0
	for _, f := range r.Fields {
		switch k, judged := f.kept(); {
		case k:
			kept++
		case judged:
			broken++
		case f.Result != nil && f.Result.Outcome == reports.Unsupported:
			unsupported++
		}
	}
	add := func(is bool, token string) {
		if is {
			tokens = append(tokens, token)
		}
	}
	add(broken > 0, "broken")
	add(kept == len(r.Fields), "kept")
	add(unsupported > 0, "unsupported")
	add(kept > 0 && kept < len(r.Fields), "differs")
	return strings.Join(tokens, " ")
}

// Keep sums up who keeps the requirement.
func (r row) Keep() string {
	kept, judged := 0, 0
	for _, f := range r.Fields {
		k, j := f.kept()
		if k {
			kept++
		}
		if j {
			judged++
		}
	}
	return fmt.Sprintf("%d of the %s that were judged", kept, reports.Count(judged, "target"))
}

// kit is a tool in one version: a row of the downlevel page, and a page of its own.
type kit struct {
	reports.MatrixToolchain
	File   string
	Worst  []field // for each target
	Counts []string
	Rows   []row // a verb and a mechanism each
}

// kits has each tool that any downlevel result tried.
func kits(targets []target) []kit {
	var all []kit
	for i, t := range targets {
		for _, res := range t.Newest().Results {
			if res.Cell == nil {
				continue
			}
			n := slices.IndexFunc(all, func(k kit) bool { return k.String() == res.Cell.Tool() })
			if n < 0 {
				n = len(all)
				all = append(all, newKit(t.Newest(), res, targets))
			}
			all[n].add(i, res, targets)
		}
	}
	for i := range all {
		all[i].sumUp(targets)
	}
	return all
}

func newKit(run *reports.Run, res reports.Result, targets []target) kit {
	k := kit{MatrixToolchain: reports.MatrixToolchain{Name: res.Cell.Toolchain, Version: res.Cell.Version}, Worst: emptyFields(targets)}
	for _, t := range run.Matrix.Toolchains {
		if t.String() == res.Cell.Tool() {
			k.MatrixToolchain = t
		}
	}
	k.File = fileName(k.String())
	return k
}

func (k *kit) add(target int, res reports.Result, targets []target) {
	n := slices.IndexFunc(k.Rows, func(r row) bool { return r.Requirement == res.Requirement })
	if n < 0 {
		n = len(k.Rows)
		k.Rows = append(k.Rows, row{Result: res, Fields: emptyFields(targets)})
	}
	k.Rows[n].Fields[target].Result = &res
}

// sumUp finds the worst cell of each target, and counts the cells.
func (k *kit) sumUp(targets []target) {
	k.Counts = make([]string, len(targets))
	for i := range targets {
		counts := map[reports.CellOutcome]int{}
		for _, r := range k.Rows {
			if res := r.Fields[i].Result; res != nil {
				counts[res.Cell.Outcome]++
				if worst := k.Worst[i].Result; worst == nil || rank(res) < rank(worst) {
					k.Worst[i].Result = res
				}
			}
		}
		var parts []string
		for _, o := range reports.CellOutcomes() {
			if counts[o] > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", counts[o], o))
			}
		}
		k.Counts[i] = strings.Join(parts, ", ")
	}
}

// rank is smaller for worse cells.
func rank(res *reports.Result) int {
	if i := slices.Index(reports.CellOutcomes(), res.Cell.Outcome); i >= 0 {
		return i
	}
	return len(reports.CellOutcomes())
}
