// Package trial tries the cells of the matrix: it pushes an image, attaches
// something to it, has a tool do what the verb says, gathers the evidence, and
// has it judged.
package trial

import (
	"slices"

	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

// Tool is a toolchain as it is installed.
type Tool struct{ Installed toolchains.Installed }

// Name is the toolchain's.
func (t Tool) Name() string {
	return t.Installed.Toolchain.Name
}

// Version is the version that is installed.
func (t Tool) Version() string {
	return t.Installed.Version
}

// String is NAME@VERSION.
func (t Tool) String() string { return t.Name() + "@" + t.Version() }

// About is what a report says of the tool.
func (t Tool) About() reports.MatrixToolchain {
	return reports.MatrixToolchain{
		Name: t.Name(), Version: t.Version(), Title: t.Installed.Toolchain.Title,
		Home: t.Installed.Toolchain.Home, Source: t.Installed.Source,
	}
}

// Verbs lists what the tool can do, in the order of reports.
func (t Tool) Verbs() []toolchains.Verb {
	return slices.DeleteFunc(toolchains.Verbs(), func(v toolchains.Verb) bool {
		_, ok := t.Installed.Action(v)
		return !ok
	})
}

// maker makes content from a nonce.
type maker = func(nonce string) mechanisms.Content

// content is what the tool is to deal with; nil when the mechanism is not for
// it.
func (t Tool) content(m mechanisms.Mechanism) maker {
	if t.Installed.Toolchain.Subject == toolchains.Chart {
		return m.Chart
	}
	return m.Make
}

// Cell is one combination of the matrix.
type Cell struct {
	Tool      Tool
	Mechanism mechanisms.Mechanism
	Verb      toolchains.Verb
}

// Alone says whether the cell is about the image alone, which is the control of
// other cells.
func (c Cell) Alone() bool { return c.Mechanism.Name == mechanisms.None().Name }

// Result is what a result says of the cell, whatever came of it.
func (c Cell) Result() reports.Result {
	inner := reports.Cell{
		Toolchain: c.Tool.Name(), Version: c.Tool.Version(), Mechanism: c.Mechanism.Name, Verb: string(c.Verb),
	}
	return reports.Result{
		Requirement: inner.ID(), Level: "COMPAT", Workflow: c.Tool.String(),
		Spec:    c.Tool.String() + " does " + string(c.Verb) + " with " + c.Mechanism.Name,
		Summary: About(c.Verb), Cell: &inner,
	}
}
