package pull

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// byteRange is a part of a blob, both ends included.
type byteRange struct{ first, last int }

var contentRangePattern = regexp.MustCompile(`(?i)^bytes (\d{1,9})-(\d{1,9})/(\d+|\*)$`)

// contentRange reads the Content-Range of a part of a blob of size bytes. The header
// may give "*" for the size (RFC 9110, section 14.4).
func contentRange(header string, size int) (byteRange, bool) {
	parts := contentRangePattern.FindStringSubmatch(header)
	if parts == nil || parts[3] != "*" && parts[3] != strconv.Itoa(size) {
		return byteRange{}, false
	}
	first, _ := strconv.Atoi(parts[1]) // at most nine digits
	last, _ := strconv.Atoi(parts[2])
	return byteRange{first, last}, first <= last && last < size
}

// partOf says what is wrong with a part, given its header and its bytes. It is empty if
// the bytes are the part of the blob that Content-Range names.
func partOf(blob []byte, header string, data []byte) (got byteRange, wrong string) {
	got, ok := contentRange(header, len(blob))
	switch {
	case !ok && header == "":
		return got, "no Content-Range"
	case !ok:
		return got, fmt.Sprintf("Content-Range: %s, of a blob of %d bytes", header, len(blob))
	case len(data) != got.last-got.first+1:
		return got, fmt.Sprintf("%d bytes with Content-Range: %s", len(data), header)
	case !bytes.Equal(data, blob[got.first:got.last+1]):
		return got, fmt.Sprintf("bytes of another place with Content-Range: %s", header)
	}
	return got, ""
}

// ranged is a blob, the Range of a request, and the response.
type ranged struct {
	blob   fixtures.Blob
	ask    string
	want   byteRange
	answer *wire.Exchange
}

// needPlain ends the spec if a GET without Range is wrong, too.
func needPlain(ctx context.Context, repo *suite.Repository, blob fixtures.Blob) {
	plain := repo.GetBlob(ctx, blob.Digest.String())
	if !plain.OK() {
		repo.ControlBlob(ctx) // shows whether every GET fails, or only a second one
	}
	need200(plain, require.PullBlobGetStatus)
	if !plain.Is(blob.Data) {
		suite.Blocked(require.PullBlobGetBytes, plain, "a GET without Range returns other bytes, too")
	}
}

// isWhole says that the registry ignored the Range, which RFC 9110 (section 14.2)
// allows.
func isWhole(ex *wire.Exchange, blob fixtures.Blob) bool {
	return ex.Status == http.StatusOK && ex.Err == nil && ex.Is(blob.Data)
}

// smallForRanges is the blob whose parts are pulled.
func smallForRanges(ctx context.Context) (*suite.Repository, fixtures.Blob) {
	repo, blob := suite.StoredBlob(ctx, 64)
	if len(blob.Data) < 32 {
		suite.NotApplicable("the blob is too short: the spec needs at least 32 bytes")
	}
	return repo, blob
}

// parts are the responses to a GET with each form of Range.
var parts = suite.Once(func(ctx context.Context) []ranged {
	repo, blob := smallForRanges(ctx)
	size := len(blob.Data)
	asked := []ranged{
		{ask: "bytes=0-9", want: byteRange{0, 9}},
		{ask: "bytes=10-19", want: byteRange{10, 19}},
		{ask: "bytes=7-7", want: byteRange{7, 7}},
		{ask: "bytes=20-", want: byteRange{20, size - 1}},
		{ask: "bytes=-4", want: byteRange{size - 4, size - 1}},
		{ask: "bytes=-99999999", want: byteRange{0, size - 1}},
		{ask: fmt.Sprintf("bytes=20-%d", size+3), want: byteRange{20, size - 1}},
		{ask: "bytes=20-99999999", want: byteRange{20, size - 1}},
	}
	for i := range asked {
		asked[i].blob = blob
	}
	if !suite.ReadOnly(ctx) {
		if _, large, push := suite.PushLarge(ctx); push.OK() {
			// More than a buffer of usual size, from the middle and at the end.
			end := len(large.Data) - 1
			const some = 70_000
			asked = append(asked,
				ranged{blob: large, ask: fmt.Sprintf("bytes=%d-%d", end/2, end/2+some-1), want: byteRange{end / 2, end/2 + some - 1}},
				ranged{blob: large, ask: fmt.Sprintf("bytes=%d-", end-some+1), want: byteRange{end - some + 1, end}},
				ranged{blob: large, ask: fmt.Sprintf("bytes=-%d", some), want: byteRange{end - some + 1, end}})
		}
	}
	requests := make([]func(context.Context) *wire.Exchange, len(asked))
	for i, a := range asked {
		requests[i] = func(ctx context.Context) *wire.Exchange {
			return repo.GetBlob(ctx, a.blob.Digest.String(), wire.WithHeader("Range", a.ask))
		}
	}
	for i, answer := range suite.AtOnce(ctx, requests...) {
		asked[i].answer = answer
	}
	return asked
})

