package suite

import (
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

// ControlTag is ControlManifest by tag.
func (r *Repository) ControlTag(ctx context.Context) {
	image, tag := fixtures.NewImage(Nonce()), Tag()
	r.PushTagged(ctx, tag, image)
	comesBack(r.GetManifest(ctx, tag), image.Data, requirements.PullManifestGetStatus, requirements.PullManifestGetBytes)
}

// ControlBlob is ControlManifest for a blob.
func (r *Repository) ControlBlob(ctx context.Context) {
	blob := fixtures.NewBlob(Nonce(), 64)
	r.PushBlob(ctx, blob)
	pull := r.GetBlob(ctx, blob.Digest.String())
	comesBack(pull, blob.Data, requirements.PullBlobGetStatus, requirements.PullBlobGetBytes)
}

// ControlOtherUpload ends the spec when a blob of size bytes that was pushed in
// chunks comes back as it was, as one that was pushed in one PUT does not: then it is the
// push that alters it.
func (r *Repository) ControlOtherUpload(ctx context.Context, size int) {
	session := r.OpenUpload(ctx)
	blob := fixtures.NewBlob(Nonce(), session.ChunkMinimum(size))
	session.Patch(ctx, blob.Chunks(len(blob.Data))[0])
	session.Put(ctx, blob)
	if pull := r.GetBlob(ctx, blob.Digest.String()); pull.OK() && pull.Is(blob.Data) {
		Blocked(requirements.PushBlobPostPutStored, pull, "a blob that was pushed in chunks comes back as it was")
	}
}

func comesBack(pull *wire.Exchange, data []byte, status, content requirements.ID) {
	switch {
	case pull.Status != http.StatusOK:
		Blocked(status, pull, "ordinary content cannot be pulled either")
	case !pull.Is(data):
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

// ControlUnknownTag is ControlUnknownManifest for a tag.
func (r *Repository) ControlUnknownTag(ctx context.Context) {
	if pull := r.GetManifest(ctx, Tag()); pull.Status != http.StatusNotFound {
		Blocked(requirements.PullManifestGetUnknown, pull, "a tag that nobody has is not answered 404 either")
	}
}

// ControlUnknownBlob is ControlUnknownManifest for a blob.
func (r *Repository) ControlUnknownBlob(ctx context.Context) {
	if pull := r.GetBlob(ctx, MissingDigest()); pull.Status != http.StatusNotFound {
		Blocked(requirements.PullBlobGetUnknown, pull, "what nobody has is not answered 404 either")
	}
}
