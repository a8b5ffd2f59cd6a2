// Package proposal reads proposals: changes of the OCI specifications, each described in
// a YAML file. It checks the files, makes the documents that they describe, and
// evaluates their expressions. It does no I/O, except to read the file that it is given.
package proposal

import "github.com/goccy/go-yaml"

// Proposal is what a file describes.
type Proposal struct {
	Name     string `yaml:"name"`
	Title    string `yaml:"title"`
	Link     string `yaml:"link"`
	Status   Status `yaml:"status"`
	BuildsOn string `yaml:"builds-on"` // a version of the distribution-spec, or another proposal
	About    string `yaml:"about"`

	Documents    []Document    `yaml:"documents"`
	Endpoints    []Endpoint    `yaml:"endpoints"`
	Mechanisms   []Mechanism   `yaml:"mechanisms"`
	Support      *Support      `yaml:"support"`
	Requirements []Requirement `yaml:"requirements"`
	ZeroImpact   ZeroImpact    `yaml:"zero-impact"`

	file *file
}

// Status says how far a proposal came.
type Status string

// Document is a blob or a manifest.
type Document struct {
	Name      string `yaml:"name"`
	Kind      string `yaml:"kind"` // manifest, the default, or blob
	MediaType string `yaml:"media-type"`
	// One of these is the content: JSON with placeholders, text with placeholders, or
	// the files of a tar archive that is packed with gzip.
	JSON  yaml.MapSlice `yaml:"json"`
	Text  string        `yaml:"text"`
	Files yaml.MapSlice `yaml:"files"`
}

// IsManifest says whether the document is pushed as a manifest.
func (d Document) IsManifest() bool { return d.Kind != "blob" }

// Endpoint is an endpoint that the proposal adds or changes.
type Endpoint struct {
	Method string `yaml:"method"`
	// Path is below /v2/NAME/. A word in braces stands for one part of the path.
	Path string `yaml:"path"`
	// Parameters are the parameters of the query, each with its meaning.
	Parameters yaml.MapSlice `yaml:"parameters"`
	// Answers are tried in their order. The first one whose condition holds is given.
	Answers []Answer `yaml:"answers"`
}

// Answer is what a registry answers. Without a status, the registry answers as it does
// without the proposal, and the header fields are added.
type Answer struct {
	If     string        `yaml:"if"`
	Status int           `yaml:"status"`
	Header yaml.MapSlice `yaml:"header"`
	Body   yaml.MapSlice `yaml:"body"`
}

// Mechanism is a way to attach documents to an image.
type Mechanism struct {
	Name  string `yaml:"name"`
	Title string `yaml:"title"`
	About string `yaml:"about"`
	// OnlyImages says that the mechanism needs the config and the layers of an image.
	// Otherwise it can attach to anything, such as a Helm chart.
	OnlyImages bool     `yaml:"only-images"`
	Attach     []Push   `yaml:"attach"`
	Found      []Found  `yaml:"found"`
	Fallback   Fallback `yaml:"fallback"`
}

// Push pushes a document.
type Push struct {
	Push string `yaml:"push"`
	Tag  string `yaml:"tag"` // a text with placeholders; empty: by its digest
	// ReferrersTag says that the push is the list of referrers that clients keep.
	ReferrersTag bool `yaml:"referrers-tag"`
}

// Found says how clients find a document again.
type Found struct {
	Document string `yaml:"document"`
	As       string `yaml:"as"` // referrer, tag or child
	Tag      string `yaml:"tag"`
}

// Fallback is what clients do where the registry does not take the documents.
type Fallback struct {
	Mechanism string `yaml:"mechanism"` // of any proposal; empty: there is none
	Why       string `yaml:"why"`
}

// Support says how to tell whether a registry has what is proposed.
type Support struct {
	Exchanges []Step   `yaml:"exchanges"`
	Expect    []string `yaml:"expect"`
}

// Requirement is one sentence that binds one party.
type Requirement struct {
	ID      string `yaml:"id"`
	Party   string `yaml:"party"` // registry or client
	Level   string `yaml:"level"` // MUST, SHOULD, MAY or COMPAT
	Summary string `yaml:"summary"`
	Anchor  string `yaml:"anchor"` // of its section, below the link of the proposal
	// Where says which registries it binds: those that have what is proposed
	// (supported, the default), those that have not (absent), or any.
	Where string `yaml:"where"`
	// Each is a list of texts. The exchanges are repeated with each of them.
	Each      []string `yaml:"each"`
	Exchanges []Step   `yaml:"exchanges"`
	Given     []Given  `yaml:"given"`
	Expect    []string `yaml:"expect"`
	// Unobservable says why no exchange can show it; then there are none.
	Unobservable string `yaml:"unobservable"`
}

// Given is a condition without which the requirement is not judged: another requirement
// is broken, or the requirement does not bind the registry.
type Given struct {
	If  string `yaml:"if"`
	By  string `yaml:"by"`  // the requirement that is broken if it does not hold
	Why string `yaml:"why"` // why it does not bind the registry if it does not hold
}

// Step is one exchange, or the push of a document with everything that it references.
type Step struct {
	Push    string        `yaml:"push"`    // a step on the way: the document is there afterwards
	Try     string        `yaml:"try"`     // a push whose answer is judged
	Delete  string        `yaml:"delete"`  // deletes a document that a step pushed
	Request string        `yaml:"request"` // METHOD PATH, below /v2/NAME/
	Query   yaml.MapSlice `yaml:"query"`
	Header  yaml.MapSlice `yaml:"header"`
	Body    string        `yaml:"body"` // the name of a document
	Tag     string        `yaml:"tag"`  // of a push
	Pages   bool          `yaml:"pages"`
	// Copies is how many copies of the document are pushed; 0: the document itself.
	Copies int `yaml:"copies"`
	// Repository is "missing" if the request goes to a repository that does not exist.
	Repository string `yaml:"repository"`
	As         string `yaml:"as"` // the name of the answer in expressions
}

// ZeroImpact says what the proposal changes on purpose for images.
type ZeroImpact struct {
	Changes []Change `yaml:"changes"`
}

// Change is a requirement of the workflow downlevel that does not hold any more.
type Change struct {
	Requirement string `yaml:"requirement"`
	Why         string `yaml:"why"`
}

// Full is the id of a requirement in results, such as "oci-1.1.list.status".
func (p *Proposal) Full(id string) string { return p.Name + "." + id }

// LinkTo is the address of the text of a requirement.
func (p *Proposal) LinkTo(r Requirement) string {
	if r.Anchor == "" {
		return p.Link
	}
	return p.Link + "#" + r.Anchor
}

// Place is the file and the line of a requirement.
func (p *Proposal) Place(requirement int) (name string, line int) {
	pos := p.file.position("requirements", requirement)
	return p.file.name, pos.Line
}

// ManifestTypes are the media types of manifests that image-spec does not have.
func (p *Proposal) ManifestTypes() []string {
	var types []string
	for _, d := range p.Documents {
		if d.IsManifest() && !imageSpecTypes[d.MediaType] {
			types = append(types, d.MediaType)
		}
	}
	return types
}

var imageSpecTypes = map[string]bool{
	"application/vnd.oci.image.manifest.v1+json": true, "application/vnd.oci.image.index.v1+json": true,
	"application/vnd.docker.distribution.manifest.v2+json": true, "application/vnd.docker.distribution.manifest.list.v2+json": true,
}
