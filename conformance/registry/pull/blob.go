package pull

import (
	"fmt"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

var _ = Describe("Pulling a blob", func() {
	var (
		repo *suite.Repository
		blob fixtures.Blob
		pull *wire.Exchange
	)

	BeforeEach(func(ctx SpecContext) {
		repo, blob = suite.Repo(), fixtures.NewBlob(suite.Nonce(), 512)
		repo.PushBlob(ctx, blob)
		pull = repo.GetBlob(ctx, blob.Digest.String())
	})

	It("is answered 200", require.PullBlobGetStatus, func() {
		Expect(pull).To(HaveStatus(http.StatusOK))
	})
	It("gives the bytes that were pushed", require.PullBlobGetBytes, func() {
		suite.Must(pull, require.PullBlobGetStatus)
		Expect(pull).To(HaveBody(blob.Data))
	})
	It("names the digest", require.PullBlobGetDigestHeader, func() {
		suite.Must(pull, require.PullBlobGetStatus)
		Expect(pull).To(HaveAnyHeader("Docker-Content-Digest"))
	})
	It("names no digest of something else", require.PullBlobGetDigestValue, func() {
		suite.Must(pull, require.PullBlobGetStatus)
		Expect(pull).To(HaveDigestOf(blob.Data))
	})
})

var _ = Describe("Pulling a blob that is not there", func() {
	It("is answered 404", require.PullBlobGetUnknown, func(ctx SpecContext) {
		repo := suite.Repo()
		// The repository exists, and has another blob in it.
		repo.PushBlob(ctx, fixtures.NewBlob(suite.Nonce(), 64))
		Expect(repo.GetBlob(ctx, suite.MissingDigest())).To(HaveStatus(http.StatusNotFound))
	})
})

// A range that a registry honours is answered 206 with exactly that part; one
// that does not support ranges answers 200 with the whole (RFC 9110, section
// 14), which is no finding.
var _ = Describe("Pulling a part of a blob", func() {
	const size = 64
	for _, part := range []struct {
		ask         string
		first, last int
	}{
		{"bytes=0-9", 0, 9},
		{"bytes=10-19", 10, 19},
		{"bytes=60-", 60, 63},
		{"bytes=-4", 60, 63},
		{"bytes=60-100", 60, 63},
	} {
		It("follows Range: "+part.ask, require.PullBlobRange, func(ctx SpecContext) {
			repo, blob := suite.Repo(), fixtures.NewBlob(suite.Nonce(), size)
			repo.PushBlob(ctx, blob)
			pull := repo.GetBlob(ctx, blob.Digest.String(), wire.WithHeader("Range", part.ask))
			if pull.Status == http.StatusOK && string(pull.Body) == string(blob.Data) {
				suite.Absent(suite.Ranges, "a Range was answered with the whole blob")
			}
			Expect(pull).To(HaveStatus(http.StatusPartialContent))
			Expect(pull).To(HaveHeader("Content-Range", fmt.Sprintf("bytes %d-%d/%d", part.first, part.last, size)))
			Expect(pull).To(HaveBody(blob.Data[part.first : part.last+1]))
		})
	}
	It("refuses a Range behind the end", require.PullBlobRange, func(ctx SpecContext) {
		suite.Need(suite.Ranges)
		repo, blob := suite.Repo(), fixtures.NewBlob(suite.Nonce(), size)
		repo.PushBlob(ctx, blob)
		pull := repo.GetBlob(ctx, blob.Digest.String(), wire.WithHeader("Range", "bytes=1000-1999"))
		// A server may ignore the field, and then gives the whole.
		Expect(pull).To(HaveStatus(http.StatusRequestedRangeNotSatisfiable, http.StatusOK))
	})
})
