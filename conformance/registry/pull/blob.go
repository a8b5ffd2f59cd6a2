package pull

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strconv"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
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

	type asked struct {
		blob   fixtures.Blob
		answer *wire.Exchange
	}
	pulled := suite.Once(func(ctx context.Context) asked {
		repo, blob := suite.ABlob(ctx, 512)
		return asked{blob, repo.GetBlob(ctx, blob.Digest.String())}
	})

	BeforeEach(func(ctx SpecContext) {
		got := pulled(ctx)
		repo, blob, pull = suite.Repo(ctx), got.blob, got.answer
	})

	It("returns 200 OK", require.PullBlobGetStatus, func() {
		Expect(pull).To(HaveStatus(http.StatusOK))
	})
	It("returns the bytes that were pushed", require.PullBlobGetBytes, func(ctx SpecContext) {
		suite.Must(pull, require.PullBlobGetStatus)
		if !pull.Is(blob.Data) && !suite.ReadOnly(ctx) {
			repo.ControlOtherUpload(ctx, len(blob.Data))
		}
		Expect(pull).To(HaveBody(blob.Data))
	})
	It("returns a Docker-Content-Digest", require.PullBlobGetDigestHeader, func() {
		suite.Must(pull, require.PullBlobGetStatus)
		Expect(pull).To(HaveAnyHeader("Docker-Content-Digest"))
	})
	It("returns no digest of other content", require.PullBlobGetDigestValue, func() {
		suite.Must(pull, require.PullBlobGetStatus)
		Expect(pull).To(HaveDigestOf(blob.Data))
	})
})

var _ = Describe("Pulling a blob of one mebibyte", func() {
	It("returns all its bytes", require.PullBlobGetBytes, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		repo, blob := suite.ABlob(ctx, 1<<20)
		pull := suite.Must(repo.GetBlob(ctx, blob.Digest.String()), require.PullBlobGetStatus)
		if !pull.Is(blob.Data) {
			repo.ControlOtherUpload(ctx, len(blob.Data))
		}
		Expect(pull).To(HaveBody(blob.Data))
	})
})

var _ = Describe("Pulling a blob that does not exist", func() {
	It("returns 404 Not Found", require.PullBlobGetUnknown, func(ctx SpecContext) {
		repo := suite.Occupied(ctx)
		Expect(repo.GetBlob(ctx, suite.MissingDigest())).To(HaveStatus(http.StatusNotFound))
	})
})

type byteRange struct{ first, last int }

var contentRangePattern = regexp.MustCompile(`(?i)^bytes (\d{1,9})-(\d{1,9})/(\d+|\*)$`)

// contentRange reads the Content-Range of a part of a blob of size bytes. The header
// may give "*" for the size (RFC 9110, section 14.4).
func contentRange(ex *wire.Exchange, size int) (byteRange, bool) {
	parts := contentRangePattern.FindStringSubmatch(ex.Header.Get("Content-Range"))
	if parts == nil || parts[3] != "*" && parts[3] != strconv.Itoa(size) {
		return byteRange{}, false
	}
	first, _ := strconv.Atoi(parts[1]) // at most nine digits
	last, _ := strconv.Atoi(parts[2])
	return byteRange{first, last}, first <= last && last < size
}

// A registry that supports ranges returns 206 with the part, or with the beginning of
// the part (RFC 9110, section 15.3.7). A registry that does not returns 200 with the
// whole blob (section 14), which is no finding.
var _ = Describe("Pulling a part of a blob", func() {
	for _, part := range []struct {
		ask string
		cut func(size int) (first, last int)
	}{
		{"bytes=0-9", func(int) (int, int) { return 0, 9 }},
		{"bytes=10-19", func(int) (int, int) { return 10, 19 }},
		{"bytes=20-", func(size int) (int, int) { return 20, size - 1 }},
		{"bytes=-4", func(size int) (int, int) { return size - 4, size - 1 }},
		{"bytes=20-99999999", func(size int) (int, int) { return 20, size - 1 }},
	} {
		It("returns the part for Range: "+part.ask, require.PullBlobRange, func(ctx SpecContext) {
			repo, blob := suite.ABlob(ctx, 64)
			size := len(blob.Data)
			if size < 32 {
				suite.Nothing("the blob is too short: the spec needs at least 32 bytes")
			}
			pull := repo.GetBlob(ctx, blob.Digest.String(), wire.WithHeader("Range", part.ask))
			if pull.Status == http.StatusOK && pull.Is(blob.Data) {
				suite.Absent(suite.Ranges, "a GET with Range returned the whole blob")
			}
			if !pull.OK() {
				suite.Must(repo.GetBlob(ctx, blob.Digest.String()), require.PullBlobGetStatus)
			}
			first, last := part.cut(size)
			Expect(pull).To(HaveStatus(http.StatusPartialContent))
			got, ok := contentRange(pull, size)
			Expect(pull).To(Check(fmt.Sprintf("Content-Range: bytes %d-%d/%d", first, last, size), func(ex *wire.Exchange) (string, bool) {
				return "Content-Range: " + ex.Header.Get("Content-Range"), ok && got.first == first && got.last <= last
			}))
			if !pull.Is(blob.Data[got.first:got.last+1]) && !suite.ReadOnly(ctx) {
				repo.ControlBlob(ctx)
			}
			Expect(pull).To(HaveBody(blob.Data[got.first : got.last+1]))
		})
	}
	It("refuses a Range beyond the end of the blob", require.PullBlobRange, func(ctx SpecContext) {
		suite.Need(ctx, suite.Ranges)
		repo, blob := suite.ABlob(ctx, 64)
		pull := repo.GetBlob(ctx, blob.Digest.String(), wire.WithHeader("Range", "bytes=99999998-99999999"))
		if !pull.OK() && pull.Status != http.StatusRequestedRangeNotSatisfiable {
			suite.Must(repo.GetBlob(ctx, blob.Digest.String()), require.PullBlobGetStatus)
		}
		// A server may ignore Range; then it returns the whole blob.
		Expect(pull).To(HaveStatus(http.StatusRequestedRangeNotSatisfiable, http.StatusOK))
	})
})
