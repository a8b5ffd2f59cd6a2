package conformance

import (
	"context"

	"assay/conformance/suite"
	"assay/internal/access"
	"assay/wire"
)

// PreflightError says in one line why the target cannot be judged, and what to
// do.
type PreflightError = access.UnfitError

// preflight reaches the target, logs in, sees to it that the repository can be
// written, and finds out what is supported. It judges nothing.
func preflight(ctx context.Context, cfg Config, client *wire.Client) (suite.Features, error) {
	if err := access.Reach(ctx, cfg.access(), client, cfg.Repository); err != nil {
		return nil, err
	}
	if cfg.ReadOnly {
		return probeReadOnly(ctx, cfg, client), nil
	}
	// From here on content is pushed, which must be taken back: a probe that
	// began is finished.
	return probe(context.WithoutCancel(ctx), cfg, client), nil
}

// access is what of the configuration is about getting at the target.
func (c Config) access() access.Options {
	return access.Options{
		Target: c.Target, Embedded: c.Embedded, Username: c.Username, Password: c.Password,
		PlainHTTP: c.PlainHTTP, Insecure: c.Insecure, CAFile: c.CAFile, ClientCert: c.ClientCert, ClientKey: c.ClientKey,
		ReadOnly: c.ReadOnly, RequestTimeout: c.RequestTimeout, Version: c.Version,
	}
}
