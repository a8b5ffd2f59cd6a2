package reports

import (
	"slices"
	"strings"
)

// Matrix lists what a downlevel run tried, in the order of reports: toolchains down,
// mechanisms across, verbs within. The results of such a run have cells.
type Matrix struct {
	Toolchains []MatrixToolchain `json:"toolchains"`
	Mechanisms []MatrixName      `json:"mechanisms"`
	Verbs      []MatrixName      `json:"verbs"`
	// LeftOut names installed tools that cannot be used, with the reason.
	LeftOut []string `json:"leftOut,omitempty"`
}

// MatrixToolchain is one tool at one version.
type MatrixToolchain struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Title   string `json:"title"`
	Home    string `json:"home,omitempty"`
	// Source says where the tool was found.
	Source string `json:"source,omitempty"`
	// Programs are the programs that were run, the main program first.
	Programs []MatrixProgram `json:"programs,omitempty"`
}

// MatrixProgram is a program of a tool. Its version may differ from that of the tool.
type MatrixProgram struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"` // empty if it prints none
	Path    string `json:"path,omitempty"`
}

// String is NAME@VERSION.
func (t MatrixToolchain) String() string { return t.Name + "@" + t.Version }

// MatrixName is a mechanism or a verb.
type MatrixName struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	About string `json:"about,omitempty"`
}

// CellOutcome says whether a tool worked on an image with an attached artifact.
type CellOutcome string

// The outcomes of cells. RightPlatform works on an index, and the tool chose the right
// image. SilentHarm ended without an error, but content was lost, changed or replaced.
// Orphaned did nothing to the image but to give it another digest: what is attached is
// not found from there. DocumentedLimit is a loss that the tool's own documentation
// announces. WrongReason is a refusal that gives a reason that is not true. Baseline also
// fails on the image alone.
const (
	Works           CellOutcome = "works"
	RightPlatform   CellOutcome = "right platform"
	ClearRefusal    CellOutcome = "clear refusal"
	DocumentedLimit CellOutcome = "documented limit"
	UnclearRefusal  CellOutcome = "unclear refusal"
	WrongReason     CellOutcome = "wrong reason"
	Orphaned        CellOutcome = "attachments orphaned"
	SilentHarm      CellOutcome = "silent harm"
	Baseline        CellOutcome = "baseline"
	NotApplicable   CellOutcome = "not applicable"
)

// CellOutcomes lists every outcome of cells, the worst first.
func CellOutcomes() []CellOutcome {
	return []CellOutcome{
		SilentHarm, Orphaned, WrongReason, UnclearRefusal, DocumentedLimit, ClearRefusal, RightPlatform, Works, Baseline, NotApplicable,
	}
}

// Outcome is the outcome of a cell as an outcome of the run.
func (o CellOutcome) Outcome() Outcome {
	switch o {
	case SilentHarm:
		return Fail
	case Orphaned, WrongReason, UnclearRefusal:
		return Warn
	case ClearRefusal, DocumentedLimit:
		return Observed
	case Baseline, NotApplicable:
		return Unsupported
	case Works, RightPlatform:
		return Pass
	}
	return Error
}

// Cell is one combination of the downlevel matrix: a tool at a version, a verb, and the
// mechanism that attached an artifact to the image.
type Cell struct {
	Toolchain string      `json:"toolchain"`
	Version   string      `json:"version"`
	Mechanism string      `json:"mechanism"`
	Verb      string      `json:"verb"`
	Outcome   CellOutcome `json:"outcome,omitempty"` // empty when it was not tried
	// Harms are the losses, changes and replacements.
	Harms []Harm `json:"harms,omitempty"`
	// Notes are remarks that are no harm.
	Notes []string `json:"notes,omitempty"`
	// Limit is the page of the tool's documentation that announces the loss. It is set
	// for the outcome DocumentedLimit.
	Limit string `json:"limit,omitempty"`
	// Option is the option with which the tool was tried again after a loss.
	Option *CellOption `json:"option,omitempty"`
	// Control is the outcome of the same verb on the image alone.
	Control CellOutcome `json:"control,omitempty"`
	// Setup is the script that ran before Script: it starts daemons, logs in, and
	// prepares content.
	Setup string `json:"setup,omitempty"`
	// Script is the script that ran, as a person would type it. Exit, Stdout and Stderr
	// are its exit code and its output, redacted and cut to a readable length.
	Script string `json:"script,omitempty"`
	Exit   *int   `json:"exit,omitempty"`
	Stdout string `json:"stdout,omitempty"`
	Stderr string `json:"stderr,omitempty"`
	// Before and After are the repository as lines of text. Diff has the changes in all
	// repositories of the cell.
	Before []string `json:"before,omitempty"`
	After  []string `json:"after,omitempty"`
	Diff   []string `json:"diff,omitempty"`
	// Alike are the mechanisms that share a finding; see
	// [Run.Findings].
	Alike []string `json:"-"`
}

// Harm is a loss, a change or a replacement that happened without an error.
type Harm struct {
	// Kind is a word for the harm. The same harm has the same word in other cells.
	Kind string `json:"kind"`
	// What names what was lost, such as signature, SBOM or platform.
	What string `json:"what,omitempty"`
	Text string `json:"text"`
}

// CellOption is a second try of a cell, with an option that may keep what was lost.
type CellOption struct {
	Name    string      `json:"name"` // as it is typed, such as --all
	Outcome CellOutcome `json:"outcome"`
	Script  string      `json:"script"`
}

// ID is the name of the cell, NAME@VERSION/VERB/MECHANISM.
func (c Cell) ID() string { return c.Tool() + "/" + c.Verb + "/" + c.Mechanism }

// Tool is NAME@VERSION.
func (c Cell) Tool() string { return c.Toolchain + "@" + c.Version }

// cause is equal for cells that are one finding: cells with the same tool, verb and
// kind of harm. The mechanism may differ.
func (c Cell) cause() string {
	kinds := []string{c.Tool(), c.Verb, string(c.Outcome)}
	for _, h := range c.Harms {
		if !slices.Contains(kinds, h.Kind) {
			kinds = append(kinds, h.Kind)
		}
	}
	return strings.Join(kinds, "/")
}
