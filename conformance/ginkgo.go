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

// Describe adds the specs that cfg selects to the caller's Ginkgo suite, in a container
// called text. It is for registries whose own tests use Ginkgo. A spec fails if a MUST
// is not kept, with Strict also if a SHOULD is not kept. It is skipped, with the
// reason, if it is not supported or cannot judge. The requirements on all exchanges of
// a run (package sweep) are not judged. The error is a *[ConfigError]. If the target
// cannot be judged, each spec fails.
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
