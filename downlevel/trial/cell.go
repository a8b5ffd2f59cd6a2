// Package trial tries the cells of the matrix. It pushes an image, attaches an artifact
// to it, runs a tool, gathers the evidence, and calls judge.
package trial

import (
	"cmp"
	"context"
	"slices"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

// Tool is an installed version of a toolchain.
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

// About describes the tool for reports. It asks the programs for their versions.
func (t Tool) About(ctx context.Context) reports.MatrixToolchain {
	about := reports.MatrixToolchain{
		Name: t.Name(), Version: t.Version(), Title: t.Installed.Toolchain.Title,
		Home: t.Installed.Toolchain.Home, Source: t.Installed.Source,
	}
	for _, p := range t.Installed.Programs(ctx) {
		about.Programs = append(about.Programs, reports.MatrixProgram(p))
	}
	return about
}

// Verbs lists the verbs that the tool can do, in the order of reports.
func (t Tool) Verbs() []toolchains.Verb {
	return slices.DeleteFunc(toolchains.Verbs(), func(v toolchains.Verb) bool {
		_, ok := t.Installed.Action(v)
		return !ok
	})
}

// maker makes content from a nonce.
type maker = func(nonce string) mechanisms.Content

// content returns the maker of the content for the tool; nil if the mechanism does not
// apply to the tool.
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

	option bool   // tried with the option that may keep what is lost
	kind   string // of the image, if it is not the mechanism's own
}

// imageKind returns the media type of the image of the cell.
func (c Cell) imageKind() string { return cmp.Or(c.kind, c.Tool.kind(c.Mechanism)) }

// action returns the action of the cell.
func (c Cell) action() toolchains.Action {
	action, _ := c.Tool.Installed.Action(c.Verb)
	if c.option {
		action.Run, action.Limits = action.Instead.Run, nil
	}
	return action
}

// Applies says whether the verb has something to do with the mechanism: the verbs about
// an attached artifact need an artifact that has a tag, or a digest of its own.
func (c Cell) Applies() bool {
	if c.Verb.Like() == c.Verb {
		return true
	}
	make := c.Tool.content(c.Mechanism)
	if c.Alone() || make == nil {
		return false
	}
	if c.Verb == toolchains.DeleteAttached {
		return attachedDigest(make("")) != ""
	}
	return attachedTag(make("")) != ""
}

// attachedTag returns the tag of an attached artifact, or the referrers tag that the
// mechanism pushes; empty if there is none.
func attachedTag(content mechanisms.Content) string {
	for _, p := range content.After {
		if p.Tag != "" && p.Tag != mechanisms.MainTag {
			return p.Tag
		}
	}
	return ""
}

// attachedDigest returns the digest of an artifact that was attached beside the image;
// empty if there is none.
func attachedDigest(content mechanisms.Content) digest.Digest {
	for _, a := range content.Attached {
		if a.Kind != mechanisms.Child && a.Tag != mechanisms.MainTag {
			return a.Descriptor.Digest
		}
	}
	return ""
}

// Alone says whether the cell is about the image alone. Such a cell is the control of
// others.
func (c Cell) Alone() bool { return c.Mechanism.Name == mechanisms.None().Name }

// Result returns a result that names the cell, without an outcome.
func (c Cell) Result() reports.Result {
	inner := reports.Cell{
		Toolchain: c.Tool.Name(), Version: c.Tool.Version(), Mechanism: c.Mechanism.Name, Verb: string(c.Verb),
	}
	return reports.Result{
		Requirement: inner.ID(), Level: "COMPAT", Workflow: c.Tool.String(),
		Spec:    c.Tool.String() + " does " + string(c.Verb) + " with " + c.Mechanism.Name,
		Summary: About(c.Verb), Cell: &inner, Proposal: c.Mechanism.Proposal,
	}
}
