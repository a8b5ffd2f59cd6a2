package pull

import (
	"context"
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// RFC 9110, section 14.2: a server may ignore or refuse a Range that is not valid. It has
// no part to return.
var _ = Describe("Pulling a blob with a Range that is not valid", func() {
	It("returns no part of the blob", require.PullBlobRange, func(ctx SpecContext) {
		repo, blob := smallForRanges(ctx)
		asked := suite.AskEach(ctx, "", []fixtures.Shape{
			{Title: "a last byte before the first", Text: "bytes=19-10"},
			{Title: "no byte", Text: "bytes=-"},
			{Title: "no number", Text: "bytes=a-b"},
			{Title: "a negative number", Text: "bytes=--4"},
			{Title: "no equals sign", Text: "bytes 0-9"},
		}, func(ctx context.Context, text string) *wire.Exchange {
			return repo.GetBlob(ctx, blob.Digest.String(), wire.WithHeader("Range", text))
		})
		noPart := Check("the whole blob, or a refusal", func(ex *wire.Exchange) (string, bool) {
			return ex.StatusAndReason(), ex.Status != http.StatusPartialContent
		})
		if ExpectEach(asked).First(noPart) != nil {
			needPlain(ctx, repo, blob)
		}
		ExpectEach(asked).To(noPart)
	})
})
