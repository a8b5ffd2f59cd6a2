package conformance

import (
	"context"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"assay/conformance/proposed"
	"assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/internal/proposal"
	"assay/reports"
	"assay/reports/known"
	"assay/runner"
	"assay/wire"
)

// provisional is a part of a run whose results change no verdict: the requirements of a
// proposal, or images beside what one of its mechanisms attaches.
type provisional struct {
	way   *suite.Beside // nil for the requirements
	specs []planned
}

// provisionals returns the specs of the proposals that the configuration selects.
func provisionals(cfg Config, sets []*proposed.Set) ([]provisional, error) {
	if len(sets) == 0 {
		return nil, nil
	}
	ordinary, err := suite.Select(cfg.Spec, suite.VersionFilter(cfg.Spec)+" && "+string(requirements.Downlevel)+" && !"+suite.LargeLabel, cfg.Seed)
	if err != nil {
		return nil, err
	}
	takes, err := proposalFilter(cfg)
	if err != nil {
		return nil, err
	}
	var all []provisional
	for _, set := range sets {
		parts := []proposed.Impact{{Specs: set.Specs()}}
		for _, part := range append(parts, set.Impacts(ordinary, cfg.Spec)...) {
			one := provisional{way: part.Way}
			for _, p := range part.Specs {
				if takes(p.Spec.Labels) {
					one.specs = append(one.specs, planned{p.Spec, p.Result})
				}
			}
			one.specs, _ = sharded(one.specs, cfg.Shard)
			if len(one.specs) > 0 {
				all = append(all, one)
			}
		}
	}
	return all, nil
}

// proposalFilter selects specs of proposals by their requirements and labels. Workflows
// do not select among them, because a proposal belongs to none.
func proposalFilter(cfg Config) (func([]string) bool, error) {
	takes := func([]string) bool { return true }
	if cfg.LabelFilter != "" {
		filter, err := types.ParseLabelFilter(cfg.LabelFilter)
		if err != nil {
			return nil, err
		}
		takes = filter
	}
	return func(labels []string) bool {
		return takes(labels) && (len(cfg.Requirements) == 0 || slices.ContainsFunc(cfg.Requirements, func(pattern string) bool {
			return known.Pattern(pattern).MatchString(labels[0])
		}))
	}, nil
}

// isOfProposal says whether a pattern of requirements is about a proposal of the run.
func isOfProposal(pattern string, proposals []*proposal.Proposal) bool {
	return slices.ContainsFunc(proposals, func(p *proposal.Proposal) bool { return strings.HasPrefix(pattern, p.Name+".") })
}

func setsOf(proposals []*proposal.Proposal) []*proposed.Set {
	var sets []*proposed.Set
	for _, p := range proposals {
		sets = append(sets, proposed.New(p))
	}
	return sets
}

// results are passed on to a listener that knows the number of specs already.
type results struct{ Listener }

func (results) Start(int) {}

// count is the number of their specs.
func count(parts []provisional) int {
	total := 0
	for _, p := range parts {
		total += len(p.specs)
	}
	return total
}

// propose carries out the specs of proposals, after all others: they must not change
// what these find.
func propose(ctx context.Context, cfg Config, client *wire.Client, probed *prober, parts []provisional, listener Listener, revise func(reports.Result) reports.Result, times *phases) runner.Outcome {
	var all runner.Outcome
	if listener != nil {
		listener = results{listener}
	}
	for _, part := range parts {
		run := newRun(cfg, client, probed, nil)
		run.Beside = part.way
		x := &execution{run: run, specs: part.specs, limit: cfg.MaxInFlight * specsPerRequest, listener: listener, revise: revise, times: times}
		outcome := x.do(ctx)
		all.Results = append(all.Results, outcome.Results...)
		all.Interrupted = outcome.Interrupted
	}
	return all
}
