package push

import (
	"context"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// expectBlobAtLocation judges that the Location of an answer gives the blob;
// by is what is broken when there is no Location to ask.
func expectBlobAtLocation(ctx context.Context, repo *suite.Repository, ex *wire.Exchange, b fixtures.Blob, by require.ID) {
	GinkgoHelper()
	location, err := ex.Location()
	if err != nil {
		suite.Blocked(by, ex, "there is no Location to pull from")
	}
	if !repo.HasBlob(ctx, b) {
		suite.Blocked(require.PushBlobPostPutStored, ex, "the blob is not in the repository")
	}
	pull := repo.Get(ctx, wire.EndBlob, location)
	Expect(pull).To(HaveStatus(http.StatusOK))
	Expect(pull).To(HaveBody(b.Data))
}

// expectStored judges that the blob can be pulled as it was pushed.
func expectStored(ctx context.Context, repo *suite.Repository, b fixtures.Blob) {
	GinkgoHelper()
	if head := repo.HeadBlob(ctx, b.Digest.String()); head.OK() {
		// It is there. What a GET makes of its bytes is judged where blobs
		// are pulled, unless this way of pushing it is to blame.
		if pull := repo.GetBlob(ctx, b.Digest.String()); !pull.OK() || string(pull.Body) == string(b.Data) {
			return
		}
	}
	pull := repo.GetBlob(ctx, b.Digest.String())
	Expect(pull).To(Check("the blob that was just pushed", func(ex *wire.Exchange) (string, bool) {
		if !ex.OK() {
			return "status " + wire.StatusText(ex.Status), false
		}
		return "other bytes (" + ex.BodyDigest.String() + ")", string(ex.Body) == string(b.Data)
	}))
}

// expectNotStored judges that no content answers to the blob's digest.
func expectNotStored(ctx context.Context, repo *suite.Repository, b fixtures.Blob) {
	GinkgoHelper()
	pull := repo.GetBlob(ctx, b.Digest.String())
	Expect(pull).To(Check("no content under a digest that it does not have", func(ex *wire.Exchange) (string, bool) {
		return "status " + wire.StatusText(ex.Status), !ex.OK()
	}))
}
