package join

import (
	"cmp"
	"slices"

	"github.com/Masterminds/semver/v3"

	"assay/reports"
)

// matrix has the tools, mechanisms and verbs of all parts.
func matrix(parts []Part) *reports.Matrix {
	m := &reports.Matrix{Toolchains: []reports.MatrixToolchain{}, Mechanisms: []reports.MatrixName{}, Verbs: []reports.MatrixName{}}
	for _, p := range parts {
		part := p.Run.Matrix
		for _, t := range part.Toolchains {
			if !slices.ContainsFunc(m.Toolchains, func(o reports.MatrixToolchain) bool { return o.String() == t.String() }) {
				m.Toolchains = append(m.Toolchains, t)
			}
		}
		m.Mechanisms, m.Verbs = names(m.Mechanisms, part.Mechanisms), names(m.Verbs, part.Verbs)
		for _, text := range part.LeftOut {
			if !slices.Contains(m.LeftOut, text) {
				m.LeftOut = append(m.LeftOut, text)
			}
		}
	}
	slices.SortStableFunc(m.Toolchains, func(a, b reports.MatrixToolchain) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), byVersion(a.Version, b.Version))
	})
	return m
}

func names(all, more []reports.MatrixName) []reports.MatrixName {
	for _, n := range more {
		if !slices.ContainsFunc(all, func(o reports.MatrixName) bool { return o.Name == n.Name }) {
			all = append(all, n)
		}
	}
	return all
}

func byVersion(a, b string) int {
	va, errA := semver.NewVersion(a)
	vb, errB := semver.NewVersion(b)
	if errA != nil || errB != nil {
		return cmp.Compare(a, b)
	}
	return va.Compare(vb)
}

// sortCells sorts the results as their matrix: tool by tool, and for each tool mechanism
// by mechanism.
func sortCells(run *reports.Run) {
	place := map[string]int{}
	for i, t := range run.Matrix.Toolchains {
		place["tool "+t.String()] = i
	}
	for i, m := range run.Matrix.Mechanisms {
		place["mechanism "+m.Name] = i
	}
	for i, v := range run.Matrix.Verbs {
		place["verb "+v.Name] = i
	}
	slices.SortStableFunc(run.Results, func(a, b reports.Result) int {
		if a.Cell == nil || b.Cell == nil {
			return 0
		}
		return cmp.Or(
			cmp.Compare(place["tool "+a.Cell.Tool()], place["tool "+b.Cell.Tool()]),
			cmp.Compare(place["mechanism "+a.Cell.Mechanism], place["mechanism "+b.Cell.Mechanism]),
			cmp.Compare(place["verb "+a.Cell.Verb], place["verb "+b.Cell.Verb]),
		)
	})
}
