// Package proposalrun runs the suite to learn about proposals: which of their
// requirements can be broken and seen, and how several of them compare.
package proposalrun

import (
	"context"
	"fmt"
	"slices"

	"assay/conformance"
	"assay/internal/proposal"
	"assay/reference"
	"assay/reference/played"
	"assay/reports"
	"assay/wire/access"
)

// Caught says what the specs of a proposal find in the registries that break it.
type Caught struct {
	// Absent says why the registry that has the proposal and breaks nothing does not have
	// it, by the question of the file. Then nothing can be found. It is empty otherwise.
	Absent string
	// Wrong are the findings in the registry that has the proposal and breaks nothing:
	// the requirements, or the answers of the file, are wrong.
	Wrong []reports.Result
	// Faults are the faults, each with the requirements under which it is found.
	Faults []CaughtFault
	// By has the number of faults that each requirement finds.
	By map[string]int
}

// CaughtFault is a fault with the requirements that find it.
type CaughtFault struct {
	played.Fault
	By []string
	// Absent says that the registry does not have the proposal, by the question of the
	// file: its requirements do not bind it.
	Absent bool
}

// Unseen are the requirements on registries that have exchanges, but find no fault: no
// exchange can break or see them.
func (c Caught) Unseen(p *proposal.Proposal) []proposal.Requirement {
	var all []proposal.Requirement
	for _, r := range p.Requirements {
		if r.Party == "registry" && r.Unobservable == "" && c.By[p.Full(r.ID)] == 0 {
			all = append(all, r)
		}
	}
	return all
}

// Faults plays the registry that has the proposal, once for each fault, and judges it by
// the proposal.
func Faults(ctx context.Context, p *proposal.Proposal) (Caught, error) {
	c := Caught{By: map[string]int{}}
	plain, err := judgeOnly(ctx, p, played.Options(p, nil))
	if err != nil {
		return c, err
	}
	c.Wrong = found(p, plain)
	wrong := map[string]bool{}
	for _, res := range c.Wrong {
		wrong[res.Requirement] = true
	}
	if sum := plain.Proposals[0]; sum.Support == "unsupported" {
		c.Absent = sum.How
	}
	for _, r := range p.Requirements { // what binds registries that have not the proposal
		if r.Where == "absent" {
			c.absent(ctx, p)
			break
		}
	}
	for _, f := range played.Faults(p) {
		run, err := judgeOnly(ctx, p, played.Options(p, &f))
		if err != nil {
			return c, fmt.Errorf("the fault %s: %w", f.Name, err)
		}
		caught := CaughtFault{Fault: f, Absent: run.Proposals[0].Support == "unsupported"}
		for _, res := range found(p, run) {
			if !slices.Contains(caught.By, res.Requirement) && !wrong[res.Requirement] {
				caught.By = append(caught.By, res.Requirement)
				c.By[res.Requirement]++
			}
		}
		c.Faults = append(c.Faults, caught)
	}
	return c, nil
}

// absent judges registries that do not have the proposal: its requirements on them can
// be seen if one of these breaks them.
func (c *Caught) absent(ctx context.Context, p *proposal.Proposal) {
	for _, opts := range []reference.Options{{}, {DisableReferrers: true}} {
		for _, status := range []int{0, 400, 500} {
			opts.Middleware = nil
			if status != 0 {
				opts.Middleware = played.Instead(p, status)
			}
			if run, err := judgeOnly(ctx, p, opts); err == nil {
				for _, res := range found(p, run) {
					c.By[res.Requirement]++
				}
			}
		}
	}
}

// found are the results of the proposal's own requirements that were not kept.
func found(p *proposal.Proposal, run *reports.Run) []reports.Result {
	var all []reports.Result
	for _, res := range run.Results {
		if res.Proposal == p.Name && res.Outcome == reports.Observed {
			all = append(all, res)
		}
	}
	return all
}

// judgeOnly judges a registry by the proposal's own requirements.
func judgeOnly(ctx context.Context, p *proposal.Proposal, opts reference.Options) (*reports.Run, error) {
	server, err := reference.Start(ctx, "", opts)
	if err != nil {
		return nil, err
	}
	defer server.Close()
	return conformance.Execute(ctx, conformance.Config{
		Settings: access.Settings{Target: server.Addr()}, Proposals: []*proposal.Proposal{p}, LabelFilter: p.Name + " && !impact", Seed: 1,
	}, nil)
}
