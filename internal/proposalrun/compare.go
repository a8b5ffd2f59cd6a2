package proposalrun

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"assay/conformance"
	"assay/conformance/proposed"
	"assay/internal/proposal"
	"assay/reports"
	"assay/wire/access"
)

// Registry is a registry that proposals are compared over.
type Registry struct {
	Name string
	access.Settings
	Repository, Repository2 string
}

// Comparison puts proposals side by side.
type Comparison struct {
	Registries []string
	Tools      []string // the versions of the tools in the results
	Rows       []Row
}

// Row is one proposal.
type Row struct {
	Name, Title, Link, Status string
	Answers                   []Answer // one for each registry
	Costs                     []Cost   // one for each mechanism
	Tried                     []Tried  // one for each mechanism
}

// Answer says how a registry takes a proposal.
type Answer struct {
	Takes  Taking
	Kept   string // of its MUSTs, as "7/8"; empty if none was judged
	Impact int    // requirements on images beside it that are not kept
	How    string // what showed it
}

// Taking is how a registry takes a proposal.
type Taking string

// The ways, the best first.
const (
	HasIt       Taking = "has it"
	HasPart     Taking = "has a part of it"
	StoresIt    Taking = "only stores it"
	RefusesIt   Taking = "refuses it"
	NotAnswered Taking = "not known"
)

// Compare judges each registry by the proposals. Results are those of downlevel runs.
func Compare(ctx context.Context, proposals []*proposal.Proposal, registries []Registry, results []*reports.Run) (*Comparison, error) {
	c := &Comparison{}
	for _, p := range proposals {
		row := Row{Name: p.Name, Title: p.Title, Link: p.Link, Status: string(p.Status)}
		for _, m := range p.Mechanisms {
			cost, err := costOf(ctx, p, m)
			if err != nil {
				return nil, err
			}
			row.Costs = append(row.Costs, cost)
			row.Tried = append(row.Tried, triedWith(m.Name, results))
		}
		c.Rows = append(c.Rows, row)
	}
	for _, r := range registries {
		run, err := conformance.Execute(ctx, conformance.Config{
			Settings: r.Settings, Repository: r.Repository, Repository2: r.Repository2, Proposals: proposals, LabelFilter: proposed.Label, Seed: 1,
		}, nil)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Name, err)
		}
		if run.Interrupted != "" {
			return nil, fmt.Errorf("%s: interrupted: %s", r.Name, run.Interrupted)
		}
		c.Registries = append(c.Registries, r.Name)
		for i, sum := range run.Proposals {
			c.Rows[i].Answers = append(c.Rows[i].Answers, answerOf(sum))
		}
	}
	for _, run := range results {
		if run.Matrix == nil {
			continue
		}
		for _, t := range run.Matrix.Toolchains {
			if name := t.String(); !slices.Contains(c.Tools, name) {
				c.Tools = append(c.Tools, name)
			}
		}
	}
	return c, nil
}

func answerOf(sum reports.Proposal) Answer {
	a := Answer{How: sum.How, Impact: sum.Impact[reports.Observed], Takes: NotAnswered}
	kept, broken := sum.Must[reports.Pass], sum.Must[reports.Observed]
	if kept+broken > 0 {
		a.Kept = fmt.Sprintf("%d/%d", kept, kept+broken)
	}
	switch {
	case sum.Support == "supported" && broken == 0:
		a.Takes = HasIt
	case sum.Support == "supported":
		a.Takes = HasPart
	case sum.Support == "unsupported" && sum.Impact[reports.Pass] > 0:
		a.Takes = StoresIt
	case sum.Support == "unsupported":
		a.Takes = RefusesIt
	}
	return a
}

// String is the answer in a few words.
func (a Answer) String() string {
	words := []string{string(a.Takes)}
	if a.Kept != "" {
		words = append(words, a.Kept)
	}
	if a.Impact > 0 {
		words = append(words, fmt.Sprintf("harms images: %d", a.Impact))
	}
	return strings.Join(words, ", ")
}
