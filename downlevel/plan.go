package downlevel

import (
	"slices"

	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/reports"
)

// tool is a toolchain as it is installed, or the registry itself.
type tool struct {
	installed toolchains.Installed
	registry  bool
}

// RegistryTool is the name by which the registry itself stands among the
// toolchains: what it does to an image when artifacts come and go, asked by API.
const (
	RegistryTool    = "registry"
	registryVersion = "API"
)

func (t tool) name() string {
	if t.registry {
		return RegistryTool
	}
	return t.installed.Toolchain.Name
}

func (t tool) version() string {
	if t.registry {
		return registryVersion
	}
	return t.installed.Version
}

func (t tool) String() string { return t.name() + "@" + t.version() }

// content is what the tool is to deal with, made from a nonce; nil when the
// mechanism is not for it.
func (t tool) content(m mechanisms.Mechanism) func(nonce string) mechanisms.Content {
	if !t.registry && t.installed.Toolchain.Subject == toolchains.Chart {
		return m.Chart
	}
	return m.Make
}

func (t tool) about() reports.MatrixToolchain {
	if t.registry {
		return reports.MatrixToolchain{Name: RegistryTool, Version: registryVersion, Title: "the registry, by API"}
	}
	return reports.MatrixToolchain{
		Name: t.name(), Version: t.version(), Title: t.installed.Toolchain.Title,
		Home: t.installed.Toolchain.Home, Source: t.installed.Source,
	}
}

// cell is one combination of the matrix.
type cell struct {
	tool      tool
	mechanism mechanisms.Mechanism
	verb      toolchains.Verb
}

// result is what a result says of the cell, whatever came of it.
func (c cell) result() reports.Result {
	inner := reports.Cell{
		Toolchain: c.tool.name(), Version: c.tool.version(), Mechanism: c.mechanism.Name, Verb: string(c.verb),
	}
	return reports.Result{
		Requirement: inner.ID(), Level: "COMPAT", Workflow: c.tool.String(),
		Spec:    c.tool.String() + " does " + string(c.verb) + " with " + c.mechanism.Name,
		Summary: aboutVerb(c.verb), Cell: &inner,
	}
}

// controlMechanism is the name of the column of the image alone.
var controlMechanism = mechanisms.None().Name

// plan lists the cells in the order in which they are tried: tool by tool, so
// that the processes work on the same one at the same time, and of each the
// image alone first.
func plan(cfg Config, tools []tool) []cell {
	columns := []mechanisms.Mechanism{mechanisms.None()}
	for _, m := range mechanisms.All() {
		if m.Name != controlMechanism && (len(cfg.Mechanisms) == 0 || slices.Contains(cfg.Mechanisms, m.Name)) {
			columns = append(columns, m)
		}
	}
	var cells []cell
	for _, t := range tools {
		for _, m := range columns {
			for _, v := range verbsOf(t) {
				if len(cfg.Verbs) == 0 || slices.Contains(cfg.Verbs, string(v)) {
					cells = append(cells, cell{t, m, v})
				}
			}
		}
	}
	return cells
}

// verbsOf lists what a tool can do.
func verbsOf(t tool) []toolchains.Verb {
	if t.registry {
		return registryVerbNames()
	}
	return slices.DeleteFunc(toolchains.Verbs(), func(v toolchains.Verb) bool {
		_, ok := t.installed.Action(v)
		return !ok
	})
}

// matrix is what the report says was tried.
func matrix(tools []tool) *reports.Matrix {
	m := &reports.Matrix{}
	for _, t := range tools {
		m.Toolchains = append(m.Toolchains, t.about())
	}
	for _, column := range append([]mechanisms.Mechanism{mechanisms.None()}, mechanisms.All()...) {
		m.Mechanisms = append(m.Mechanisms, reports.MatrixName{Name: column.Name, Title: column.Title, About: column.About})
	}
	for _, v := range Verbs() {
		m.Verbs = append(m.Verbs, reports.MatrixName{Name: v, Title: v, About: aboutVerb(toolchains.Verb(v))})
	}
	return m
}

// Verbs lists the names of all verbs, those of the registry's own last.
func Verbs() []string {
	var names []string
	for _, v := range append(toolchains.Verbs(), registryVerbNames()...) {
		names = append(names, string(v))
	}
	return names
}

// Mechanisms lists the names of all mechanisms but the image alone.
func Mechanisms() []string {
	var names []string
	for _, m := range mechanisms.All() {
		if m.Name != controlMechanism {
			names = append(names, m.Name)
		}
	}
	return names
}

var verbTexts = map[toolchains.Verb]string{
	toolchains.PullTag:        "Fetching the image by its tag gets the image.",
	toolchains.PullDigest:     "Fetching by digest gets what has the digest.",
	toolchains.ListTags:       "A list of tags has every tag.",
	toolchains.Inspect:        "What is shown of the tag is about the image.",
	toolchains.Copy:           "A copy of the tag is what the tag names.",
	toolchains.CopyReferrers:  "A copy with what is attached has all of it.",
	toolchains.CopyRepository: "A copy of the repository has every tag, and all that is attached.",
	toolchains.PushAgain:      "Pulling, tagging and pushing again makes the same image elsewhere.",
	toolchains.DeleteTag:      "Deleting a tag takes the tag away, and nothing else.",
	toolchains.DeleteDigest:   "Deleting a manifest leaves other images as they are.",
	toolchains.Attach:         "Attaching something leaves the image and all that is attached already.",
	toolchains.Discover:       "A list of what is attached has all of it.",
	toolchains.Verify:         "What was attached before can still be verified.",
	toolchains.Run:            "The image runs.",
}

func aboutVerb(v toolchains.Verb) string {
	if text, ok := verbTexts[v]; ok {
		return text
	}
	for _, own := range registryVerbs() {
		if own.name == v {
			return own.about
		}
	}
	return string(v)
}
