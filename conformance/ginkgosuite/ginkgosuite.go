// Package ginkgosuite adds the specs to a suite of Ginkgo. It is a package of its own,
// because the commands do not need Ginkgo's runner, and it takes long to compile.
package ginkgosuite

import (
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"assay/conformance"
	"assay/reports"
)

// Describe adds the specs that cfg selects to the caller's Ginkgo suite, in a container
// called text. It is for registries whose own tests use Ginkgo: the suite can use its
// filters, seeds, reports and processes. A spec fails if a MUST is not kept, with Strict
// also if a SHOULD is not kept. It is skipped, with the reason, if it is not supported
// or cannot judge. The requirements on all exchanges of a run (package sweep) are not
// judged. The error is a *[conformance.ConfigError]. If the target cannot be judged, each
// spec fails.
func Describe(text string, cfg conformance.Config) error {
	specs, end, err := conformance.Externals(cfg)
	if err != nil {
		return err
	}
	ginkgo.AfterSuite(end)
	ginkgo.Describe(text, func() {
		for _, s := range specs {
			ginkgo.It(s.Text, ginkgo.Label(s.Labels...), types.CodeLocation{FileName: s.File, LineNumber: s.Line}, func(ctx ginkgo.SpecContext) {
				res, err := s.Judge(ctx)
				switch {
				case err != nil:
					ginkgo.Fail(err.Error())
				case res.Failed(cfg.Strict):
					ginkgo.AddReportEntry(res.Requirement, res.Curl)
					ginkgo.Fail(res.Summary + "\n" + res.Message + "\n" + res.Link)
				case res.Outcome != reports.Pass:
					ginkgo.Skip(string(res.Outcome) + ": " + res.Message)
				}
			})
		}
	})
	return nil
}
