// Package faults is the catalogue of faults and variants of the embedded registry. A
// fault is a deliberate violation, with the requirements under which the suite must
// find it. A variant is unusual behaviour that still conforms: the suite must not
// report anything about it. The catalogue tests the suite, as mutants test tests.
package faults

import (
	"assay/conformance/requirements"
	"assay/reference"
	"assay/reference/faults/behaviour"
)

// Fault is a deliberate violation.
type Fault struct {
	Name string
	// Requirements are the requirements that name the fault rightly. A run must report
	// at least one of them.
	Requirements []requirements.ID
	// Spec is the version of the distribution-spec of the run that must find the fault.
	Spec    requirements.Version
	Summary string
	// Large says that only specs that move a lot of content find the fault.
	Large bool
	// Options change the registry's options before the fault is put in front of it.
	// They are nil when no option has to change.
	Options    func(*reference.Options)
	Middleware behaviour.Middleware
}

// Variant is behaviour that the specification allows, but that clients and suites often
// do not expect.
type Variant struct {
	Name    string
	Spec    requirements.Version
	Summary string
	// Options, Middleware and Elsewhere may each be nil.
	Options    func(*reference.Options)
	Middleware behaviour.Middleware
	// Elsewhere is Middleware that uses a second host. It is given the address of this
	// host, such as 127.0.0.1:5001. The second host serves the same registry without
	// this Middleware.
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

// fault makes a fault for runs of the draft: the draft has the most requirements.
func fault(name, summary string, middleware behaviour.Middleware, ids ...requirements.ID) Fault {
	return Fault{Name: name, Requirements: ids, Spec: requirements.Draft, Summary: summary, Middleware: middleware}
}

// in returns the fault for runs of another version.
func (f Fault) in(v requirements.Version) Fault { f.Spec = v; return f }

// with returns the fault for a registry with other options.
func (f Fault) with(options func(*reference.Options)) Fault { f.Options = options; return f }

// large returns the fault for runs that move a lot of content.
func (f Fault) large() Fault { f.Large = true; return f }

func variant(name, summary string, middleware behaviour.Middleware) Variant {
	return Variant{Name: name, Spec: requirements.Draft, Summary: summary, Middleware: middleware}
}

func (v Variant) in(version requirements.Version) Variant { v.Spec = version; return v }

func (v Variant) with(options func(*reference.Options)) Variant { v.Options = options; return v }

// elsewhere makes a variant that uses a second host.
func elsewhere(name, summary string, middleware func(address string) behaviour.Middleware) Variant {
	return Variant{Name: name, Spec: requirements.Draft, Summary: summary, Elsewhere: middleware}
}
