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

// pushes are pushes under texts that are no digests of the content: malformed ones,
// and well-formed ones in other algorithms.
type pushes struct {
	repo              *suite.Repository
	malformed, others []Case
}

// upload is a way to push a blob under a digest.
type upload func(context.Context, *suite.Repository, string, []byte) *wire.Exchange

// byPut pushes with POST, then PUT. It returns the POST if that starts no upload.
func byPut(ctx context.Context, repo *suite.Repository, d string, data []byte) *wire.Exchange {
	start := repo.StartUpload(ctx)
	location, err := start.Location()
	if err != nil || !start.OK() {
		return start
	}
	return repo.PutUpload(ctx, location, d, data)
}

// bySinglePost pushes with one POST, which may start an upload instead.
func bySinglePost(ctx context.Context, repo *suite.Repository, d string, data []byte) *wire.Exchange {
	return repo.PostBlob(ctx, d, data)
}

// underEach pushes a blob under every shape.
func underEach(push upload) func(context.Context) pushes {
	return suite.Once(func(ctx context.Context) pushes {
		suite.NeedPushed(ctx)
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		send := func(ctx context.Context, text string) *wire.Exchange { return push(ctx, repo, text, blob.Data) }
		shapes := append(fixtures.MalformedDigests(blob.Digest),
			fixtures.Shape{Title: "a digest with a path before it", Text: "sha256:../" + blob.Digest.Encoded()})
		p := pushes{repo, suite.AskEach(ctx, "", shapes, send), suite.AskEach(ctx, "", fixtures.Few(fixtures.OtherAlgorithms(blob.Digest)), send)}
		for _, c := range slices.Concat(p.malformed, p.others) {
			if c.Exchange.Endpoint == wire.EndUploadStart {
				repo.OpenUpload(ctx) // ends the spec if no upload can be started
				suite.Blocked(require.PushBlobPostPutStartStatus, c.Exchange, "an upload could not be started")
			}
		}
		return p
	})
}

