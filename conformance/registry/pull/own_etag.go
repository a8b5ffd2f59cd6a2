package pull

import (
	"context"
	"net/http"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/wire"
)

// sameTag compares ETags weakly (RFC 9110, section 8.8.3.2).
func sameTag(a, b string) bool {
	return strings.TrimPrefix(a, "W/") == strings.TrimPrefix(b, "W/")
}

// RFC 9110, section 15.4.5: a 304 has the ETag that a 200 would have. A client keeps it
// beside its content.
var _ = Describe("Pulling content with its own ETag", func() {
	for _, c := range []struct {
		title string
		ask   func(context.Context) func(...wire.Option) *wire.Exchange
	}{
		{"a manifest", func(ctx context.Context) func(...wire.Option) *wire.Exchange {
			repo, image, _ := suite.TaggedImage(ctx)
			return func(opts ...wire.Option) *wire.Exchange {
				return repo.GetManifest(ctx, image.Digest.String(), opts...)
			}
		}},
		{"a tag", func(ctx context.Context) func(...wire.Option) *wire.Exchange {
			repo, _, tag := suite.TaggedImage(ctx)
			return func(opts ...wire.Option) *wire.Exchange { return repo.GetManifest(ctx, tag, opts...) }
		}},
		{"a blob", func(ctx context.Context) func(...wire.Option) *wire.Exchange {
			repo, blob := suite.StoredBlob(ctx, 512)
			return func(opts ...wire.Option) *wire.Exchange { return repo.GetBlob(ctx, blob.Digest.String(), opts...) }
		}},
	} {
		It("returns the same ETag if it returns 304: "+c.title, require.PullConditionEtag, func(ctx SpecContext) {
			ask := c.ask(ctx)
			tag := ask().Header.Get("ETag")
			if tag == "" {
				suite.NotApplicable("the registry returns no ETag, and does not have to")
			}
			pull := ask(wire.WithHeader("If-None-Match", tag))
			if pull.Status != http.StatusNotModified {
				suite.NotApplicable("the registry does not return 304, and does not have to")
			}
			Expect(pull).To(Check("304 with ETag: "+tag, func(ex *wire.Exchange) (string, bool) {
				got := ex.Header.Get("ETag")
				return "ETag: " + got, sameTag(got, tag)
			}))
		})
	}
})
