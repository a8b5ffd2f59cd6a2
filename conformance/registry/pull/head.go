package pull

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
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
		told, err := strconv.ParseUint(value, 10, 63)
		return "Content-Length: " + value, err == nil && told == uint64(size)
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
	for _, k := range kinds {
		for _, by := range []string{"tag", "digest"} {
			Context("which is "+k.title+", by "+by, func() {
				var (
					m    fixtures.Manifest
					head *wire.Exchange
				)

				found := suite.Once(func(ctx context.Context) asked {
					return k.ask(ctx, by, func(repo *suite.Repository, reference string) *wire.Exchange {
						return repo.HeadManifest(ctx, reference)
					})
				})

				BeforeEach(func(ctx SpecContext) {
					got := found(ctx)
					m, head = got.m, got.answer
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
					Expect(head).To(HaveDigestOf(m.Data))
				})
				It("tells the size", require.PullManifestHeadLength, func() {
					need200(head, require.PullManifestHeadStatus)
					Expect(head).To(haveLength(len(m.Data)))
				})
			})
		}
	}
})

var _ = Describe("Asking whether a blob exists", func() {
	var (
		blob fixtures.Blob
		head *wire.Exchange
	)
	type asked struct {
		blob   fixtures.Blob
		answer *wire.Exchange
	}
	found := suite.Once(func(ctx context.Context) asked {
		repo, blob := suite.ABlob(ctx, 333)
		return asked{blob, repo.HeadBlob(ctx, blob.Digest.String())}
	})

	BeforeEach(func(ctx SpecContext) {
		got := found(ctx)
		blob, head = got.blob, got.answer
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
