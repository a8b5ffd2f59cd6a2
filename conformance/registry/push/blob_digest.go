package push

import (
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// putUnder ends an upload under what name makes of the blob's digest.
func putUnder(ctx SpecContext, name func(digest.Digest) string) *wire.Exchange {
	repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
	return repo.PutUpload(ctx, repo.OpenUpload(ctx).Location, name(blob.Digest), blob.Data)
}

func tooShort(d digest.Digest) string { return d.String()[:len(d.String())-1] }

func noHex(d digest.Digest) string { return "sha256:" + strings.Repeat("z", len(d.Encoded())) }

func unknownAlgorithm(d digest.Digest) string { return "nosuchalgorithm:" + d.Encoded() }

func ofSomethingElse(digest.Digest) string { return suite.MissingDigest() }

// needOtherStatus ends the spec when what is less of a mistake is answered in
// the same wrong way: it is that answer that is wrong then.
func needOtherStatus(ctx SpecContext, put *wire.Exchange, name func(digest.Digest) string, by require.ID) {
	if put.Status == http.StatusBadRequest {
		return
	}
	if other := putUnder(ctx, name); other.Status == put.Status {
		suite.Blocked(by, other, "another bad digest is answered in the same way")
	}
}

// That such uploads are not taken is judged elsewhere; here it is the status.
var _ = Describe("Ending an upload", func() {
	for _, c := range []struct {
		title string
		name  func(digest.Digest) string
	}{
		{"with a digest that is too short", tooShort},
		{"with a digest that is no hexadecimal number", noHex},
	} {
		It(c.title+" is answered 400", require.PushBlobDigestInvalidStatus, func(ctx SpecContext) {
			put := putUnder(ctx, c.name)
			if put.OK() {
				suite.Blocked(require.SecurityDigestMalformedPush, put, "the digest is taken")
			}
			needOtherStatus(ctx, put, ofSomethingElse, require.PushBlobPostPutDigestMismatchStatus)
			Expect(put).To(HaveStatus(http.StatusBadRequest))
		})
	}
	It("with a digest of an unknown algorithm is answered 400", require.PushBlobDigestUnsupportedStatus, func(ctx SpecContext) {
		put := putUnder(ctx, unknownAlgorithm)
		if put.OK() {
			suite.Blocked(require.SecurityDigestUnknownAlgorithmBlob, put, "the digest is taken")
		}
		needOtherStatus(ctx, put, ofSomethingElse, require.PushBlobPostPutDigestMismatchStatus)
		needOtherStatus(ctx, put, tooShort, require.PushBlobDigestInvalidStatus)
		Expect(put).To(HaveStatus(http.StatusBadRequest))
	})
})
