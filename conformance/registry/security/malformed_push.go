package security

import (
	"context"
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

// pushes are pushes under texts that are not digests of the content: malformed texts,
// and well-formed digests in other algorithms.
type pushes struct {
	repo              *suite.Repository
	malformed, others []Case
}

// apart removes the digest without its algorithm from the malformed texts if a registry
// is wrong about other algorithms, too. Then both are one defect, and the malformed
// texts have no finding for it.
func apart(malformed, others []Case, right types.GomegaMatcher) []Case {
	if ExpectEach(others).First(right) == nil {
		return malformed
	}
	return slices.DeleteFunc(slices.Clone(malformed), func(c Case) bool {
		return strings.HasSuffix(c.Title, "a digest without its algorithm")
	})
}

// beNotStored expects a refusal. A single POST may also start an upload, which stores
// nothing yet.
func beNotStored() types.GomegaMatcher {
	return Check("a refusal (no 2xx status)", func(ex *wire.Exchange) (string, bool) {
		started := ex.Status == http.StatusAccepted && (ex.Endpoint == wire.EndUploadSingle || ex.Endpoint == wire.EndMount)
		return "status " + wire.StatusText(ex.Status), !ex.OK() || started
	})
}

// mounts are mounts of an existing blob under texts that are not its digest.
var mounts = suite.Once(func(ctx context.Context) pushes {
	suite.NeedPushed(ctx)
	from, to, blob := suite.Repo(ctx), suite.Repo2(ctx), fixtures.NewBlob(suite.Nonce(), 64)
	from.PushBlob(ctx, blob)
	mount := func(ctx context.Context, text string) *wire.Exchange { return to.Mount(ctx, text, from.Name()) }
	return pushes{
		to,
		suite.AskEach(ctx, "", fixtures.Few(fixtures.MalformedDigests(blob.Digest)), mount),
		suite.AskEach(ctx, "", fixtures.Few(fixtures.OtherAlgorithms(blob.Digest)), mount),
	}
})

var _ = Describe("Mounting a blob", func() {
	It("under a malformed digest, or a digest of another algorithm, does not mount a blob", require.SecurityDigestMalformedMount, func(ctx SpecContext) {
		p := mounts(ctx)
		cases := slices.Concat(p.malformed, p.others)
		if ExpectEach(cases).First(beNotStored()) != nil {
			if missing := p.repo.Mount(ctx, suite.MissingDigest(), suite.Repo(ctx).Name()); missing.Status == http.StatusCreated {
				suite.Blocked(require.PushBlobMountFallback, missing, "a mount of a blob that does not exist succeeds, too")
			}
		}
		ExpectEach(cases).To(beNotStored())
	})
})

// manifestPushes are pushes of one manifest under references that are neither tags nor
// its digest.
var manifestPushes = suite.Once(func(ctx context.Context) pushes {
	suite.NeedPushed(ctx)
	repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
	repo.PushContent(ctx, image)
	suite.DeleteLater(ctx, repo, image)
	put := func(ctx context.Context, text string) *wire.Exchange {
		return repo.PutManifest(ctx, text, image.MediaType, image.Data)
	}
	shapes := append(fixtures.WithColon(fixtures.MalformedDigests(image.Digest)),
		fixtures.Shape{Title: "a tag and a digest", Text: suite.Tag() + "@" + image.Digest.String()})
	return pushes{repo, suite.AskEach(ctx, "", shapes, put), suite.AskEach(ctx, "", fixtures.OtherAlgorithms(image.Digest), put)}
})

// needVerifiedManifest ends the spec if the registry accepts a manifest under the
// digest of other content, or any text as a tag.
func needVerifiedManifest(ctx context.Context, repo *suite.Repository) {
	image := fixtures.NewImage(suite.Nonce())
	repo.PushContent(ctx, image)
	put := func(reference string) *wire.Exchange {
		return repo.PutManifest(ctx, reference, image.MediaType, image.Data)
	}
	if other := put(suite.MissingDigest()); other.OK() {
		suite.Blocked(require.PushManifestDigestMismatch, other, "the digest of other content is accepted, too")
	}
	// Version 1.0 of the specification has no requirement on the grammar of tags.
	if suite.Version(ctx) != require.V1_0 {
		if tag := put("-" + suite.Nonce()); tag.OK() {
			suite.Blocked(require.PushTagGrammarRefused, tag, "a tag that breaks the grammar is accepted, too")
		}
	}
}

var _ = Describe("Pushing a manifest", func() {
	It("under a reference that is neither a tag nor a digest is refused", require.PushManifestReference, func(ctx SpecContext) {
		p := manifestPushes(ctx)
		p.malformed = apart(p.malformed, p.others, BeRefused())
		if ExpectEach(p.malformed).First(BeRefused()) != nil {
			needVerifiedManifest(ctx, p.repo)
		}
		ExpectEach(p.malformed).To(BeRefused())
	})
	It("under a digest of an unknown algorithm is refused", require.SecurityDigestUnknownAlgorithmManifest, func(ctx SpecContext) {
		p := manifestPushes(ctx)
		p.malformed = apart(p.malformed, p.others, BeRefused())
		if ExpectEach(p.others).First(BeRefused()) != nil {
			if bad := ExpectEach(p.malformed).First(BeRefused()); bad != nil {
				suite.Blocked(require.PushManifestReference, bad, "malformed digests are accepted, too")
			}
			needVerifiedManifest(ctx, p.repo)
		}
		ExpectEach(p.others).To(BeRefused())
	})
})

var _ = Describe("A mistake of the client", func() {
	for _, c := range []struct {
		title  string
		pushed func(context.Context) pushes
	}{
		{"in the digest of an upload", putUnderEach},
		{"in the digest of a single POST", postedUnderEach},
		{"in the digest of a blob to mount", mounts},
		{"in the digest of a manifest to push", manifestPushes},
	} {
		It(c.title+" does not cause a server error", require.ErrorsSemantics, func(ctx SpecContext) {
			p := c.pushed(ctx)
			if suite.Version(ctx) == require.Draft && c.title == "in the digest of an upload" {
				needDraftStatus(p)
			}
			ExpectEach(slices.Concat(p.malformed, p.others)).To(BeNoServerError())
		})
	}
})

// needDraftStatus ends the spec if an upload caused a server error: the draft names
// the status for it, and other specs judge that.
func needDraftStatus(p pushes) {
	if bad := ExpectEach(apart(p.malformed, p.others, BeNoServerError())).First(BeNoServerError()); bad != nil {
		suite.Blocked(require.PushBlobDigestInvalidStatus, bad, "the draft asks for 400 Bad Request")
	}
	if bad := ExpectEach(p.others).First(BeNoServerError()); bad != nil {
		suite.Blocked(require.PushBlobDigestUnsupportedStatus, bad, "the draft asks for 400 Bad Request")
	}
}
