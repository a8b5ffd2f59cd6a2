package conformance

import (
	"context"
	"fmt"
	"net/http"

	"assay/wire"
	"assay/wire/access"
)

// PreflightError says in one line why the target cannot be judged, and how to mend
// that.
type PreflightError = access.UnfitError

// preflight connects to the target, logs in, checks that the repository can be written,
// and probes the optional features. It judges nothing.
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
	// The probes below push content that must be deleted. So a probe that was started
	// is always finished.
	return probe(context.WithoutCancel(ctx), cfg, client), nil
}

// present returns an error if content that the user named for a read-only run does not
// exist: all judgements of it would be wrong.
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

// subject requests the referrers of a manifest. If there are none, it requests the
// manifest, because a subject need not exist itself.
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
