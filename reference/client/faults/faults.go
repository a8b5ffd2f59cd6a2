// Package faults is the catalogue of faults and variants of the reference client. A fault
// is a deliberate violation, with the requirements under which a run must find it. A
// variant is an unusual client that still keeps every rule: a run must find nothing in it.
// The catalogue tests the judgement of clients.
package faults

import (
	"assay/conformance/requirements"
	"assay/reference/client/faults/behaviour"
)

// Fault is a client with a deliberate violation.
type Fault struct {
	Name string
	// Requirements are the requirements that name the fault rightly. A run must report
	// at least one of them.
	Requirements []requirements.ID
	Summary      string
	// Change makes the client: it is given to client.Run.
	Change behaviour.Change
}

// Variant is a client that makes use of a choice that the specification leaves.
type Variant struct {
	Name    string
	Summary string
	Change  behaviour.Change
}

// Faults lists every fault, by workflow.
func Faults() []Fault {
	var all []Fault
	for _, w := range workflows {
		all = append(all, w.faults()...)
	}
	return all
}

// Variants lists every variant, by the workflow that it is about.
func Variants() []Variant {
	var all []Variant
	for _, w := range workflows {
		all = append(all, w.variants()...)
	}
	return all
}

// workflows are the parts of the catalogue, in the order of reports.
var workflows = []struct {
	name     requirements.Workflow
	faults   func() []Fault
	variants func() []Variant
}{
	{requirements.Pull, pullFaults, pullVariants},
	{requirements.Push, pushFaults, pushVariants},
	{requirements.Discovery, discoveryFaults, discoveryVariants},
	{requirements.References, referencesFaults, referenceVariants},
	{requirements.Access, accessFaults, requestVariants},
}

func fault(name, summary string, change behaviour.Change, ids ...requirements.ID) Fault {
	return Fault{Name: name, Requirements: ids, Summary: summary, Change: change}
}

func variant(name, summary string, change behaviour.Change) Variant {
	return Variant{Name: name, Summary: summary, Change: change}
}
