package wire

import (
	"context"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/fixtures"
)

// UploadBlob uploads the blob to the repository, with the first kind of upload that
// works. It returns the answer to the first kind, which is the ordinary one, and
// whether the blob is there.
func (r *Repository) UploadBlob(ctx context.Context, b fixtures.Blob) (*Exchange, bool) {
	var first *Exchange
	for _, upload := range []func(context.Context, fixtures.Blob) *Exchange{r.PostThenPut, r.postSingle, r.chunked} {
		answer := upload(ctx, b)
		if first == nil {
			first = answer
		}
		if r.HasBlob(ctx, b) {
			return first, true
		}
	}
	return first, false
}

// PostThenPut pushes a blob in two requests, and returns the answer to the last
// that could be sent.
func (r *Repository) PostThenPut(ctx context.Context, b fixtures.Blob) *Exchange {
	start := r.startFor(ctx, b)
	location, err := start.Location()
	if err != nil {
		return start
	}
	return r.PutUpload(ctx, location, b.Digest.String(), b.Data)
}

func (r *Repository) postSingle(ctx context.Context, b fixtures.Blob) *Exchange {
	return r.PostBlob(ctx, b.Digest.String(), b.Data)
}

func (r *Repository) chunked(ctx context.Context, b fixtures.Blob) *Exchange {
	start := r.startFor(ctx, b)
	location, err := start.Location()
	if err != nil || len(b.Data) == 0 {
		return start
	}
	chunk := r.PatchUpload(ctx, location, b.Chunks(len(b.Data))[0].ContentRange(), b.Data)
	if next, err := chunk.Location(); err == nil {
		location = next
	}
	return r.PutUpload(ctx, location, b.Digest.String(), nil)
}

// startFor opens a session, and says so when the digest is not sha256.
func (r *Repository) startFor(ctx context.Context, b fixtures.Blob) *Exchange {
	if a := b.Digest.Algorithm(); a != "sha256" {
		return r.StartUpload(ctx, WithQuery("digest-algorithm", a.String()))
	}
	return r.StartUpload(ctx)
}

// HasBlob asks with HEAD whether the blob is there. If the answer does not say that it
// is, it asks with GET.
func (r *Repository) HasBlob(ctx context.Context, b fixtures.Blob) bool {
	return r.HeadBlob(ctx, b.Digest.String()).OK() || r.GetBlob(ctx, b.Digest.String()).OK()
}

// TakeBackBlob deletes a blob that was pushed here. If the registry has one store of
// blobs for all repositories, it does not delete blobs that others may push, too,
// because they would lose them. The empty blob of image-spec is always such a blob.
func (r *Repository) TakeBackBlob(ctx context.Context, d string, others bool) {
	others = others || d == ocispec.DescriptorEmptyJSON.Digest.String()
	if others && r.client.Repository(r.name+"/elsewhere").HeadBlob(ctx, d).OK() {
		return
	}
	r.DeleteBlob(ctx, d)
}

// HasManifest asks whether the reference is there, by HEAD or GET.
func (r *Repository) HasManifest(ctx context.Context, reference string) bool {
	return r.HeadManifest(ctx, reference).OK() || r.GetManifest(ctx, reference).OK()
}
