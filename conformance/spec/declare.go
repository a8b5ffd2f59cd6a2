package spec

import (
	"context"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// Declare makes the specs nodes of the Ginkgo suite that is being built, one for
// each: carry carries out the spec and tells Ginkgo what came of it, by Fail or
// Skip. Ginkgo's filters, seeds, reports and processes are then those of the suite.
func Declare(text string, specs []Spec, carry func(context.Context, Spec)) bool {
	return ginkgo.Describe(text, func() {
		for _, s := range specs {
			ginkgo.It(s.Text, ginkgo.Label(s.Labels...), types.CodeLocation{FileName: s.File, LineNumber: s.Line}, func(ctx ginkgo.SpecContext) { carry(ctx, s) })
		}
	})
}
