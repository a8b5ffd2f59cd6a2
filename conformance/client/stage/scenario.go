// Package stage plays scenarios: a registry in a certain state, and a client that is asked
// to do something with it. What came of it is kept for the specs.
package stage

import (
	require "assay/conformance/requirements"
	"assay/fixtures"
	"assay/reference"
	"assay/reference/faults/behaviour"
)

// Verb is what a client is asked to do.
type Verb string

// The verbs of the contract, see docs/for-client-authors.md.
const (
	Pull      Verb = "pull"
	Push      Verb = "push"
	Tags      Verb = "tags"
	Attach    Verb = "attach"
	Referrers Verb = "referrers"
	Delete    Verb = "delete"
	Copy      Verb = "copy"
)

// MainTag is the tag of what the steps are about.
const MainTag = "v1"

// Scenario is a registry in a certain state, and the steps of a client.
type Scenario struct {
	// Name is the name for flags and reports.
	Name string
	// Does says what the registry does, as the rest of a sentence: "the registry …".
	Does string
	// Image makes what the steps are about, of plain content or of its own; nil is plain
	// content.
	Image func(plain Base, nonce string) fixtures.Manifest
	// Options and Behaviour make the registry. The first behaviour is the outermost.
	Options   reference.Options
	Behaviour []behaviour.Middleware
	// About makes behaviour that depends on the content; nil makes none.
	About func(Content) behaviour.Middleware
	// Elsewhere makes behaviour that leads clients to a second host, which has the same
	// content; nil if there is none. The address is host:port.
	Elsewhere func(address string) behaviour.Middleware
	// There makes behaviour of the second host; nil makes none.
	There func(Content) behaviour.Middleware
	// PathLocations gives Locations without a host, as they are. Otherwise they are
	// absolute, which every client understands.
	PathLocations bool
	// Login is what the registry asks for; nil if it asks for nothing.
	Login *Login
	// Before puts content into the registry; nil puts the image there, under its tag.
	Before func(*World)
	// Proxy says that the registry is a proxy of another one.
	Proxy bool
	// Steps are done one after another.
	Steps []Step
	// Control is the same verb on a registry without surprises. A scenario without a
	// control is one itself, and Shows is the requirement that it shows.
	Control *Scenario
	Shows   require.ID
}

// Step is one run of the client.
type Step struct {
	Verb Verb
	// Reference names what it is about; nil is the tag of the image.
	Reference func(Content) string
	// ArtifactType selects referrers; empty for all.
	ArtifactType string
	// Beside says that it is done at the same time as the step before.
	Beside bool
}

// Content is what a scenario is about.
type Content struct {
	// Image is what the steps are about.
	Image fixtures.Manifest
	// Held are the manifests that the registry had at the beginning.
	Held []fixtures.Manifest
	// Referrers are those of them that refer to the image.
	Referrers []fixtures.Manifest
	// Tags are the tags that the registry had at the beginning.
	Tags []string
}

// Uses says whether one of the steps has the verb.
func (s *Scenario) Uses(v Verb) bool {
	for _, step := range s.Steps {
		if step.Verb == v {
			return true
		}
	}
	return false
}

// Verb is the verb of the first step.
func (s *Scenario) Verb() Verb { return s.Steps[0].Verb }
