// Package toolchains knows the real clients: how each is found, installed, kept
// to itself and driven. A folder here is a tool: its toolchain.yaml declares
// all of that, and files beside it are at hand for its commands.
package toolchains

import (
	"io/fs"

	"assay/fixtures/mechanisms"
)

// Toolchain is one tool, as its toolchain.yaml declares it.
type Toolchain struct {
	// Name is the folder's.
	Name string `yaml:"-"`
	// Title is the name that people know.
	Title string `yaml:"title"`
	// Home is where the tool comes from, a URL.
	Home string `yaml:"home"`
	// Programs have to be there, all of them; the first is the one whose
	// version counts.
	Programs []string `yaml:"programs"`
	// Version is the command that prints the version, and the pattern that
	// finds it there.
	Version struct {
		Run     string `yaml:"run"`
		Pattern string `yaml:"pattern"` // default: the first thing like 1.2.3
	} `yaml:"version"`
	// Subject is what the tool deals with in place of images: chart, or empty.
	Subject Subject `yaml:"subject"`
	// Needs lists what the machine has to give: root, linux.
	Needs []string `yaml:"needs"`
	// Installs are the versions that can be installed.
	Installs []Install `yaml:"installs"`
	// Environment is added to the tool's, which holds little else: HOME, PATH,
	// TMPDIR and the XDG directories are private to the session already.
	Environment map[string]string `yaml:"environment"`
	// Daemons run in the background while the tool is in use. The cells of a tool
	// that has some are tried one after another.
	Daemons []Daemon `yaml:"daemons"`
	// Login tells the tool $USERNAME and $PASSWORD for $REGISTRY.
	Login string `yaml:"login"`
	// Before is run before each action, After when it has been judged, to take
	// back what it left on this machine.
	Before string `yaml:"before"`
	After  string `yaml:"after"`
	// Verbs are the actions for each verb; of several, the first counts whose
	// versions hold.
	Verbs map[Verb]Actions `yaml:"verbs"`

	// files are those of the folder.
	files fs.FS
}

// Subject is a kind of content.
type Subject string

// The subjects.
const (
	Image Subject = ""      // images, as nearly all do
	Chart Subject = "chart" // Helm's charts
)

// Action is how a tool does what a verb says: a script for sh -eu.
type Action struct {
	// Versions is the range of versions it is for, as in ">=0.4 <1.0"; empty
	// stands for all.
	Versions string `yaml:"versions"`
	// Prepare is run first, before anything is attached to the image, and has
	// to succeed: keys that are made, content that is signed.
	Prepare string `yaml:"prepare"`
	Run     string `yaml:"run"`
	Yields  Yield  `yaml:"yields"`
	// Brings narrows what a copy with all that is attached, or a list of it, is
	// asked for: referrer, tag (such as cosign's). Without it, it is everything.
	Brings []mechanisms.Kind `yaml:"brings"`
}

// Actions is one action or several, in YAML a script, a mapping, or a sequence
// of mappings.
type Actions []Action

// Daemon is a program that a tool needs running.
type Daemon struct {
	Versions string `yaml:"versions"`
	// Run is a script that ends in the daemon (exec …) and writes below $STATE
	// alone.
	Run string `yaml:"run"`
	// Ready is a script that succeeds as soon as the daemon can be used.
	Ready string `yaml:"ready"`
}

// Install is one version and the way to get it; exactly one of the ways is set.
type Install struct {
	Version  string   `yaml:"version"`
	Profiles []string `yaml:"profiles"` // ci, full
	// Go is a command that "go install" builds: PATH@VERSION.
	Go string `yaml:"go"`
	// Module is one that has to be built as the main module.
	Module *Module `yaml:"module"`
	// Debian are packages, of this machine's release or of another.
	Debian *Debian `yaml:"debian"`
	// NPM are packages of the npm registry, NAME@VERSION.
	NPM []string `yaml:"npm"`
}

// Module is a Go module whose commands are built inside it.
type Module struct {
	Path     string   `yaml:"path"`
	Version  string   `yaml:"version"`
	Packages []string `yaml:"packages"` // ./cmd/x
	Flags    []string `yaml:"flags"`    // of go build
	// Tags are build tags.
	Tags []string `yaml:"tags"`
	// Vendored says that the module keeps its go.mod as vendor.mod.
	Vendored bool `yaml:"vendored"`
}

// Debian is a set of packages.
type Debian struct {
	// Release is bullseye, bookworm, trixie; empty stands for this machine's,
	// installed as usual. Another gets a root directory of its own.
	Release  string   `yaml:"release"`
	Packages []string `yaml:"packages"`
}
