package faultrun

import (
	"context"
	"io"

	"assay/conformance/client"
	"assay/conformance/client/drive"
	"assay/conformance/requirements"
	reference "assay/reference/client"
	"assay/reference/client/faults"
	"assay/reports"
)

// ClientFaultCases are those of the faults of the reference client.
func ClientFaultCases() []Case {
	var cases []Case
	for _, f := range faults.Faults() {
		cases = append(cases, Case{Name: f.Name, Requirements: f.Requirements, Spec: requirements.Draft, Client: judging(requirements.Draft, f.Change)})
	}
	return cases
}

// ClientVariantCases are those of the reference client as it is, by each version, and of
// its variants.
func ClientVariantCases() []Case {
	var cases []Case
	for _, v := range requirements.Versions() {
		cases = append(cases, Case{Name: "baseline-" + string(v), Spec: v, Client: judging(v)})
	}
	for _, v := range faults.Variants() {
		cases = append(cases, Case{Name: v.Name, Spec: requirements.Draft, Client: judging(requirements.Draft, v.Change)})
	}
	return cases
}

// judging judges the reference client with changes.
func judging(v requirements.Version, changes ...func(*reference.Options)) func(context.Context) (*reports.Run, error) {
	return func(ctx context.Context) (*reports.Run, error) {
		return client.Execute(ctx, client.Config{Driver: referenceClient(changes...), Spec: v, Seed: seed}, nil)
	}
}

func referenceClient(changes ...func(*reference.Options)) drive.Function {
	return drive.Function{Title: "reference client", Run: func(ctx context.Context, getenv func(string) string, stdout, stderr io.Writer) int {
		return reference.Run(ctx, reference.Process{Getenv: getenv, Stdout: stdout, Stderr: stderr}, changes...)
	}}
}
