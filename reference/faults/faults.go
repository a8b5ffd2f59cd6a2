// Package faults is the catalogue of what the embedded registry can do wrong on
// purpose, each with the requirements under which the suite must find it, and of
// what it can do otherwise than usual and still conform, which the suite must
// not find anything wrong with. It tests the suite, as mutants test tests.
package faults

import (
	"assay/conformance/requirements"
	"assay/reference"
	"assay/reference/faults/behaviour"
)

// Fault is a deliberate violation.
type Fault struct {
	Name string
	// Requirements are those that name it rightly: any of them.
	Requirements []requirements.ID
	// Spec is the version of the distribution-spec that a run finds it by.
	Spec    requirements.Version
	Summary string
	// Large says that only the specs find it that move a lot of content.
	Large bool
	// Options change the registry before the fault comes in front of it; nil
	// when nothing has to be changed.
	Options    func(*reference.Options)
	Middleware behaviour.Middleware
}

// Variant is behaviour that the specification allows and that clients, and
// suites, often do not expect.
type Variant struct {
	Name    string
	Spec    requirements.Version
	Summary string
	// Options, Middleware and Elsewhere may each be nil.
	Options    func(*reference.Options)
	Middleware behaviour.Middleware
	// Elsewhere is Middleware that knows the address of a second host, as
	// 127.0.0.1:5001, that serves the registry as it is without it.
	Elsewhere func(address string) behaviour.Middleware
}

// Faults lists every fault, by workflow.
func Faults() []Fault {
	var all []Fault
	for _, w := range workflows {
		all = append(all, w.faults()...)
	}
	return all
}

// workflows are the parts of the catalogue, in the order of reports.
var workflows = []struct {
	name   requirements.Workflow
	faults func() []Fault
}{
	{requirements.Pull, pullFaults},
	{requirements.Push, pushFaults},
	{requirements.Discovery, discoveryFaults},
	{requirements.Management, managementFaults},
	{requirements.References, referencesFaults},
	{requirements.Downlevel, downlevelFaults},
	{requirements.Errors, errorsFaults},
	{requirements.Security, securityFaults},
}

// fault is one that runs of the draft find: it has the most requirements.
func fault(name, summary string, middleware behaviour.Middleware, ids ...requirements.ID) Fault {
	return Fault{Name: name, Requirements: ids, Spec: requirements.Draft, Summary: summary, Middleware: middleware}
}

// in is the fault for runs by another version.
func (f Fault) in(v requirements.Version) Fault { f.Spec = v; return f }

// with is the fault in a registry with other options.
func (f Fault) with(options func(*reference.Options)) Fault { f.Options = options; return f }

// large is the fault for runs that move a lot of content.
func (f Fault) large() Fault { f.Large = true; return f }

func variant(name, summary string, middleware behaviour.Middleware) Variant {
	return Variant{Name: name, Spec: requirements.Draft, Summary: summary, Middleware: middleware}
}

func (v Variant) in(version requirements.Version) Variant { v.Spec = version; return v }

func (v Variant) with(options func(*reference.Options)) Variant { v.Options = options; return v }

// elsewhere is a variant that makes use of a second host.
func elsewhere(name, summary string, middleware func(address string) behaviour.Middleware) Variant {
	return Variant{Name: name, Spec: requirements.Draft, Summary: summary, Elsewhere: middleware}
}
