package conformance

import (
	"context"

	"assay/wire"
	"assay/wire/access"
)

// PreflightError says in one line why the target cannot be judged, and what to
// do.
type PreflightError = access.UnfitError

// preflight reaches the target, logs in, sees to it that the repository can be
// written, and finds out what is supported. It judges nothing.
func preflight(ctx context.Context, cfg Config, client *wire.Client) (*prober, error) {
	if err := access.Reach(ctx, cfg.Settings, client, cfg.Repository); err != nil {
		return nil, err
	}
	if cfg.ReadOnly {
		return probeReadOnly(ctx, cfg, client), nil
	}
	// From here on content is pushed, which must be taken back: a probe that
	// began is finished.
	return probe(context.WithoutCancel(ctx), cfg, client), nil
}
