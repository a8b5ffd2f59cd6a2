package spec

import (
	"context"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// Declare adds a node for each spec to the Ginkgo suite that is being built. The
// function carry runs the spec, and tells Ginkgo the result with Fail or Skip. So the
// suite can use Ginkgo's filters, seeds, reports and processes.
func Declare(text string, specs []Spec, carry func(context.Context, Spec)) bool {
	return ginkgo.Describe(text, func() {
		for _, s := range specs {
			ginkgo.It(s.Text, ginkgo.Label(s.Labels...), types.CodeLocation{FileName: s.File, LineNumber: s.Line}, func(ctx ginkgo.SpecContext) { carry(ctx, s) })
		}
	})
}
