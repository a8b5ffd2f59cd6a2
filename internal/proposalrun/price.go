package proposalrun

import (
	"context"
	"fmt"
	"strings"

	"assay/fixtures"
	"assay/fixtures/mechanisms"
	"assay/internal/proposal"
	"assay/reports"
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

// String is the price in a few words.
func (p Price) String() string {
	text := reports.Count(p.Documents, "document")
	if p.Tags > 0 {
		text += ", " + reports.Count(p.Tags, "tag")
	}
	return text + ", " + reports.Count(p.Requests, "request")
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
