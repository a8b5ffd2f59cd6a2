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

// beOneOf expects a response whose body, type and digest are all of the same one of
// two manifests. 429 and 503 are accepted, too.
func beOneOf(a, b fixtures.Manifest) types.GomegaMatcher {
	return Check("one of the two manifests, with its own body, Content-Type and Docker-Content-Digest", func(ex *wire.Exchange) (string, bool) {
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

// movedTag pushes a tag that points to an index, and then moves it to an image. The
// two have different media types, which shows a response that mixes both. It ends
// the spec if the registry does not let a tag be moved.
func movedTag(ctx context.Context) (repo *suite.Repository, index, image fixtures.Manifest, tag string) {
	repo, image, tag = suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag()
	index = fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{image})
	for _, m := range []fixtures.Manifest{index, image} {
		if push := repo.PushTagged(ctx, tag, m); !push.OK() && push.Status < http.StatusInternalServerError {
			suite.Nothing("the registry does not let a tag be moved")
		}
		repo.GetManifest(ctx, tag) // so that a cache has it
		repo.HeadManifest(ctx, tag)
	}
	return repo, index, image, tag
}

// moved is what movedTag made, which specs share that do not move the tag again.
type moved struct {
	repo         *suite.Repository
	index, image fixtures.Manifest
	tag          string
}

var movedOnce = suite.Once(func(ctx context.Context) moved {
	repo, index, image, tag := movedTag(ctx)
	return moved{repo, index, image, tag}
})

// needStill ends the spec unless a tag that nobody moves returns the body, type and
// digest of its manifest.
func needStill(ctx SpecContext, repo *suite.Repository, m, other fixtures.Manifest) {
	tag := suite.Tag()
	repo.PushTagged(ctx, tag, m)
	pull := suite.Must(repo.GetManifest(ctx, tag), require.PullManifestGetStatus)
	switch {
	case string(pull.Body) != string(m.Data):
		suite.Blocked(require.PullManifestGetBytes, pull, "a tag that nobody moves returns another body, too")
	case strings.EqualFold(pull.MediaType(), other.MediaType):
		suite.Blocked(require.PullManifestContentTypePushed, pull, "a tag that nobody moves returns the type of another manifest, too")
	case pull.Header.Get("Docker-Content-Digest") == other.Digest.String():
		suite.Blocked(require.PullManifestGetDigestValue, pull, "a tag that nobody moves returns the digest of another manifest, too")
	}
}

var _ = Describe("HEAD of a tag that was moved", func() {
	It("returns the digest of the new manifest", require.PullManifestHeadDigestValue, func(ctx SpecContext) {
		m := movedOnce(ctx)
		if pull := m.repo.GetManifest(ctx, m.tag); string(pull.Body) == string(m.index.Data) {
			suite.Blocked(require.PullManifestGetBytes, pull, "GET returns the old manifest, too")
		}
		head := suite.Must(m.repo.HeadManifest(ctx, m.tag), require.PullManifestHeadStatus)
		Expect(head).To(HaveDigestOf(m.image.Data))
	})
})

// A registry may collect what has no tag. Who pinned a digest is hurt by it.
var _ = Describe("Pulling a manifest by digest after its tag was moved", func() {
	It("returns the manifest", require.PullManifestUntagged, func(ctx SpecContext) {
		m := movedOnce(ctx)
		pull := m.repo.GetManifest(ctx, m.index.Digest.String())
		if !pull.OK() {
			other := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{m.image})
			m.repo.PushTagged(ctx, suite.Tag(), other)
			if still := m.repo.GetManifest(ctx, other.Digest.String()); !still.OK() {
				suite.Blocked(require.PullManifestGetStatus, still, "a manifest whose tag nobody moved cannot be pulled by digest, either")
			}
		}
		Expect(pull).To(BeAccepted())
	})
})

var _ = Describe("Pulling a tag while it is moved", func() {
	const moves, reads = 10, 30

	It("returns the old or the new manifest, never an error or a mix of both", require.PullManifestGetBytes, func(ctx SpecContext) {
		repo, index, image, tag := movedTag(ctx)
		needStill(ctx, repo, index, image)
		needStill(ctx, repo, image, index)
		still := suite.Must(repo.GetManifest(ctx, tag), require.PullManifestGetStatus)
		Expect(still).To(HaveBody(image.Data)) // and not the manifest that the tag pointed to before
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
