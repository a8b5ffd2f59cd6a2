package suite

import (
	"context"

	"assay/fixtures"
)

// Beside is a way to attach artifacts to an image that is only proposed.
type Beside struct {
	Title string
	// Attach makes the artifacts for an image, in the order in which they are pushed.
	Attach func(image fixtures.Manifest) []Pushed
}

// Pushed is a manifest with the tag or the digest that it is pushed by.
type Pushed struct {
	fixtures.Manifest
	Title     string
	Reference string
}

// ProposedWay returns the proposed way to attach artifacts that the run tries; nil if it
// tries those that are in use.
func ProposedWay(ctx context.Context) *Beside { return of(ctx).run.Beside }
