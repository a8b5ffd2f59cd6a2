package suite

import (
	"context"

	"assay/conformance/requirements"
	"assay/fixtures"
	"assay/wire"
)

// LargeSize is the size in bytes of the largest blob that every run pushes. It is not a
// multiple of the size of a buffer, nor of a power of two.
const LargeSize = 5<<20 + 7

// largePush is a large blob and the last response to its push.
type largePush struct {
	blob   fixtures.Blob
	answer *wire.Exchange
}

// PushLarge pushes a blob of [LargeSize] bytes in one PUT, once for all specs, and
// returns the last response.
func PushLarge(ctx context.Context) (*Repository, fixtures.Blob, *wire.Exchange) {
	NeedPushed(ctx)
	pushed := looked(ctx, "a large blob", func(ctx context.Context) largePush {
		blob := fixtures.NewBlob(Nonce(), LargeSize)
		start := Repo(ctx).StartUpload(ctx)
		location, err := start.Location()
		if err != nil {
			return largePush{blob, start}
		}
		return largePush{blob, Repo(ctx).PutUpload(ctx, location, blob.Digest.String(), blob.Data, wire.Moving(LargeSize))}
	})
	if pushed.answer.Endpoint != wire.EndUploadPut {
		Blocked(requirements.PushBlobPostPutStartLocation, pushed.answer, "no upload could be started")
	}
	return Repo(ctx), pushed.blob, pushed.answer
}

// ALargeBlob returns a blob of [LargeSize] bytes in the first repository. It ends the
// spec if the registry does not accept one in one request, which it does not have to.
func ALargeBlob(ctx context.Context) (*Repository, fixtures.Blob) {
	repo, blob, push := PushLarge(ctx)
	if !push.OK() {
		Must(repo.PostThenPut(ctx, fixtures.NewBlob(Nonce(), 64)), requirements.PushBlobPostPutStatus)
		Blocked(requirements.PushBlobSize, push, "a blob of 5 MiB is not accepted in one request")
	}
	return repo, blob
}
