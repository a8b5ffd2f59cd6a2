package suite

import (
	"context"
	"net/http"

	"assay/conformance/requirements"
	"assay/fixtures"
	"assay/wire"
)

// A control is sent after a check failed. It repeats the check with ordinary
// content. If that fails as well, the registry breaks a more general requirement:
// that one is the finding, and the spec is blocked by it. The manifests have blobs of
// their own, so that what is done to others does not reach them.

// ControlManifest pushes and pulls an ordinary manifest. It ends the spec unless each
// of two pulls returns 200 and the same bytes.
func (r *Repository) ControlManifest(ctx context.Context) {
	image := fixtures.NewImage(Nonce(), fixtures.WithOwnBlobs())
	r.PushManifest(ctx, image)
	comesBackTwice(func() *wire.Exchange { return r.GetManifest(ctx, image.Digest.String()) },
		image.Data, requirements.PullManifestGetStatus, requirements.PullManifestGetBytes)
}

// ControlTag is ControlManifest with a pull by tag.
func (r *Repository) ControlTag(ctx context.Context) {
	image, tag := fixtures.NewImage(Nonce(), fixtures.WithOwnBlobs()), Tag()
	r.PushTagged(ctx, tag, image)
	comesBackTwice(func() *wire.Exchange { return r.GetManifest(ctx, tag) },
		image.Data, requirements.PullManifestGetStatus, requirements.PullManifestGetBytes)
}

// ControlBlob is ControlManifest for a blob. Where one comes back changed, it tells whether
// pulling is at fault, or pushing in one PUT.
func (r *Repository) ControlBlob(ctx context.Context) {
	blob := fixtures.NewBlob(Nonce(), 64)
	r.PushBlob(ctx, blob)
	comesBackTwice(func() *wire.Exchange {
		pull := r.GetBlob(ctx, blob.Digest.String())
		if pull.OK() && !pull.Is(blob.Data) {
			r.ControlOtherUpload(ctx, len(blob.Data))
		}
		return pull
	}, blob.Data, requirements.PullBlobGetStatus, requirements.PullBlobGetBytes)
}

// ControlUpload is ControlBlob, and also for a blob that is pushed with POST, then PUT and
// in no other way. It ends the spec if that one is not stored.
func (r *Repository) ControlUpload(ctx context.Context) {
	r.ControlBlob(ctx)
	blob := fixtures.NewBlob(Nonce(), 64)
	Must(r.OpenUpload(ctx).PutWhole(ctx, blob), requirements.PushBlobPostPutStatus)
	if pull := r.GetBlob(ctx, blob.Digest.String()); !pull.OK() || !pull.Is(blob.Data) {
		Blocked(requirements.PushBlobPostPutStored, pull, "ordinary content is not stored by POST and PUT, either")
	}
}

// ControlOtherUpload is called when a blob that was pushed in one PUT came back
// changed. It pushes a blob of size bytes in chunks, and ends the spec if that blob
// comes back unchanged twice: then the upload in one PUT is what changes blobs.
func (r *Repository) ControlOtherUpload(ctx context.Context, size int) {
	session := r.OpenUpload(ctx)
	blob := fixtures.NewBlob(Nonce(), session.ChunkMinimum(size))
	session.Patch(ctx, blob.Chunks(len(blob.Data))[0])
	session.Put(ctx, blob)
	comesBack := func() (*wire.Exchange, bool) {
		pull := r.GetBlob(ctx, blob.Digest.String())
		return pull, pull.OK() && pull.Is(blob.Data)
	}
	if _, once := comesBack(); !once {
		return
	}
	if pull, twice := comesBack(); twice {
		Blocked(requirements.PushBlobPostPutStored, pull, "a blob that was pushed in chunks comes back unchanged, so the upload in one PUT is at fault")
	}
}

// comesBackTwice ends the spec unless each of two pulls returns 200 and the data. What
// comes back once alone breaks the requirement on content.
func comesBackTwice(pull func() *wire.Exchange, data []byte, status, content requirements.ID) {
	comesBack(pull(), data, status, content)
	comesBack(pull(), data, content, content)
}

func comesBack(pull *wire.Exchange, data []byte, status, content requirements.ID) {
	switch {
	case pull.Status != http.StatusOK || pull.Err != nil:
		Blocked(status, pull, "ordinary content cannot be pulled, either")
	case !pull.Is(data):
		Blocked(content, pull, "ordinary content comes back changed, too")
	}
}

// ControlUnknownManifest ends the spec unless a pull of a manifest that does not
// exist returns 404.
func (r *Repository) ControlUnknownManifest(ctx context.Context) {
	if pull := r.GetManifest(ctx, MissingDigest()); pull.Status != http.StatusNotFound {
		Blocked(requirements.PullManifestGetUnknown, pull, "a digest that does not exist does not return 404, either")
	}
}

// ControlUnknownTag is ControlUnknownManifest for a tag, beside another one.
func (r *Repository) ControlUnknownTag(ctx context.Context) {
	r.Occupy(ctx)
	if pull := r.GetManifest(ctx, Tag()); pull.Status != http.StatusNotFound {
		Blocked(requirements.PullManifestGetUnknown, pull, "a tag that does not exist does not return 404, either")
	}
}

// ControlUnknownBlob is ControlUnknownManifest for a blob.
func (r *Repository) ControlUnknownBlob(ctx context.Context) {
	if pull := r.GetBlob(ctx, MissingDigest()); pull.Status != http.StatusNotFound {
		Blocked(requirements.PullBlobGetUnknown, pull, "a digest that does not exist does not return 404, either")
	}
}
