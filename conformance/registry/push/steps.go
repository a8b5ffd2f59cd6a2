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

// expectBlobAtLocation judges that the blob can be pulled from the Location of a
// response. absent is the requirement that is broken if there is no Location; stored
// is broken if the blob cannot be pulled by its digest, either.
func expectBlobAtLocation(ctx context.Context, repo *suite.Repository, ex *wire.Exchange, b fixtures.Blob, absent, stored require.ID) {
	location, err := ex.Location()
	if err != nil {
		suite.Blocked(absent, ex, "the response has no Location")
	}
	if !repo.HasBlob(ctx, b) {
		suite.Blocked(stored, ex, "the blob is not in the repository")
	}
	pull := repo.Get(ctx, wire.EndBlob, location)
	if pull.Status != http.StatusOK || pull.Err != nil || !pull.Is(b.Data) {
		repo.ControlBlob(ctx)
		if canonical := repo.GetBlob(ctx, b.Digest.String()); !isBlob(canonical, b) {
			suite.Blocked(stored, canonical, "the blob cannot be pulled unchanged by its digest, either")
		}
	}
	Expect(pull).To(HaveStatus(http.StatusOK))
	Expect(pull).To(HaveBody(b.Data))
}

// expectStored judges that the blob can be pulled unchanged. control pushes another
// blob of the same size in another way.
func expectStored(ctx context.Context, repo *suite.Repository, b fixtures.Blob, control otherWay) {
	pull := repo.GetBlob(ctx, b.Digest.String())
	if !isBlob(pull, b) {
		needSecondPull(ctx, repo)
	}
	if !pull.OK() && repo.HeadBlob(ctx, b.Digest.String()).OK() {
		return // the blob exists; the specs of pulls judge that it cannot be pulled
	}
	if isBlob(pull, b) {
		return
	}
	other := control.push(len(b.Data))
	again := repo.GetBlob(ctx, other.Digest.String())
	switch {
	case isBlob(again, other):
	case again.OK() && pull.OK():
		suite.Blocked(require.PullBlobGetBytes, again, "a blob that was pushed in another way comes back changed, too")
	case !again.OK() && !pull.OK() && control.stored != suite.Judging(ctx):
		suite.Blocked(control.stored, again, "a blob that was pushed in another way does not exist, either")
	}
	Expect(pull).To(Check("the blob that was just pushed", func(ex *wire.Exchange) (string, bool) {
		if !ex.OK() {
			return ex.StatusAndReason(), false
		}
		return "other bytes (" + ex.BodyDigest.String() + ")", isBlob(ex, b)
	}))
}

// needSecondPull ends the spec if a blob can be pulled only once, or if it is wrong
// from the second pull on.
func needSecondPull(ctx context.Context, repo *suite.Repository) {
	blob := fixtures.NewBlob(suite.Nonce(), 64)
	repo.PushBlob(ctx, blob)
	if !isBlob(repo.GetBlob(ctx, blob.Digest.String()), blob) {
		return // the spec itself finds the defect
	}
	if second := repo.GetBlob(ctx, blob.Digest.String()); !isBlob(second, blob) {
		suite.Blocked(require.PullBlobGetBytes, second, "a blob is not returned unchanged a second time")
	}
}

func isBlob(pull *wire.Exchange, b fixtures.Blob) bool {
	return pull.OK() && pull.Is(b.Data)
}

// otherWay is a way to push a blob; stored is the requirement that it is stored.
type otherWay struct {
	stored require.ID
	push   func(size int) fixtures.Blob
}

// inChunks and inOnePut push another blob, as a control.
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

// expectNotStored judges that nothing is stored under the blob's digest, and that the
// response to the push does not say so.
func expectNotStored(ctx context.Context, repo *suite.Repository, answer *wire.Exchange, b fixtures.Blob) {
	pull := repo.GetBlob(ctx, b.Digest.String())
	if pull.OK() {
		repo.ControlUnknownBlob(ctx)
	}
	Expect(pull).To(Check("no blob under this digest, which is the digest of other content", func(ex *wire.Exchange) (string, bool) {
		return ex.StatusAndReason(), !ex.OK()
	}))
	Expect(answer).To(Check("a refusal, because the digest is that of other content", func(ex *wire.Exchange) (string, bool) {
		return "status " + wire.StatusText(ex.Status) + ", and no blob under the digest", !ex.OK()
	}))
}

// needNotStored ends the spec if the content was stored under the digest of other
// content: that is another requirement, and the status only follows from it.
func needNotStored(ctx context.Context, repo *suite.Repository, answer *wire.Exchange, b fixtures.Blob, by require.ID) {
	if !answer.OK() {
		return
	}
	if pull := repo.GetBlob(ctx, b.Digest.String()); pull.OK() {
		repo.ControlUnknownBlob(ctx)
		suite.Blocked(by, pull, "the blob was stored under the digest of other content")
	}
	suite.Blocked(by, answer, "a push under the digest of other content succeeds")
}
