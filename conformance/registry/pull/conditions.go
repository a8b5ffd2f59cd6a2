package pull

import (
	"context"
	"net/http"
	"time"

	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/wire"
)

// A client that has old content asks whether it has changed. The registry may answer 304
// Not Modified only if the content that it has now is the one that the request names
// (RFC 9110, section 13.1). Otherwise it returns the content.

// longAgo is a time before the content of the run was pushed.
var longAgo = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC).Format(http.TimeFormat)

// askSince requests the tag with the ETag that the old manifest had, or may have had.
func (m *moved) askSince(ctx context.Context, repo *suite.Repository) {
	old := `"` + m.index.Digest.String() + `"`
	since := func(request func(context.Context, string, ...wire.Option) *wire.Exchange, header, value string) func(context.Context) *wire.Exchange {
		return func(ctx context.Context) *wire.Exchange { return request(ctx, m.tag, wire.WithHeader(header, value)) }
	}
	titles := []string{"GET if it is not the old digest", "GET if it is none of two old digests", "GET if it is newer than the year 2000", "HEAD if it is not the old digest"}
	requests := []func(context.Context) *wire.Exchange{
		since(repo.GetManifest, "If-None-Match", old),
		since(repo.GetManifest, "If-None-Match", `W/"assay", W/`+old),
		since(repo.GetManifest, "If-Modified-Since", longAgo),
		since(repo.HeadManifest, "If-None-Match", old),
	}
	tag := m.before.Header.Get("ETag")
	if tag != "" {
		requests = append(requests, since(repo.GetManifest, "If-None-Match", tag))
	}
	answers := suite.AtOnce(ctx, requests...)
	for i, title := range titles {
		m.asked = append(m.asked, Case{Title: title, Exchange: answers[i]})
	}
	if tag != "" {
		m.since = answers[len(titles)]
	}
}

// needNew ends the spec if a GET without a condition does not return the new manifest.
func (m moved) needNew() {
	need200(m.get, require.PullManifestGetStatus)
	if !m.get.Is(m.image.Data) {
		suite.Blocked(require.PullManifestGetBytes, m.get, "a GET without a condition does not return the new manifest, either")
	}
}

// beNew expects the status 200, and the bytes of the content in the response to GET.
func beNew(data []byte) types.GomegaMatcher {
	return Check("status 200 OK and the content", func(ex *wire.Exchange) (string, bool) {
		if ex.Status == http.StatusOK && ex.Method == http.MethodGet && !ex.Is(data) {
			return "other bytes (" + ex.BodyDigest.String() + ")", false
		}
		return ex.StatusAndReason(), ex.Status == http.StatusOK
	})
}

var _ = Describe("Pulling a tag that was moved, with the ETag of the old manifest,", func() {
	It("returns the new manifest", require.PullManifestGetBytes, func(ctx SpecContext) {
		got := movedTag(ctx)
		if got.since == nil {
			suite.NotApplicable("the registry returns no ETag, and does not have to")
		}
		got.needNew()
		Expect(got.since).To(HaveStatus(http.StatusOK))
		Expect(got.since).To(HaveBody(got.image.Data))
	})
	It("returns the new manifest if the ETag is the old digest", require.PullManifestGetBytes, func(ctx SpecContext) {
		got := movedTag(ctx)
		got.needNew()
		ExpectEach(got.asked[:3]).To(beNew(got.image.Data))
	})
	It("returns 200 OK to HEAD if the ETag is the old digest", require.PullManifestHeadStatus, func(ctx SpecContext) {
		got := movedTag(ctx)
		got.needNew()
		suite.Must(got.head, require.PullManifestHeadStatus)
		if ExpectEach(got.asked[:1]).First(beNew(got.image.Data)) != nil {
			suite.Blocked(require.PullManifestGetBytes, got.asked[0].Exchange, "GET with the old digest is wrong, too")
		}
		ExpectEach(got.asked[3:]).To(beNew(got.image.Data))
	})
})

var _ = Describe("Pulling content by digest with the ETag of other content", func() {
	It("returns a manifest", require.PullManifestGetBytes, func(ctx SpecContext) {
		repo, image, _ := suite.TaggedImage(ctx)
		other := wire.WithHeader("If-None-Match", `"`+suite.MissingDigest()+`"`)
		pull := repo.GetManifest(ctx, image.Digest.String(), other)
		if !pull.Is(image.Data) || pull.Status != http.StatusOK {
			plain := repo.GetManifest(ctx, image.Digest.String())
			need200(plain, require.PullManifestGetStatus)
			if !plain.Is(image.Data) {
				suite.Blocked(require.PullManifestGetBytes, plain, "a GET without a condition returns other bytes, too")
			}
		}
		Expect(pull).To(beNew(image.Data))
	})
	It("returns a blob", require.PullBlobGetBytes, func(ctx SpecContext) {
		repo, blob := suite.StoredBlob(ctx, 512)
		other := wire.WithHeader("If-None-Match", `"`+suite.MissingDigest()+`"`)
		pull := repo.GetBlob(ctx, blob.Digest.String(), other)
		if !pull.Is(blob.Data) || pull.Status != http.StatusOK {
			needPlain(ctx, repo, blob)
		}
		Expect(pull).To(beNew(blob.Data))
	})
})