// expectEach judges the responses to several requests with Range. The message names
// each wrong response.
func expectEach(ctx SpecContext, repo *suite.Repository, expected string, asked []ranged, check func(ranged) (wrong string)) {
	var first *ranged
	var wrongs []string
	for i, a := range asked {
		wrong := check(a)
		if wrong == "" {
			continue
		}
		wrongs = append(wrongs, a.ask+": "+wrong)
		if first == nil {
			first = &asked[i]
		}
	}
	if first == nil {
		return
	}
	needPlain(ctx, repo, first.blob)
	shown := *first.answer
	shown.Err = nil
	Expect(&shown).To(Check(expected, func(*wire.Exchange) (string, bool) { return strings.Join(wrongs, "; "), false }))
}

var _ = Describe("Pulling a part of a blob", func() {
	It("returns 206 Partial Content", require.PullBlobRangeSupported, func(ctx SpecContext) {
		for _, a := range parts(ctx) {
			if !isWhole(a.answer, a.blob) {
				return // the registry supports Range; other specs judge the response
			}
		}
		Expect(parts(ctx)[0].answer).To(HaveStatus(http.StatusPartialContent))
	})
	It("returns the right part for every form of Range", require.PullBlobRange, func(ctx SpecContext) {
		repo, _ := smallForRanges(ctx)
		expectEach(ctx, repo, "206 with the part, or the beginning of it, and its Content-Range", parts(ctx), func(a ranged) string {
			switch {
			case isWhole(a.answer, a.blob):
				return ""
			case a.answer.Err != nil:
				return "no usable response: " + a.answer.Err.Error()
			case a.answer.Status != http.StatusPartialContent:
				return "status " + wire.StatusText(a.answer.Status)
			}
			header := a.answer.Header.Get("Content-Range")
			got, wrong := partOf(a.blob.Data, header, a.answer.Body)
			if wrong == "" && (got.first != a.want.first || got.last > a.want.last) {
				wrong = "Content-Range: " + header
			}
			return wrong
		})
	})
	// RFC 9110 (section 15.3.7) lets a server return less than the requested range.
	// Clients that do not check this use the part as if it were the whole.
	It("returns all of the part", require.PullBlobRangeWhole, func(ctx SpecContext) {
		repo, _ := smallForRanges(ctx)
		expectEach(ctx, repo, "206 with all of the part", parts(ctx), func(a ranged) string {
			header := a.answer.Header.Get("Content-Range")
			got, wrong := partOf(a.blob.Data, header, a.answer.Body)
			if a.answer.Status == http.StatusPartialContent && a.answer.Err == nil && wrong == "" && got.first == a.want.first && got.last < a.want.last {
				return "Content-Range: " + header
			}
			return "" // another spec judges this
		})
	})
	It("returns 416 or the whole blob if the part is not in the blob", require.PullBlobRange, func(ctx SpecContext) {
		repo, blob := smallForRanges(ctx)
		asked := []ranged{{blob: blob, ask: "bytes=99999998-99999999"}, {blob: blob, ask: fmt.Sprintf("bytes=%d-", len(blob.Data))}}
		if !suite.ReadOnly(ctx) {
			empty := fixtures.BlobOf(nil)
			repo.PushBlob(ctx, empty)
			asked = append(asked, ranged{blob: empty, ask: "bytes=0-9"})
		}
		for i, a := range asked {
			asked[i].answer = repo.GetBlob(ctx, a.blob.Digest.String(), wire.WithHeader("Range", a.ask))
		}
		expectEach(ctx, repo, "416 with the size of the blob in Content-Range or without one, or 200 with the whole blob", asked, func(a ranged) string {
			header := a.answer.Header.Get("Content-Range")
			told, isTold := strings.CutPrefix(strings.ToLower(header), "bytes */")
			switch {
			case isWhole(a.answer, a.blob):
				return ""
			case a.answer.Status != http.StatusRequestedRangeNotSatisfiable:
				return "status " + wire.StatusText(a.answer.Status)
			case header != "" && (!isTold || told != strconv.Itoa(len(a.blob.Data))):
				return fmt.Sprintf("416 with Content-Range: %s, of a blob of %d bytes", header, len(a.blob.Data))
			}
			return ""
		})
	})
	It("returns each part if Range names several", require.PullBlobRange, func(ctx SpecContext) {
		repo, blob := smallForRanges(ctx)
		ask := ranged{blob: blob, ask: "bytes=0-9,20-29"}
		ask.answer = repo.GetBlob(ctx, blob.Digest.String(), wire.WithHeader("Range", ask.ask))
		expectEach(ctx, repo, "206 with multipart/byteranges, or one part with its Content-Range, or 416, or 200 with the whole blob", []ranged{ask}, func(a ranged) string {
			switch {
			case isWhole(a.answer, blob) || a.answer.Status == http.StatusRequestedRangeNotSatisfiable:
				return ""
			case a.answer.Status != http.StatusPartialContent:
				return "status " + wire.StatusText(a.answer.Status)
			case a.answer.MediaType() == "multipart/byteranges":
				return wrongParts(blob.Data, a.answer)
			}
			_, wrong := partOf(blob.Data, a.answer.Header.Get("Content-Range"), a.answer.Body)
			return wrong
		})
	})
	// RFC 9110, sections 13.1.5 and 14.2.
	It("returns the whole blob for a Range that a registry has to ignore", require.PullBlobRange, func(ctx SpecContext) {
		repo, blob := smallForRanges(ctx)
		asked := []ranged{{blob: blob, ask: "lines=0-9"}, {blob: blob, ask: `bytes=0-9 with If-Range: "assay"`}, {blob: blob, ask: "HEAD with bytes=0-9"}}
		d, bytesAsked := blob.Digest.String(), wire.WithHeader("Range", "bytes=0-9")
		for i, answer := range suite.AtOnce(ctx,
			func(ctx context.Context) *wire.Exchange {
				return repo.GetBlob(ctx, d, wire.WithHeader("Range", "lines=0-9"))
			},
			func(ctx context.Context) *wire.Exchange {
				return repo.GetBlob(ctx, d, bytesAsked, wire.WithHeader("If-Range", `"assay"`))
			},
			func(ctx context.Context) *wire.Exchange { return repo.HeadBlob(ctx, d, bytesAsked) },
		) {
			asked[i].answer = answer
		}
		if asked[2].answer.Status != http.StatusOK {
			need200(repo.HeadBlob(ctx, d), require.PullBlobHeadStatus)
		}
		expectEach(ctx, repo, "200 and the whole blob for an unknown unit, for an If-Range that does not match, and for HEAD", asked, func(a ranged) string {
			switch {
			case a.answer.Status != http.StatusOK:
				return "status " + wire.StatusText(a.answer.Status)
			case a.answer.Method != http.MethodHead && !isWhole(a.answer, blob):
				return fmt.Sprintf("%d bytes that are not the blob", a.answer.BodySize)
			}
			return ""
		})
	})
})

// wrongParts says what is wrong with the parts of a multipart response. It is empty if
// each part is as its Content-Range says.
func wrongParts(blob []byte, ex *wire.Exchange) string {
	_, parameters, err := mime.ParseMediaType(ex.Header.Get("Content-Type"))
	if err != nil {
		return "Content-Type: " + ex.Header.Get("Content-Type")
	}
	reader := multipart.NewReader(bytes.NewReader(ex.Body), parameters["boundary"])
	for n := 0; ; n++ {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) && n > 0 {
			return ""
		}
		if err != nil {
			return fmt.Sprintf("a body that does not have the boundary of Content-Type: %s", ex.Header.Get("Content-Type"))
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return "a body that breaks off"
		}
		if _, wrong := partOf(blob, textproto.MIMEHeader(part.Header).Get("Content-Range"), data); wrong != "" {
			return "a part with " + wrong
		}
	}
}
