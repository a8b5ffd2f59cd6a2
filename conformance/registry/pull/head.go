package pull

import (
	"fmt"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// haveLength wants Content-Length to be the size in bytes.
func haveLength(size int) types.GomegaMatcher {
	return Check(fmt.Sprintf("Content-Length: %d", size), func(ex *wire.Exchange) (string, bool) {
		value := ex.Header.Get("Content-Length")
		if value == "" {
			return "no Content-Length", false
		}
		return "Content-Length: " + value, value == fmt.Sprint(size)
	})
}

// need200 ends the spec unless the status is the one whose answer has a length:
// others must not have one.
func need200(head *wire.Exchange, by require.ID) {
	if head.Status != http.StatusOK {
		suite.Blocked(by, head, "the answer is not 200")
	}
}

var _ = Describe("Asking whether a manifest exists", func() {
	var (
		image fixtures.Manifest
		head  *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		var repo *suite.Repository
		var tag string
		repo, image, tag = suite.AnImage(ctx)
		head = repo.HeadManifest(ctx, tag)
	})

	It("is answered 200", require.PullManifestHeadStatus, func() {
		Expect(head).To(HaveStatus(http.StatusOK))
	})
	It("names the digest", require.PullManifestHeadDigestHeader, func() {
		suite.Must(head, require.PullManifestHeadStatus)
		Expect(head).To(HaveAnyHeader("Docker-Content-Digest"))
	})
	It("names no digest of something else", require.PullManifestHeadDigestValue, func() {
		suite.Must(head, require.PullManifestHeadStatus)
		Expect(head).To(HaveDigestOf(image.Data))
	})
	It("tells the size", require.PullManifestHeadLength, func() {
		need200(head, require.PullManifestHeadStatus)
		Expect(head).To(haveLength(len(image.Data)))
	})
})

var _ = Describe("Asking whether a blob exists", func() {
	var (
		blob fixtures.Blob
		head *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		var repo *suite.Repository
		repo, blob = suite.ABlob(ctx, 333)
		head = repo.HeadBlob(ctx, blob.Digest.String())
	})

	It("is answered 200", require.PullBlobHeadStatus, func() {
		Expect(head).To(HaveStatus(http.StatusOK))
	})
	It("names the digest", require.PullBlobHeadDigestHeader, func() {
		suite.Must(head, require.PullBlobHeadStatus)
		Expect(head).To(HaveAnyHeader("Docker-Content-Digest"))
	})
	It("names no digest of something else", require.PullBlobHeadDigestValue, func() {
		suite.Must(head, require.PullBlobHeadStatus)
		Expect(head).To(HaveDigestOf(blob.Data))
	})
	It("tells the size", require.PullBlobHeadLength, func() {
		need200(head, require.PullBlobHeadStatus)
		Expect(head).To(haveLength(len(blob.Data)))
	})
})

// expectUnknown judges that what is not there is answered 404. Where what is
// there is refused alike, the method is what is refused.
func expectUnknown(unknown *wire.Exchange, by require.ID, known func() *wire.Exchange) {
	GinkgoHelper()
	if unknown.Status != http.StatusNotFound {
		if existing := known(); !existing.OK() && existing.Status == unknown.Status {
			suite.Blocked(by, existing, "what is there is answered so, too")
		}
	}
	Expect(unknown).To(HaveStatus(http.StatusNotFound))
}

var _ = Describe("Asking for what is not there", func() {
	var repo *suite.Repository

	BeforeEach(func(ctx SpecContext) {
		repo = suite.Occupied(ctx)
	})

	It("is answered 404 for a tag", require.PullManifestHeadUnknown, func(ctx SpecContext) {
		expectUnknown(repo.HeadManifest(ctx, suite.Tag()), require.PullManifestHeadStatus, func() *wire.Exchange {
			_, _, tag := suite.AnImage(ctx)
			return repo.HeadManifest(ctx, tag)
		})
	})
	It("is answered 404 for a manifest's digest", require.PullManifestHeadUnknown, func(ctx SpecContext) {
		expectUnknown(repo.HeadManifest(ctx, suite.MissingDigest()), require.PullManifestHeadStatus, func() *wire.Exchange {
			_, image, _ := suite.AnImage(ctx)
			return repo.HeadManifest(ctx, image.Digest.String())
		})
	})
	It("is answered 404 for a blob", require.PullBlobHeadUnknown, func(ctx SpecContext) {
		expectUnknown(repo.HeadBlob(ctx, suite.MissingDigest()), require.PullBlobHeadStatus, func() *wire.Exchange {
			_, blob := suite.ABlob(ctx, 333)
			return repo.HeadBlob(ctx, blob.Digest.String())
		})
	})
})
