package suite

import (
	"context"
	"strings"

	"assay/conformance/requirements"
	"assay/fixtures"
	"assay/wire"
)

// PullBesideTags pushes an image under two tags, and another image under a tag that
// differs from the first in case alone. It returns the first image and what a pull of
// its first tag returns then.
func (r *Repository) PullBesideTags(ctx context.Context) (image fixtures.Manifest, pull *wire.Exchange) {
	image, tag := fixtures.NewImage(Nonce()), Tag()
	other := fixtures.NewImage(Nonce())
	r.PushTagged(ctx, tag, image)
	r.PushTagged(ctx, Tag(), image)
	r.PutManifest(ctx, strings.ToUpper(tag), other.MediaType, other.Data) // other specs judge that it is accepted
	return image, r.GetManifest(ctx, tag)
}

// ControlTags ends the spec if a tag is lost or moved when other tags are pushed: one
// of the same manifest, or one that differs in case alone.
func (r *Repository) ControlTags(ctx context.Context) {
	image, pull := r.PullBesideTags(ctx)
	if !pull.OK() {
		Blocked(requirements.PullManifestGetStatus, pull, "a tag cannot be pulled after other tags were pushed")
	}
	if !pull.Is(image.Data) {
		Blocked(requirements.PullManifestGetBytes, pull, "a tag returns the manifest of another tag that differs in case alone")
	}
}
