package conformance

import (
	"context"
	"fmt"
	"net/http"

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
		if err := present(ctx, cfg, client); err != nil {
			return nil, &ConfigError{err}
		}
		return probeReadOnly(ctx, cfg, client), nil
	}
	// From here on content is pushed, which must be taken back: a probe that
	// began is finished.
	return probe(context.WithoutCancel(ctx), cfg, client), nil
}

// present says what of the content that the user named for a read-only run is not
// there: all that was judged of it would be wrong.
func present(ctx context.Context, cfg Config, client *wire.Client) error {
	repo, e := client.Repository(cfg.Repository), cfg.Existing
	manifest := func(reference string) *wire.Exchange { return repo.GetManifest(ctx, reference) }
	for _, named := range []struct {
		option, value string
		ask           func(string) *wire.Exchange
	}{
		{"--manifest", e.Manifest, manifest},
		{"--tag", e.Tag, manifest},
		{"--blob", e.Blob, func(d string) *wire.Exchange { return repo.GetBlob(ctx, d) }},
		{"--subject", e.Subject, func(d string) *wire.Exchange { return subject(ctx, repo, d) }},
	} {
		if named.value == "" {
			continue
		}
		if answer := named.ask(named.value); answer.Status == http.StatusNotFound {
			return fmt.Errorf("%s: %s is not in the repository %s (%s): name what is there", named.option, named.value, cfg.Repository, answer)
		}
	}
	return nil
}

// subject asks for the referrers of a manifest, which need not be there itself, and
// where there are none for the manifest.
func subject(ctx context.Context, repo *wire.Repository, d string) *wire.Exchange {
	list := repo.ListReferrers(ctx, d)
	var index struct {
		Manifests []any `json:"manifests"`
	}
	if list.OK() && list.JSON(&index) == nil && len(index.Manifests) > 0 {
		return list
	}
	return repo.GetManifest(ctx, d)
}
