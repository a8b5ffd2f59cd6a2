// Package proposed has the specs of proposals: changes of the specifications that are
// described in files. They are specs like all others, but their results are provisional.
package proposed

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"

	"assay/conformance/requirements"
	"assay/conformance/spec"
	"assay/conformance/suite"
	"assay/internal/proposal"
	"assay/reports"
)

// Planned is a spec, with the part of its result that is known before.
type Planned struct {
	Spec   spec.Spec
	Result reports.Result
}

// Set has the specs of one proposal, for one run.
type Set struct {
	*proposal.Proposal

	mu    sync.Mutex
	found suite.Known // whether the target has what is proposed
}

// New makes the specs of a proposal for one run.
func New(p *proposal.Proposal) *Set {
	return &Set{Proposal: p, found: suite.Known{State: suite.Unknown, How: "not probed"}}
}

// Label is a label of all specs of proposals.
const Label = "proposal"

// Specs lists the specs of the proposal's requirements. Requirements of clients, and
// those that nobody can observe, have none.
func (s *Set) Specs() []Planned {
	support := suite.OnceFor("support of "+s.Name, s.probe)
	var all []Planned
	for i, r := range s.Requirements {
		if r.Party != string(requirements.Registry) || r.Unobservable != "" {
			continue
		}
		file, line := s.Place(i)
		id, title := s.Full(r.ID), s.Title+": "+r.Summary
		made := spec.Made(title, spec.Label(id, Label, s.Name, r.Level), file, line, func(ctx context.Context) {
			if !where(r.Where, support(ctx), s.Title) {
				return
			}
			s.judge(ctx, r)
		})
		all = append(all, Planned{made, reports.Result{
			Requirement: id, Level: r.Level, Workflow: s.Name, Spec: title, Summary: r.Summary,
			Link: s.LinkTo(r), Where: fmt.Sprintf("%s:%d", file, line), Proposal: s.Name,
		}})
	}
	return all
}

// where ends the spec if the requirement does not bind the target.
func where(which string, found suite.Known, title string) bool {
	switch {
	case which == "any":
	case which == "absent" && found.State == suite.Supported:
		suite.NotApplicable("the registry has what is proposed (" + title + "); the requirement is about registries that have not")
	case which != "absent" && found.State == suite.Unsupported:
		suite.NotApplicable("the registry does not have what is proposed (" + title + "): " + found.How)
	}
	return true
}

// probe finds out whether the target has what is proposed.
func (s *Set) probe(ctx context.Context) suite.Known {
	found := suite.Known{State: suite.Supported, How: "the proposal does not say how to tell"}
	if s.Support != nil {
		if _, ended := spec.Catch(func() { found = s.ask(ctx) }); ended {
			found = suite.Known{State: suite.Unsupported, How: "the registry does not take what the question needs"}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found = found
	return found
}

func (s *Set) ask(ctx context.Context) suite.Known {
	x := s.begin(ctx, "")
	x.carryOut(ctx, s.Support.Exchanges)
	last := x.last()
	if last == nil {
		return suite.Known{State: suite.Unknown, How: "nothing was asked"}
	}
	how := fmt.Sprintf("%s was answered %s", last.Method, last.StatusAndReason())
	for _, condition := range s.Support.Expect {
		if holds, received := s.Holds(ctx, condition, x.env, x.names); !holds {
			return suite.Known{State: suite.Unsupported, How: fmt.Sprintf("%s; %s is %s", how, condition, received)}
		}
	}
	return suite.Known{State: suite.Supported, How: how}
}

// Summary sums up the results of the proposal.
func (s *Set) Summary(results []reports.Result) reports.Proposal {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := reports.Proposal{
		Name: s.Name, Title: s.Title, Link: s.Link, Support: string(s.found.State), How: s.found.How,
		Must: reports.Counts{}, Should: reports.Counts{}, Impact: reports.Counts{},
	}
	counts := map[string]reports.Counts{string(requirements.Must): sum.Must, string(requirements.Should): sum.Should}
	for _, res := range results {
		switch {
		case res.Proposal != s.Name:
		case strings.HasPrefix(res.Requirement, s.Full(impact)+"."):
			sum.Impact[res.Outcome]++
		case counts[res.Level] != nil:
			counts[res.Level][res.Outcome]++
		}
	}
	return sum
}

// variables returns the variables with the answers of a situation.
func variables(base proposal.Environment, answers map[string]proposal.Response) proposal.Environment {
	all := maps.Clone(base)
	for name, answer := range answers {
		all[name] = answer
	}
	return all
}
