package conformance

import (
	"context"
	"sync"

	"assay/conformance/spec"
	"assay/conformance/suite"
	"assay/reports"
	"assay/wire/access"
)

// External is a spec for another framework of tests, which selects and runs it.
type External struct {
	spec.Spec
	// Judge runs the spec. An error says why the target cannot be judged.
	Judge func(context.Context) (reports.Result, error)
}

// Externals returns the specs that cfg selects, and a function that ends their run: it
// deletes what they pushed. The run begins with the first spec. The requirements on all
// exchanges of a run (package sweep) are not judged. The error is a *[ConfigError].
func Externals(cfg Config) (specs []External, end func(), err error) {
	cfg = cfg.withDefaults()
	all, err := chosen(cfg)
	if err != nil {
		return nil, nil, &ConfigError{err}
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
	for _, p := range all {
		specs = append(specs, External{p.spec, func(ctx context.Context) (reports.Result, error) {
			run, err := start()
			if err != nil {
				return reports.Result{}, err
			}
			return run.Carry(ctx, p.spec, p.result), nil
		}})
	}
	end = func() {
		if run, err := start(); err == nil {
			run.End()
		}
	}
	return specs, end, nil
}
