package client

import (
	"context"
	"net/http"

	"assay/wire"
)

// delete deletes a tag, or a manifest by its digest. If the manifest had a subject and
// the registry does not have the referrers API, it is taken out of the list of its
// subject's referrers (distribution-spec, "Deleting Manifests").
func (c *client) delete(ctx context.Context, r *remote) error {
	reference := c.Step.Reference
	var m Manifest
	if isDigest(reference) || c.DeleteByDigest {
		// Afterwards, nothing says what its subject was.
		var err error
		if m, err = r.manifest(ctx, reference, nil); err != nil {
			return err
		}
		reference = m.Digest.String()
	}
	ex := r.ask(ctx, wire.EndManifestDel, http.MethodDelete, r.at("manifests/"+reference), toDelete)
	if !ex.OK() {
		return refusal(ex)
	}
	if m.Subject == nil {
		return nil
	}
	listed := r.ask(ctx, wire.EndReferrers, http.MethodGet, r.at("referrers/"+m.Subject.Digest.String()), toPull)
	if !noReferrers(listed) {
		return nil
	}
	return r.removeReferrer(ctx, m)
}
