package pull

import (
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// expectManifest judges that a pull by a tag returns the manifest. If it does not, the
// spec is blocked if an ordinary pull does not, either.
func expectManifest(ctx SpecContext, pull *wire.Exchange, m fixtures.Manifest, tag string) {
	if !pull.OK() || string(pull.Body) != string(m.Data) {
		if listed := suite.Must(suite.Repo(ctx).GetManifest(ctx, tag), require.PullManifestGetStatus); string(listed.Body) != string(m.Data) {
			suite.Blocked(require.PullManifestGetBytes, listed, "the manifest is not served when its own type is accepted, either")
		}
	}
	Expect(pull).To(BeAccepted())
	Expect(pull).To(HaveBody(m.Data))
}

// pullEach pulls a manifest of each kind by its tag with the option, and judges that each
// is returned.
func pullEach(ctx SpecContext, accept wire.Option) {
	for _, k := range kinds {
		if suite.ReadOnly(ctx) && k.title != kinds[0].title {
			return // a read-only run has an image alone
		}
		there := k.push(ctx)
		expectManifest(ctx, suite.Repo(ctx).GetManifest(ctx, there.tag, accept), there.m, there.tag)
	}
}

// A client may accept any type; curl does so by default.
var _ = Describe("Pulling a manifest with Accept: */*", func() {
	It("returns the manifest", require.PullManifestAcceptAny, func(ctx SpecContext) {
		pullEach(ctx, wire.WithHeader("Accept", "*/*"))
	})
})

// Without Accept, every type is acceptable (RFC 9110, section 12.5.1).
var _ = Describe("Pulling a manifest without Accept", func() {
	It("returns the manifest", require.PullManifestAcceptNone, func(ctx SpecContext) {
		pullEach(ctx, wire.WithoutHeader("Accept"))
	})
})

// Several headers of one name are one list (RFC 9110, section 5.3). Many clients send
// a header for each type.
var _ = Describe("Pulling a manifest with an Accept header for each type", func() {
	It("returns the manifest", require.PullManifestAcceptListed, func(ctx SpecContext) {
		_, image, _ := suite.TaggedImage(ctx)
		types := []string{ocispec.MediaTypeImageIndex, image.MediaType}
		list := func(r *wire.Request) { r.Header["Accept"] = types }
		for _, k := range kinds {
			if suite.ReadOnly(ctx) && k.title != kinds[0].title {
				return
			}
			there := k.push(ctx)
			pull := suite.Repo(ctx).GetManifest(ctx, there.tag, list)
			if !pull.OK() {
				suite.Must(suite.Repo(ctx).GetManifest(ctx, there.tag, wire.WithHeader("Accept", strings.Join(types, ", "))), require.PullManifestGetStatus)
			}
			expectManifest(ctx, pull, there.m, there.tag)
		}
	})
})

// Docker's registries returned the manifest of one platform to clients that did not
// accept manifest lists. Its digest is not that of the tag.
var _ = Describe("Pulling an index with an Accept header that does not name its type", func() {
	It("returns the index, or no manifest", require.PullManifestAcceptOther, func(ctx SpecContext) {
		index := kinds[1].push(ctx)
		accept := wire.WithHeader("Accept", ocispec.MediaTypeImageManifest)
		pull := suite.Repo(ctx).GetManifest(ctx, index.tag, accept)
		if pull.OK() && string(pull.Body) != string(index.m.Data) {
			if byDigest := suite.Repo(ctx).GetManifest(ctx, index.m.Digest.String(), accept); byDigest.OK() && !byDigest.Is(index.m.Data) {
				suite.Blocked(require.SecurityAcceptDigest, byDigest, "a GET by digest returns another manifest, too")
			}
			expectManifest(ctx, suite.Repo(ctx).GetManifest(ctx, index.tag), index.m, index.tag)
		}
		Expect(pull).To(Check("the index, or a refusal", func(ex *wire.Exchange) (string, bool) {
			return "status " + wire.StatusText(ex.Status) + " with other bytes, Content-Type: " + ex.Header.Get("Content-Type"),
				!ex.OK() || string(ex.Body) == string(index.m.Data)
		}))
	})
})
