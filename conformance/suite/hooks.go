package suite

import (
	"context"

	"github.com/onsi/ginkgo/v2"
)

// Hook adds what happens around each spec to the tree: its exchanges are
// recorded, what it pushed is taken back, its result is reported. It is called
// once, right before the specs run: a preview of the tree drops nodes that
// stand outside of containers.
func Hook() {
	ginkgo.BeforeEach(func() {
		spec := &transcript{}
		recording = spec
		needTarget()
		ginkgo.DeferCleanup(func() {
			spec.closed = true
			takeBack(&spec.left)
		})
	})
	ginkgo.AfterSuite(func() { takeBack(&shared) })
	ginkgo.ReportAfterEach(func(report ginkgo.SpecReport) {
		if res, ok := result(report); ok {
			state.Report(res, state.Client.Requests())
		}
	})
	ginkgo.ReportAfterSuite("why the run ended", func(report ginkgo.Report) {
		state.Ended(report.SpecialSuiteFailureReasons)
	})
}

// takeBack removes what is left in the registry, unless it is to be kept or
// there is nobody to ask.
func takeBack(left *leftovers) {
	if state.Keep || gone() != "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), cleanupTimeout)
	defer cancel()
	left.remove(ctx)
}
