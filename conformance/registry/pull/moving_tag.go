package pull

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// beOneOf wants an answer that is one of the two manifests in all its parts.
// Being told to come again is accepted.
func beOneOf(a, b fixtures.Manifest) types.GomegaMatcher {
	return Check("the one manifest or the other, whole", func(ex *wire.Exchange) (string, bool) {
		if ex.Status == http.StatusTooManyRequests || ex.Status == http.StatusServiceUnavailable {
			return "", true
		}
		m, other := a, b
		if string(ex.Body) == string(b.Data) {
			m, other = b, a
		}
		named := ex.Header.Get("Docker-Content-Digest")
		return fmt.Sprintf("status %s, %d bytes (%s), Content-Type %s, Docker-Content-Digest %q",
				wire.StatusText(ex.Status), ex.BodySize, ex.BodyDigest, ex.MediaType(), named),
			ex.OK() && string(ex.Body) == string(m.Data) && !strings.EqualFold(ex.MediaType(), other.MediaType) && named != other.Digest.String()
	})
}

// movable are an index and an image, which differ in their media type so that an
// answer that is made of both is seen, and a tag that named the one and then the
// other. It ends the spec when the registry does not move tags.
func movable(ctx SpecContext) (repo *suite.Repository, index, image fixtures.Manifest, tag string) {
	repo, image, tag = suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag()
	index = fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{image})
	for _, m := range []fixtures.Manifest{index, image} {
		if push := repo.PushTagged(ctx, tag, m); !push.OK() && push.Status < http.StatusInternalServerError {
			suite.Nothing("the registry does not move tags")
		}
		repo.GetManifest(ctx, tag) // so that a cache has it
		repo.HeadManifest(ctx, tag)
	}
	return repo, index, image, tag
}

// needStill ends the spec unless a tag that is not moved gives the manifest in
// all its parts.
func needStill(ctx SpecContext, repo *suite.Repository, m, other fixtures.Manifest) {
	tag := suite.Tag()
	repo.PushTagged(ctx, tag, m)
	pull := suite.Must(repo.GetManifest(ctx, tag), require.PullManifestGetStatus)
	switch {
	case string(pull.Body) != string(m.Data):
		suite.Blocked(require.PullManifestGetBytes, pull, "a tag gives something else when nobody moves it")
	case strings.EqualFold(pull.MediaType(), other.MediaType):
		suite.Blocked(require.PullManifestContentTypePushed, pull, "a tag has the type of something else when nobody moves it")
	case pull.Header.Get("Docker-Content-Digest") == other.Digest.String():
		suite.Blocked(require.PullManifestGetDigestValue, pull, "a tag has the digest of something else when nobody moves it")
	}
}

var _ = Describe("Asking for a tag that was moved", func() {
	It("names the digest of what it is now", require.PullManifestHeadDigestValue, func(ctx SpecContext) {
		repo, index, image, tag := movable(ctx)
		if pull := repo.GetManifest(ctx, tag); string(pull.Body) == string(index.Data) {
			suite.Blocked(require.PullManifestGetBytes, pull, "a GET gives what it was, too")
		}
		head := suite.Must(repo.HeadManifest(ctx, tag), require.PullManifestHeadStatus)
		Expect(head).To(HaveDigestOf(image.Data))
	})
})

var _ = Describe("Pulling a tag while it is moved", func() {
	const moves, reads = 10, 30

	It("gives what it was or what it is, never an error or a mix", require.PullManifestGetBytes, func(ctx SpecContext) {
		repo, index, image, tag := movable(ctx)
		needStill(ctx, repo, index, image)
		needStill(ctx, repo, image, index)
		still := suite.Must(repo.GetManifest(ctx, tag), require.PullManifestGetStatus)
		Expect(still).To(HaveBody(image.Data)) // and not what it gave before
		Expect(still).To(beOneOf(image, index))
		var puts, pulls []*wire.Exchange
		suite.Together(ctx,
			func(ctx context.Context) {
				for i := range moves {
					m := []fixtures.Manifest{index, image}[i%2]
					puts = append(puts, repo.PutManifest(ctx, tag, m.MediaType, m.Data))
				}
			},
			func(ctx context.Context) {
				for range reads {
					pulls = append(pulls, repo.GetManifest(ctx, tag))
				}
			},
		)
		for _, put := range puts {
			suite.Must(put, require.PushManifestStatus)
		}
		for _, pull := range pulls {
			Expect(pull).To(beOneOf(image, index))
		}
	})
})