// apart takes out of the malformed ones what a registry may read as a digest of another
// algorithm, if it is wrong about other algorithms, too: then it is one defect, which
// has no finding among the malformed ones.
func apart(malformed, others []Case, right types.GomegaMatcher) []Case {
	if ExpectEach(others).First(right) == nil {
		return malformed
	}
	return slices.DeleteFunc(slices.Clone(malformed), func(c Case) bool {
		return strings.HasSuffix(c.Title, "a digest without its algorithm") || strings.HasSuffix(c.Title, "a tag and a digest")
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

// needVerified ends the spec if the registry accepts a blob under the digest of other
// content: then it does not check digests at all, which is another requirement.
func needVerified(ctx context.Context, repo *suite.Repository, push upload, stored, status require.ID) {
	other := fixtures.NewBlob(suite.Nonce(), 64).Digest.String()
	mismatch := push(ctx, repo, other, fixtures.NewBlob(suite.Nonce(), 64).Data)
	if kept, _ := beNotStored().Match(mismatch); kept {
		return
	}
	by := status
	if repo.GetBlob(ctx, other).OK() {
		by = stored
	}
	suite.Blocked(by, mismatch, "the digest of other content is accepted, too")
}

var (
	putUnderEach    = underEach(byPut)
	postedUnderEach = underEach(bySinglePost)
)

var _ = Describe("Pushing a blob", func() {
	for _, way := range []struct {
		title          string
		push           upload
		underEach      func(context.Context) pushes
		stored, status require.ID
	}{
		{"with POST, then PUT", byPut, putUnderEach, require.PushBlobPostPutDigestMismatch, require.PushBlobPostPutDigestMismatchStatus},
		{"with a single POST", bySinglePost, postedUnderEach, require.PushBlobSinglePostDigestMismatch, require.PushBlobSinglePostDigestMismatchStatus},
	} {
		pushed := func(ctx context.Context) pushes {
			if way.title == "with a single POST" {
				suite.Need(ctx, suite.SinglePost)
			}
			return way.underEach(ctx)
		}
		Context(way.title, func() {
			It("under a malformed digest is refused", require.SecurityDigestMalformedPush, func(ctx SpecContext) {
				p := pushed(ctx)
				p.malformed = apart(p.malformed, p.others, beNotStored())
				if ExpectEach(p.malformed).First(beNotStored()) != nil {
					needVerified(ctx, p.repo, way.push, way.stored, way.status)
				}
				ExpectEach(p.malformed).To(beNotStored())
			})
			It("under a digest of an unknown algorithm is refused", require.SecurityDigestUnknownAlgorithmBlob, func(ctx SpecContext) {
				p := pushed(ctx)
				p.malformed = apart(p.malformed, p.others, beNotStored())
				if ExpectEach(p.others).First(beNotStored()) != nil {
					needVerified(ctx, p.repo, way.push, way.stored, way.status)
					if bad := ExpectEach(p.malformed).First(beNotStored()); bad != nil {
						suite.Blocked(require.SecurityDigestMalformedPush, bad, "malformed digests are accepted, too")
					}
				}
				ExpectEach(p.others).To(beNotStored())
			})
		})
	}
})

// mounts are mounts of a blob that exists, under texts that are no digests of it.
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
	It("under a malformed digest, or one of another algorithm, mounts nothing", require.SecurityDigestMalformedMount, func(ctx SpecContext) {
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

// manifestPushes are pushes of one manifest under references that are neither tags
// nor digests of it.
var manifestPushes = suite.Once(func(ctx context.Context) pushes {
	suite.NeedPushed(ctx)
	repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
	repo.PushContent(ctx, image)
	suite.TakeBack(ctx, repo, image)
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
		It(c.title+" is not answered with a server error", require.ErrorsSemantics, func(ctx SpecContext) {
			p := c.pushed(ctx)
			if suite.Version(ctx) == require.Draft && c.title == "in the digest of an upload" {
				needDraftStatus(p)
			}
			cases := slices.Concat(p.malformed, p.others)
			if c.title == "in the digest of a manifest to push" {
				cases = append(cases, mismatched(ctx))
			}
			ExpectEach(cases).To(BeNoServerError())
		})
	}
})

// mismatched is the push of a manifest under the digest of other content.
func mismatched(ctx context.Context) Case {
	repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
	repo.PushContent(ctx, image)
	suite.TakeBack(ctx, repo, image)
	return Case{Title: "the digest of other content", Exchange: repo.PutManifest(ctx, suite.MissingDigest(), image.MediaType, image.Data)}
}

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

// needOtherStatus ends the spec if an upload under the digest of other content gets
// the same wrong status: then the simpler requirement is the one that is broken.
func needOtherStatus(ctx context.Context, repo *suite.Repository, wrong *wire.Exchange) {
	if wrong == nil {
		return
	}
	if other := byPut(ctx, repo, suite.MissingDigest(), []byte(suite.Nonce())); other.Status == wrong.Status {
		suite.Blocked(require.PushBlobPostPutDigestMismatchStatus, other, "the digest of other content gets the same status")
	}
}

// Other specs judge that such uploads are refused; these judge the status.
var _ = Describe("Completing an upload", func() {
	bad := HaveStatus(http.StatusBadRequest)
	It("under a malformed digest returns 400 Bad Request", require.PushBlobDigestInvalidStatus, func(ctx SpecContext) {
		p := putUnderEach(ctx)
		malformed := apart(p.malformed, p.others, bad)
		if taken := ExpectEach(malformed).First(BeRefused()); taken != nil {
			suite.Blocked(require.SecurityDigestMalformedPush, taken, "a malformed digest is accepted")
		}
		needOtherStatus(ctx, p.repo, ExpectEach(malformed).First(bad))
		ExpectEach(malformed).To(bad)
	})
	It("under a digest of an unknown algorithm returns 400 Bad Request", require.PushBlobDigestUnsupportedStatus, func(ctx SpecContext) {
		p := putUnderEach(ctx)
		if taken := ExpectEach(p.others).First(BeRefused()); taken != nil {
			suite.Blocked(require.SecurityDigestUnknownAlgorithmBlob, taken, "a digest of an unknown algorithm is accepted")
		}
		if wrong := ExpectEach(p.others).First(bad); wrong != nil {
			needOtherStatus(ctx, p.repo, wrong)
			if other := ExpectEach(apart(p.malformed, p.others, bad)).First(bad); other != nil {
				suite.Blocked(require.PushBlobDigestInvalidStatus, other, "a malformed digest gets another status than 400, too")
			}
		}
		ExpectEach(p.others).To(bad)
	})
})
