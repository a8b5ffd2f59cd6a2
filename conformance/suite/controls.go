package suite

import (
	"bytes"
	"context"
	"net/http"

	"assay/conformance/requirements"
	"assay/fixtures"
	"assay/wire"
)

// Controls are asked once something went wrong: whether the same goes wrong
// without what the spec is about. Then that is the finding, and the spec is
// blocked by it.

// ControlManifest pulls an ordinary manifest and ends the spec unless it comes
// back with 200 and byte for byte.
func (r *Repository) ControlManifest(ctx context.Context) {
	image := fixtures.NewImage(Nonce())
	r.PushManifest(ctx, image)
	pull := r.GetManifest(ctx, image.Digest.String())
	comesBack(pull, image.Data, requirements.PullManifestGetStatus, requirements.PullManifestGetBytes)
}

// ControlBlob is ControlManifest for a blob.
func (r *Repository) ControlBlob(ctx context.Context) {
	blob := fixtures.NewBlob(Nonce(), 64)
	r.PushBlob(ctx, blob)
	pull := r.GetBlob(ctx, blob.Digest.String())
	comesBack(pull, blob.Data, requirements.PullBlobGetStatus, requirements.PullBlobGetBytes)
}

func comesBack(pull *wire.Exchange, data []byte, status, content requirements.ID) {
	switch {
	case pull.Status != http.StatusOK:
		Blocked(status, pull, "ordinary content cannot be pulled either")
	case !bytes.Equal(pull.Body, data):
		Blocked(content, pull, "ordinary content comes back as something else, too")
	}
}

// ControlUnknownManifest ends the spec unless a manifest that nobody has is
// answered 404.
func (r *Repository) ControlUnknownManifest(ctx context.Context) {
	if pull := r.GetManifest(ctx, MissingDigest()); pull.Status != http.StatusNotFound {
		Blocked(requirements.PullManifestGetUnknown, pull, "what nobody has is not answered 404 either")
	}
}

// ControlUnknownBlob is ControlUnknownManifest for a blob.
func (r *Repository) ControlUnknownBlob(ctx context.Context) {
	if pull := r.GetBlob(ctx, MissingDigest()); pull.Status != http.StatusNotFound {
		Blocked(requirements.PullBlobGetUnknown, pull, "what nobody has is not answered 404 either")
	}
}
