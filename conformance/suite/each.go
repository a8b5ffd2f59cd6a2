package suite

import (
	"context"

	"assay/conformance/matchers"
	"assay/fixtures"
	"assay/wire"
)

// AskEach sends one request for each shape, all at the same time. How begins the
// title of each case, as in "GET of ".
func AskEach(ctx context.Context, how string, shapes []fixtures.Shape, ask func(ctx context.Context, text string) *wire.Exchange) []matchers.Case {
	cases := make([]matchers.Case, len(shapes))
	var steps []func(context.Context)
	for i, s := range shapes {
		steps = append(steps, func(ctx context.Context) { cases[i] = matchers.Case{Title: how + s.Title, Exchange: ask(ctx, s.Text)} })
	}
	Concurrently(ctx, steps...)
	return cases
}
