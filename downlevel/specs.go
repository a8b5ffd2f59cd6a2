package downlevel

import (
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"assay/reports"
	"assay/spec"
	"assay/wire"
)

// label selects the specs of the matrix among all that the program has.
const label = "downlevel"

// register adds the specs to the tree. It is called right before they run, so
// that no other run of this program sees them. They are in one container, which
// keeps their order.
func (b *bench) register(cells []cell, to spec.Reporter) {
	byText := map[string]cell{}
	var came *reports.Result // of the spec that runs
	ginkgo.Describe("downlevel:", ginkgo.Label(label), func() {
		for _, c := range cells {
			byText[c.result().Spec] = c
			ginkgo.It(c.result().Spec, ginkgo.Label(spec.NoRequirement), func(ctx ginkgo.SpecContext) {
				res := b.try(ctx, c)
				came = &res
			})
		}
	})
	ginkgo.ReportAfterEach(func(report ginkgo.SpecReport) {
		c, ok := byText[report.LeafNodeText]
		if !ok || !slices.Contains(report.Labels(), label) {
			return
		}
		res := c.result()
		res.Seconds = report.RunTime.Seconds()
		switch {
		case report.State.Is(types.SpecStateInterrupted | types.SpecStateAborted | types.SpecStateTimedout):
			res.Outcome, res.Message = reports.Skipped, "interrupted"
		case report.State.Is(types.SpecStateSkipped | types.SpecStatePending):
			res.Outcome, res.Message = reports.Skipped, "not selected"
		case report.State.Is(types.SpecStatePassed) && came != nil:
			res = *came
		default:
			res.Outcome, res.Message = reports.Error, wire.RedactText(report.Failure.Message+" "+report.Failure.ForwardedPanic)
		}
		came = nil
		to.Result(res, b.client.Requests())
	})
	ginkgo.ReportAfterSuite("why the run ended", func(report ginkgo.Report) {
		to.Ended(report.SpecialSuiteFailureReasons)
	})
}
