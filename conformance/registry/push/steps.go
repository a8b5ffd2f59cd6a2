package push

import (
	"context"
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// expectBlobAtLocation judges that the Location of an answer gives the blob;
// absent is what is broken when there is no Location to ask, and stored when the
// blob is not what is under its digest either.
func expectBlobAtLocation(ctx context.Context, repo *suite.Repository, ex *wire.Exchange, b fixtures.Blob, absent, stored require.ID) {
	location, err := ex.Location()
	if err != nil {
		suite.Blocked(absent, ex, "there is no Location to pull from")
	}
	if !repo.HasBlob(ctx, b) {
		suite.Blocked(stored, ex, "the blob is not in the repository")
	}
	pull := repo.Get(ctx, wire.EndBlob, location)
	if pull.Status != http.StatusOK || !pull.Is(b.Data) {
		repo.ControlBlob(ctx)
		if canonical := repo.GetBlob(ctx, b.Digest.String()); !isBlob(canonical, b) {
			suite.Blocked(stored, canonical, "its digest does not give the blob either")
		}
	}
	Expect(pull).To(HaveStatus(http.StatusOK))
	Expect(pull).To(HaveBody(b.Data))
}

// expectStored judges that the blob can be pulled as it was pushed; control
// pushes another one, of as many bytes, in another way.
func expectStored(ctx context.Context, repo *suite.Repository, b fixtures.Blob, control otherWay) {
	pull := repo.GetBlob(ctx, b.Digest.String())
	if !pull.OK() && repo.HeadBlob(ctx, b.Digest.String()).OK() {
		return // it is there; that it cannot be pulled is judged where blobs are
	}
	if isBlob(pull, b) {
		return
	}
	other := control.push(len(b.Data))
	again := repo.GetBlob(ctx, other.Digest.String())
	switch {
	case isBlob(again, other):
	case again.OK() && pull.OK():
		suite.Blocked(require.PullBlobGetBytes, again, "a blob that was pushed in another way does not come back either")
	case !again.OK() && !pull.OK() && control.stored != suite.Judging(ctx):
		suite.Blocked(control.stored, again, "a blob that was pushed in another way is not there either")
	}
	Expect(pull).To(Check("the blob that was just pushed", func(ex *wire.Exchange) (string, bool) {
		if !ex.OK() {
			return "status " + wire.StatusText(ex.Status), false
		}
		return "other bytes (" + ex.BodyDigest.String() + ")", isBlob(ex, b)
	}))
}

func isBlob(pull *wire.Exchange, b fixtures.Blob) bool {
	return pull.OK() && pull.Is(b.Data)
}

// otherWay is a way to push a blob; stored is the requirement that it is kept.
type otherWay struct {
	stored require.ID
	push   func(size int) fixtures.Blob
}

// inChunks and inOnePut push another blob, as controls.
func inChunks(ctx context.Context, repo *suite.Repository) otherWay {
	return otherWay{require.PushBlobChunkStored, func(int) fixtures.Blob {
		session := repo.OpenUpload(ctx)
		blob, parts := chunks(session)
		for _, part := range parts {
			session.Patch(ctx, part)
		}
		session.Put(ctx, blob)
		return blob
	}}
}

func inOnePut(ctx context.Context, repo *suite.Repository) otherWay {
	return otherWay{require.PushBlobPostPutStored, func(size int) fixtures.Blob {
		blob := fixtures.NewBlob(suite.Nonce(), size)
		repo.OpenUpload(ctx).PutWhole(ctx, blob)
		return blob
	}}
}

// expectNotStored judges that no content answers to the blob's digest.
func expectNotStored(ctx context.Context, repo *suite.Repository, b fixtures.Blob) {
	pull := repo.GetBlob(ctx, b.Digest.String())
	if pull.OK() {
		repo.ControlUnknownBlob(ctx)
	}
	Expect(pull).To(Check("no content under a digest that it does not have", func(ex *wire.Exchange) (string, bool) {
		return "status " + wire.StatusText(ex.Status), !ex.OK()
	}))
}

// needNotStored ends the spec when the content was stored under a digest that
// it does not have: then the status says what was done, and that is wrong.
func needNotStored(ctx context.Context, repo *suite.Repository, answer *wire.Exchange, b fixtures.Blob, by require.ID) {
	if !answer.OK() {
		return
	}
	if pull := repo.GetBlob(ctx, b.Digest.String()); pull.OK() {
		repo.ControlUnknownBlob(ctx)
		suite.Blocked(by, pull, "the content was stored under that digest")
	}
}
