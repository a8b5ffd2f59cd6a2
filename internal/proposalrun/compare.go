package proposalrun

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"assay/conformance"
	"assay/conformance/proposed"
	"assay/fixtures"
	"assay/fixtures/mechanisms"
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
	Harmed                    []Harmed // one for each mechanism that a tool was tried with
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

// Cost is what it costs to attach once: documents, tags and requests. Fallback is what it
// costs where the registry does not have the proposal; nil if nothing can be attached
// there.
type Cost struct {
	Mechanism string
	Price
	Fallback   *Price
	FallbackBy string // the mechanism of the fallback
	Why        string
}

// Price counts what one attachment pushes.
type Price struct {
	Documents int // blobs and manifests
	Tags      int
	Requests  int // two for each blob, one for each manifest, one to read a list that clients keep
}

// Harmed says which tools a mechanism harms.
type Harmed struct {
	Mechanism string
	Tried     int
	By        []string // the tools that do silent harm
}

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
			if harmed := harmedBy(m.Name, results); harmed.Tried > 0 {
				row.Harmed = append(row.Harmed, harmed)
			}
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

// costOf counts what a mechanism and its fallback push.
func costOf(ctx context.Context, p *proposal.Proposal, m proposal.Mechanism) (Cost, error) {
	cost := Cost{Mechanism: m.Name, FallbackBy: m.Fallback.Mechanism, Why: m.Fallback.Why}
	var err error
	if cost.Price, err = priceOf(ctx, p, m); err != nil || m.Fallback.Mechanism == "" {
		return cost, err
	}
	for _, other := range append([]*proposal.Proposal{p}, proposal.All()...) {
		for _, candidate := range other.Mechanisms {
			if candidate.Name == m.Fallback.Mechanism && cost.Fallback == nil {
				price, err := priceOf(ctx, other, candidate)
				if err != nil {
					return cost, err
				}
				cost.Fallback = &price
			}
		}
	}
	return cost, nil
}

// priceOf counts what a mechanism pushes beside the image.
func priceOf(ctx context.Context, p *proposal.Proposal, m proposal.Mechanism) (Price, error) {
	image := mechanisms.None().Make("price").Image
	var names []string
	for _, push := range m.Attach {
		names = append(names, push.Push)
	}
	made, err := p.Make(ctx, proposal.Base{Nonce: "price", Image: image, Arm64: func() fixtures.Manifest { return fixtures.NewImage("arm64") }}, names...)
	if err != nil {
		return Price{}, err
	}
	there := map[string]bool{image.Digest.String(): true}
	for _, b := range image.Blobs {
		there[b.Digest.String()] = true
	}
	var price Price
	var count func(m fixtures.Manifest)
	count = func(m fixtures.Manifest) {
		if there[m.Digest.String()] {
			return
		}
		there[m.Digest.String()] = true
		for _, b := range m.Blobs {
			if !there[b.Digest.String()] {
				there[b.Digest.String()] = true
				price.Documents++
				price.Requests += 2
			}
		}
		for _, child := range m.Children {
			count(child)
		}
		price.Documents++
		price.Requests++
	}
	for _, push := range m.Attach {
		count(made.Manifests[push.Push])
		if push.Tag != "" && push.Tag != mechanisms.MainTag {
			price.Tags++
		}
		if push.ReferrersTag {
			price.Requests++ // the list that is there is read first
		}
	}
	return price, nil
}

// harmedBy finds the tools that do silent harm beside a mechanism.
func harmedBy(mechanism string, results []*reports.Run) Harmed {
	h := Harmed{Mechanism: mechanism}
	tools := map[string]bool{}
	for _, run := range results {
		for _, res := range run.Results {
			if res.Cell == nil || res.Cell.Mechanism != mechanism {
				continue
			}
			tool := res.Cell.Toolchain + "@" + res.Cell.Version
			tools[tool] = true
			if res.Cell.Outcome == reports.SilentHarm && !slices.Contains(h.By, tool) {
				h.By = append(h.By, tool)
			}
		}
	}
	h.Tried = len(tools)
	slices.Sort(h.By)
	return h
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

// String is the price in a few words.
func (p Price) String() string {
	return fmt.Sprintf("%d documents, %d tags, %d requests", p.Documents, p.Tags, p.Requests)
}

// FallbackText is the price of the fallback, or why there is none.
func (c Cost) FallbackText() string {
	if c.Fallback == nil {
		if c.Why == "" {
			return "none is needed"
		}
		return "none: " + strings.TrimPrefix(c.Why, "there is none; ")
	}
	return fmt.Sprintf("%s: %s", c.FallbackBy, *c.Fallback)
}

// String says how many tools are harmed.
func (h Harmed) String() string {
	if len(h.By) == 0 {
		return fmt.Sprintf("%s: 0 of %d tools", h.Mechanism, h.Tried)
	}
	return fmt.Sprintf("%s: %d of %d tools (%s)", h.Mechanism, len(h.By), h.Tried, strings.Join(h.By, ", "))
}
