package suite

import (
	"context"
	"strings"

	"assay/conformance/requirements"
	"assay/fixtures"
	"assay/wire"
)

// PullTwoTags pushes one manifest under two tags, and pulls it by the first.
func (r *Repository) PullTwoTags(ctx context.Context) (image fixtures.Manifest, pull *wire.Exchange) {
	image = fixtures.NewImage(Nonce())
	first := Tag()
	r.PushTagged(ctx, first, image)
	r.PushTagged(ctx, Tag(), image)
	return image, r.GetManifest(ctx, first)
}

// PullCases pushes two manifests under tags that differ in case alone, and pulls the
// first.
func (r *Repository) PullCases(ctx context.Context) (image fixtures.Manifest, pull *wire.Exchange) {
	image = fixtures.NewImage(Nonce())
	tag := Tag()
	r.PushTagged(ctx, tag, image)
	other := fixtures.NewImage(Nonce())
	r.PushContent(ctx, other)
	r.PutManifest(ctx, strings.ToUpper(tag), other.MediaType, other.Data) // other specs judge that it is accepted
	return image, r.GetManifest(ctx, tag)
}

// ControlTags ends the spec if a tag is lost or moved when another one is pushed: of
// the same manifest, or one that differs in case alone.
func (r *Repository) ControlTags(ctx context.Context) {
	if _, pull := r.PullTwoTags(ctx); !pull.OK() {
		Blocked(requirements.PullManifestGetStatus, pull, "a tag cannot be pulled after another one was pushed for its manifest")
	}
	if image, pull := r.PullCases(ctx); pull.OK() && !pull.Is(image.Data) {
		Blocked(requirements.PullManifestGetBytes, pull, "a tag returns the manifest of another tag that differs in case alone")
	}
}
