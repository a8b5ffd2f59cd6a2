package conformance

import (
	"context"
	"sync"

	"github.com/onsi/ginkgo/v2"

	"assay/conformance/spec"
	"assay/conformance/suite"
	"assay/reports"
	"assay/wire/access"
)

// Describe makes the specs that cfg selects nodes of the Ginkgo suite of the
// caller, in a container called text: for registries whose own tests are Ginkgo's.
// A MUST that is not kept fails its spec, with Strict a SHOULD, too; what is not
// supported or cannot be judged is skipped, with the reason. What is judged over all
// exchanges of a run (package sweep) is not among the nodes. An error is a
// *[ConfigError]; what is wrong with the target fails each spec.
func Describe(text string, cfg Config) error {
	cfg = cfg.withDefaults()
	specs, err := chosen(cfg)
	if err != nil {
		return &ConfigError{err}
	}
	byText := map[string]planned{}
	var all []spec.Spec
	for _, p := range specs {
		byText[p.spec.Text] = p
		all = append(all, p.spec)
	}
	start := sync.OnceValues(func() (*suite.Run, error) {
		client, err := access.Connect(cfg.Settings)
		if err != nil {
			return nil, err
		}
		probed, err := preflight(context.Background(), cfg, client)
		if err != nil {
			return nil, err
		}
		return newRun(cfg, client, probed, nil), nil
	})
	ginkgo.AfterSuite(func() {
		if run, err := start(); err == nil {
			run.End()
		}
	})
	spec.Declare(text, all, func(ctx context.Context, s spec.Spec) {
		run, err := start()
		if err != nil {
			ginkgo.Fail(err.Error())
		}
		res := run.Carry(ctx, s, byText[s.Text].result)
		switch {
		case res.Failed(cfg.Strict):
			ginkgo.AddReportEntry(res.Requirement, res.Curl)
			ginkgo.Fail(res.Summary + "\n" + res.Message + "\n" + res.Link)
		case res.Outcome != reports.Pass:
			ginkgo.Skip(string(res.Outcome) + ": " + res.Message)
		}
	})
	return nil
}
