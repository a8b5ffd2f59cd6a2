package pull

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// beOneOf expects a response whose body, type and digest all belong to the same one of
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
var movedTag = suite.Once(func(ctx context.Context) moved {
	repo, image, tag := suite.Repo(ctx), fixtures.NewImage(suite.Nonce()), suite.Tag()
	index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{image})
	got := moved{index: index, image: image, tag: tag}
	repo.PushTagged(ctx, tag, index)
	// Both manifests are pulled, so that a cache has the first.
	got.before = repo.GetManifest(ctx, tag)
	repo.HeadManifest(ctx, tag)
	// Nothing comes between the push and the first GET, which may be the only stale one.
	push := repo.PutManifest(ctx, tag, image.MediaType, image.Data)
	if !push.OK() && push.Status < http.StatusInternalServerError {
		suite.NotApplicable("the registry does not let a tag be moved")
	}
	repo.NeedAccepted(ctx, push, image)
	got.get, got.head = repo.GetManifest(ctx, tag), repo.HeadManifest(ctx, tag)
	got.untagged = repo.GetManifest(ctx, index.Digest.String())
	got.askSince(ctx, repo)
	return got
})

// moved is a tag that pointed to an index and now points to an image, with the
// responses to GET and HEAD.
type moved struct {
	index, image fixtures.Manifest
	tag          string
	before       *wire.Exchange // GET of the tag when it pointed to the index
	get, head    *wire.Exchange
	untagged     *wire.Exchange // GET of the index by its digest; no tag points to it any more
	since        *wire.Exchange // GET if the ETag has changed since before; nil without an ETag
	asked        []Case         // GET and HEAD with conditions that the new manifest satisfies
}

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
		got := movedTag(ctx)
		if string(got.get.Body) == string(got.index.Data) {
			suite.Blocked(require.PullManifestGetBytes, got.get, "GET returns the old manifest, too")
		}
		Expect(suite.Must(got.head, require.PullManifestHeadStatus)).To(HaveDigestOf(got.image.Data))
	})
})

// A registry may collect manifests without a tag. This breaks users who pinned a
// digest.
var _ = Describe("Pulling a manifest by digest after its tag was moved", func() {
	It("returns the manifest", require.PullManifestUntagged, func(ctx SpecContext) {
		got := movedTag(ctx)
		if !got.untagged.OK() {
			repo, other := suite.Repo(ctx), fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{got.image})
			repo.PushTagged(ctx, suite.Tag(), other)
			if still := repo.GetManifest(ctx, other.Digest.String()); !still.OK() {
				suite.Blocked(require.PullManifestGetStatus, still, "a manifest whose tag nobody moved cannot be pulled by digest, either")
			}
		}
		Expect(got.untagged).To(BeAccepted())
	})
})

var _ = Describe("Pulling a tag while it is moved", func() {
	const moves, readers, reads = 5, 4, 5 // reads is for each reader

	It("returns the old or the new manifest, never an error or a mix of both", require.PullManifestGetBytes, func(ctx SpecContext) {
		got := movedTag(ctx) // only this spec moves this tag further
		repo, index, image, tag := suite.Repo(ctx), got.index, got.image, got.tag
		needBothStill := func() {
			needStill(ctx, repo, index, image)
			needStill(ctx, repo, image, index)
		}
		still := suite.Must(got.get, require.PullManifestGetStatus)
		if ok, _ := beOneOf(image, index).Match(still); !ok || string(still.Body) != string(image.Data) {
			needBothStill()
		}
		Expect(still).To(HaveBody(image.Data)) // not the manifest that the tag pointed to before
		Expect(still).To(beOneOf(image, index))
		var puts []*wire.Exchange
		read := make([][]*wire.Exchange, readers)
		steps := []func(context.Context){func(ctx context.Context) {
			for i := range moves {
				m := []fixtures.Manifest{index, image}[i%2]
				puts = append(puts, repo.PutManifest(ctx, tag, m.MediaType, m.Data))
			}
		}}
		for i := range readers {
			steps = append(steps, func(ctx context.Context) {
				for range reads {
					read[i] = append(read[i], repo.GetManifest(ctx, tag))
				}
			})
		}
		suite.Concurrently(ctx, steps...)
		for _, put := range puts {
			suite.Must(put, require.PushManifestStatus)
		}
		for _, pull := range slices.Concat(read...) {
			if ok, _ := beOneOf(image, index).Match(pull); !ok {
				needBothStill()
			}
			Expect(pull).To(beOneOf(image, index))
		}
	})
})
