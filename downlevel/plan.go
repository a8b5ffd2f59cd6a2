package downlevel

import (
	"context"
	"slices"

	"assay/downlevel/toolchains"
	"assay/downlevel/trial"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

// columnsOf returns the mechanisms of a run, the image alone first. With proposals these
// are the mechanisms of the proposals, and those that the configuration names.
func columnsOf(cfg Config) []mechanisms.Mechanism {
	columns := append([]mechanisms.Mechanism{mechanisms.None()}, proposedBy(cfg)...)
	for _, m := range mechanisms.All() {
		isThere := slices.ContainsFunc(columns, func(c mechanisms.Mechanism) bool { return c.Name == m.Name })
		if !isThere && (len(cfg.Mechanisms)+len(cfg.Proposals) == 0 || slices.Contains(cfg.Mechanisms, m.Name)) {
			columns = append(columns, m)
		}
	}
	return columns
}

// proposedBy returns the mechanisms of the proposals of a run.
func proposedBy(cfg Config) []mechanisms.Mechanism {
	var all []mechanisms.Mechanism
	for _, p := range cfg.Proposals {
		for _, m := range mechanisms.Of(p) {
			m.Proposal = p.Name
			all = append(all, m)
		}
	}
	return all
}

// verbsOf returns the verbs of a run that the tool can do.
func verbsOf(cfg Config, t trial.Tool) []toolchains.Verb {
	return slices.DeleteFunc(t.Verbs(), func(v toolchains.Verb) bool {
		return len(cfg.Verbs) > 0 && !slices.Contains(cfg.Verbs, string(v))
	})
}

// plan lists the cells in the order of reports: tool by tool, and for each tool the
// image alone first.
func plan(cfg Config, tools []trial.Tool) []trial.Cell {
	var cells []trial.Cell
	for _, t := range tools {
		cells = append(cells, cellsOf(cfg, t, columnsOf(cfg))...)
	}
	return cells
}

// cellsOf returns the cells of a tool with these mechanisms.
func cellsOf(cfg Config, t trial.Tool, columns []mechanisms.Mechanism) []trial.Cell {
	var cells []trial.Cell
	for _, m := range columns {
		for _, v := range verbsOf(cfg, t) {
			if c := (trial.Cell{Tool: t, Mechanism: m, Verb: v}); c.Applies() {
				cells = append(cells, c)
			}
		}
	}
	return cells
}

// matrix describes the tools, mechanisms and verbs for the report.
func matrix(ctx context.Context, cfg Config, tools []trial.Tool) *reports.Matrix {
	m := &reports.Matrix{Toolchains: []reports.MatrixToolchain{}}
	for _, t := range tools {
		m.Toolchains = append(m.Toolchains, t.About(ctx))
	}
	columns := append([]mechanisms.Mechanism{mechanisms.None()}, mechanisms.All()...)
	for _, proposed := range proposedBy(cfg) {
		if !slices.ContainsFunc(columns, func(c mechanisms.Mechanism) bool { return c.Name == proposed.Name }) {
			columns = append(columns, proposed)
		}
	}
	for _, column := range columns {
		m.Mechanisms = append(m.Mechanisms, reports.MatrixName{Name: column.Name, Title: column.Title, About: column.About})
	}
	for _, v := range toolchains.Verbs() {
		m.Verbs = append(m.Verbs, reports.MatrixName{Name: string(v), Title: string(v), About: trial.About(v)})
	}
	return m
}

// Verbs lists the names of all verbs.
func Verbs() []string {
	var names []string
	for _, v := range toolchains.Verbs() {
		names = append(names, string(v))
	}
	return names
}

// Mechanisms lists the names of all mechanisms but the image alone.
func Mechanisms() []string { return mechanisms.Names() }
