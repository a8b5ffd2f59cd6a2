// Package requirements is the catalogue of what the OCI specifications ask of
// registries and clients: one entry per normative statement, with a stable
// dotted id, a level for each version of the distribution-spec, and a link to
// the text. Everything else refers to a requirement by its [ID].
package requirements

import (
	"fmt"
	"slices"
	"strings"
)

//go:generate go run ./generate

// ID is the stable dotted name of a requirement, such as
// "push.blob.chunk.range". The constants in ids.go are made from the catalogue.
type ID string

// Party is who a requirement binds.
type Party string

// The two parties of the distribution-spec.
const (
	Registry Party = "registry"
	Client   Party = "client"
)

// Level is how strongly a requirement binds (RFC 2119). MUST stands for MUST
// NOT as well, SHOULD for SHOULD NOT: the summary says which way it points.
type Level string

// The levels. Compat marks behaviour that no text demands but that somebody
// was hurt by: it is observed and never failed.
const (
	Must   Level = "MUST"
	Should Level = "SHOULD"
	May    Level = "MAY"
	Compat Level = "COMPAT"
)

// Version is a version of the distribution-spec.
type Version string

// The versions that the catalogue covers: v1.0.1, v1.1.1 and the draft at
// commit 967efdc.
const (
	V1_0  Version = "1.0"
	V1_1  Version = "1.1"
	Draft Version = "draft"
)

// Versions lists every version, oldest first.
func Versions() []Version { return []Version{V1_0, V1_1, Draft} }

// ParseVersion returns the version named s, or an error that lists what is
// allowed.
func ParseVersion(s string) (Version, error) {
	if v := Version(s); slices.Contains(Versions(), v) {
		return v, nil
	}
	return "", fmt.Errorf("unknown spec version %q: want 1.0, 1.1 or draft", s)
}

// Workflow is the part of the specification that a requirement belongs to.
type Workflow string

// The spec's four categories, artifact references, images beside artifacts, and what
// cuts across.
const (
	Pull       Workflow = "pull"
	Push       Workflow = "push"
	Discovery  Workflow = "discovery"
	Management Workflow = "management"
	References Workflow = "references"
	Downlevel  Workflow = "downlevel"
	Errors     Workflow = "errors"
	Security   Workflow = "security"
)

// Access is what a client does on every request: logins, redirects, warnings, errors,
// proxies. Only clients have it.
const Access Workflow = "access"

// Workflows lists every workflow of registries in the order of reports.
func Workflows() []Workflow {
	return []Workflow{Pull, Push, Discovery, Management, References, Downlevel, Errors, Security}
}

// ClientWorkflows lists every workflow of clients in the order of reports.
func ClientWorkflows() []Workflow {
	return []Workflow{Pull, Push, Discovery, References, Access}
}

// Requirement is one normative statement that binds one party.
type Requirement struct {
	ID       ID       `yaml:"id" json:"id"`
	Party    Party    `yaml:"party" json:"party"`
	Workflow Workflow `yaml:"-" json:"workflow"` // from the file that holds it
	// Levels gives the level in each version of the spec; a version that is
	// absent does not have the requirement.
	Levels map[Version]Level `yaml:"levels" json:"levels"`
	// Implied marks what the text takes for granted rather than says.
	Implied bool `yaml:"implied,omitempty" json:"implied,omitempty"`
	// Endpoints are the spec's endpoint ids, such as "end-4a".
	Endpoints []string `yaml:"endpoints,omitempty" json:"endpoints,omitempty"`
	// Source is the document that holds the text; empty for distribution-spec.
	Source Source `yaml:"source,omitempty" json:"source,omitempty"`
	// Anchor is the heading's slug in the source document.
	Anchor string `yaml:"anchor" json:"anchor"`
	// Line is where the sentence stands in the draft's spec.md, or in the
	// image-spec's file at the draft's time; 0 when there is none.
	Line int `yaml:"line,omitempty" json:"line,omitempty"`
	// Summary says in our own words what is asked.
	Summary string `yaml:"summary" json:"summary"`
	// Threads are reports of real failures, for COMPAT entries above all.
	Threads []string `yaml:"threads,omitempty" json:"threads,omitempty"`
	// Unobservable says why no run can judge the requirement from outside;
	// empty when one can.
	Unobservable string `yaml:"unobservable,omitempty" json:"unobservable,omitempty"`
}

// Source is a document that requirements come from.
type Source string

// The documents besides the distribution-spec's spec.md.
const (
	DistributionSpec        Source = ""
	ImageSpecManifest       Source = "image-spec/manifest.md"
	ImageSpecIndex          Source = "image-spec/image-index.md"
	ImageSpecDescr          Source = "image-spec/descriptor.md"
	ImageSpecConsiderations Source = "image-spec/considerations.md"
)

// Sources lists every document.
func Sources() []Source {
	return []Source{DistributionSpec, ImageSpecManifest, ImageSpecIndex, ImageSpecDescr, ImageSpecConsiderations}
}

// The versions of the texts, as the repositories of the specifications name
// them. A version of the distribution-spec goes with the image-spec of its time.
var (
	distributionSpecs = map[Version]string{V1_0: "v1.0.1", V1_1: "v1.1.1", Draft: "967efdc"}
	imageSpecs        = map[Version]string{V1_0: "v1.0.1", V1_1: "v1.1.1", Draft: "13cff54"}
)

// Level returns the requirement's level in version v; false when that version
// does not have it.
func (r Requirement) Level(v Version) (Level, bool) {
	l, ok := r.Levels[v]
	return l, ok
}

// Link is the address of the requirement's text in version v.
func (r Requirement) Link(v Version) string {
	if file, ok := strings.CutPrefix(string(r.Source), "image-spec/"); ok {
		return fmt.Sprintf("https://github.com/opencontainers/image-spec/blob/%s/%s#%s", imageSpecs[v], file, r.Anchor)
	}
	anchor := r.Anchor
	if v == V1_0 && anchor == "listing-tags" {
		anchor = "content-discovery" // 1.0 has no heading of its own for the only list it knows
	}
	return fmt.Sprintf("https://github.com/opencontainers/distribution-spec/blob/%s/spec.md#%s", distributionSpecs[v], anchor)
}
