// Package toolchains finds, isolates and runs real tools. Each tool has a folder here:
// its toolchain.yaml declares how it is installed and run. The tool's commands can use
// the other files of the folder.
package toolchains

import (
	"io/fs"

	"assay/fixtures/mechanisms"
)

// Toolchain is one tool, as its toolchain.yaml declares it.
type Toolchain struct {
	// Name is the name of the folder.
	Name string `yaml:"-"`
	// Title is the name that people know.
	Title string `yaml:"title"`
	// Home is the URL of the tool's project.
	Home string `yaml:"home"`
	// Programs must all be installed. The version of the tool is that of the first one.
	// The others are looked for beside it; if they are not there, the ones on PATH are
	// used that have the nearest version.
	Programs []string `yaml:"programs"`
	// Version has the command that prints the version, and the pattern that finds the
	// version in its output.
	Version struct {
		Run     string `yaml:"run"`
		Pattern string `yaml:"pattern"` // default: the first thing like 1.2.3
	} `yaml:"version"`
	// Subject is the kind of content that the tool is for: chart, or empty for images.
	Subject Subject `yaml:"subject"`
	// Needs lists the needs of the tool: root, linux.
	Needs []string `yaml:"needs"`
	// Installs are the versions that can be installed.
	Installs []Install `yaml:"installs"`
	// Environment is added to the environment of the tool. Without it the tool has only
	// HOME, PATH, TMPDIR and the XDG directories, which are private to the session.
	Environment map[string]string `yaml:"environment"`
	// Daemons run in the background while the tool is in use. The cells of a tool with
	// daemons are tried one after another.
	Daemons []Daemon `yaml:"daemons"`
	// Login tells the tool $USERNAME and $PASSWORD for $REGISTRY.
	Login string `yaml:"login"`
	// Before runs before the first action of a session: it writes the tool's
	// configuration. After removes everything else that actions left in the tool, such as
	// images. It runs after an action that failed, and before the tool gets another image
	// than in the action before: until then an engine keeps what it has fetched.
	Before string `yaml:"before"`
	After  string `yaml:"after"`
	// Verbs has the actions for each verb. If there are several, the first one that is
	// for the installed version is used.
	Verbs map[Verb]Actions `yaml:"verbs"`

	// files are the files of the folder.
	files fs.FS
}

// Subject is a kind of content.
type Subject string

// The subjects.
const (
	Image Subject = ""      // images: nearly all tools
	Chart Subject = "chart" // Helm's charts
)

// Action is a script for sh -eu that does the verb.
type Action struct {
	// Versions is the range of versions that the action is for, such as ">=0.4 <1.0".
	// Empty means all.
	Versions string `yaml:"versions"`
	// Prepare runs first, before anything is attached to the image. It makes keys or
	// signs content, and it must succeed.
	Prepare string `yaml:"prepare"`
	Run     string `yaml:"run"`
	Yields  Yield  `yaml:"yields"`
	// Brings lists the kinds of artifacts that the tool promises to copy or to list:
	// referrer, tag (such as cosign's). Empty means all kinds.
	Brings []mechanisms.Kind `yaml:"brings"`
	// Limits are losses that the tool's documentation announces.
	Limits []Limit `yaml:"limits"`
	// Instead is the same with an option that may keep what is lost. It is tried if
	// something is lost.
	Instead Instead `yaml:"instead"`
}

// Limit is a loss that the documentation of a tool announces.
type Limit struct {
	// Harms are the kinds of harm, in the words of results.json, such as platform-lost.
	Harms []string `yaml:"harms"`
	// Says is the sentence of the documentation, and Link its page.
	Says string `yaml:"says"`
	Link string `yaml:"link"`
}

// Instead is an action with an option.
type Instead struct {
	// Option is the option as it is typed, such as --all.
	Option string `yaml:"option"`
	Run    string `yaml:"run"`
}

// Actions is one action or several. In YAML it is a script, a mapping, or a sequence of
// mappings.
type Actions []Action

// Daemon is a program that must run while the tool is used.
type Daemon struct {
	Versions string `yaml:"versions"`
	// Run is a script whose last command is the daemon (exec …). It may write only
	// below $STATE.
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
	// Module is a module that has to be built as the main module.
	Module *Module `yaml:"module"`
	// Debian has packages of this machine's release of Debian or of another release.
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
	// Release is bullseye, bookworm or trixie. Empty means this machine's release, with
	// packages that are installed as usual. Any other release gets a root directory of
	// its own.
	Release  string   `yaml:"release"`
	Packages []string `yaml:"packages"`
}
