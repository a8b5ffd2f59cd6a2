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

// putUnder completes an upload with the digest that name makes from the blob's digest.
func putUnder(ctx SpecContext, name func(digest.Digest) string) *wire.Exchange {
	repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
	return repo.PutUpload(ctx, repo.OpenUpload(ctx).Location, name(blob.Digest), blob.Data)
}

func tooShort(d digest.Digest) string { return d.String()[:len(d.String())-1] }

func noHex(d digest.Digest) string { return "sha256:" + strings.Repeat("z", len(d.Encoded())) }

func unknownAlgorithm(d digest.Digest) string { return "nosuchalgorithm:" + d.Encoded() }

func ofOtherContent(digest.Digest) string { return suite.MissingDigest() }

// needOtherStatus ends the spec if a digest that is wrong in a simpler way gets the
// same wrong status: then the simpler requirement is the one that is broken.
func needOtherStatus(ctx SpecContext, put *wire.Exchange, name func(digest.Digest) string, by require.ID) {
	if put.Status == http.StatusBadRequest {
		return
	}
	if other := putUnder(ctx, name); other.Status == put.Status {
		suite.Blocked(by, other, "another wrong digest gets the same status")
	}
}

// Other specs judge that such uploads are refused; these judge the status.
var _ = Describe("Completing an upload", func() {
	for _, c := range []struct {
		title string
		name  func(digest.Digest) string
	}{
		{"under a digest that is too short", tooShort},
		{"under a digest that is not hexadecimal", noHex},
	} {
		It(c.title+" returns 400 Bad Request", require.PushBlobDigestInvalidStatus, func(ctx SpecContext) {
			put := putUnder(ctx, c.name)
			if put.OK() {
				suite.Blocked(require.SecurityDigestMalformedPush, put, "the digest is accepted")
			}
			needOtherStatus(ctx, put, ofOtherContent, require.PushBlobPostPutDigestMismatchStatus)
			Expect(put).To(HaveStatus(http.StatusBadRequest))
		})
	}
	It("under a digest of an unknown algorithm returns 400 Bad Request", require.PushBlobDigestUnsupportedStatus, func(ctx SpecContext) {
		put := putUnder(ctx, unknownAlgorithm)
		if put.OK() {
			suite.Blocked(require.SecurityDigestUnknownAlgorithmBlob, put, "the digest is accepted")
		}
		needOtherStatus(ctx, put, ofOtherContent, require.PushBlobPostPutDigestMismatchStatus)
		needOtherStatus(ctx, put, tooShort, require.PushBlobDigestInvalidStatus)
		Expect(put).To(HaveStatus(http.StatusBadRequest))
	})
})
