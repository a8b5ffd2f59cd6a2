package security

import (
	"context"
	"net/http"
	"slices"

	"github.com/opencontainers/go-digest"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// pulls are pulls by texts that are not digests of the existing content: malformed
// texts, texts that an attacker may send, and well-formed digests in other algorithms.
type pulls struct {
	repo                       *suite.Repository
	malformed, hostile, others []Case
}

// pull sends a GET for every shape, and a HEAD for a few.
func pull(ctx context.Context, shapes []fixtures.Shape, get, head func(context.Context, string, ...wire.Option) *wire.Exchange) []Case {
	by := func(ask func(context.Context, string, ...wire.Option) *wire.Exchange) func(context.Context, string) *wire.Exchange {
		return func(ctx context.Context, text string) *wire.Exchange { return ask(ctx, text, wire.NoRedirect()) }
	}
	return append(suite.AskEach(ctx, "GET by ", shapes, by(get)), suite.AskEach(ctx, "HEAD by ", fixtures.Few(shapes), by(head))...)
}

// hostile are texts that have a meaning for a file system or a C program.
func hostile(d digest.Digest) []fixtures.Shape {
	algorithm := d.Algorithm().String()
	return []fixtures.Shape{
		{Title: "a digest with a zero byte behind", Text: d.String() + "%00"},
		{Title: "a path in the place of a digest", Text: algorithm + ":..%2F..%2F..%2F..%2F..%2F..%2Fetc%2Fpasswd"},
		{Title: "a digest with a path before it", Text: algorithm + ":%2e%2e%2f" + d.Encoded()},
	}
}

var blobPulls = suite.Once(func(ctx context.Context) pulls {
	repo, blob := suite.StoredBlob(ctx, 64)
	return pulls{
		repo:      repo,
		malformed: pull(ctx, fixtures.MalformedDigests(blob.Digest), repo.GetBlob, repo.HeadBlob),
		hostile: suite.AskEach(ctx, "GET by ", hostile(blob.Digest), func(ctx context.Context, text string) *wire.Exchange {
			return repo.GetBlob(ctx, text, wire.NoRedirect())
		}),
		others: pull(ctx, fixtures.OtherAlgorithms(blob.Digest), repo.GetBlob, repo.HeadBlob),
	}
})

var manifestPulls = suite.Once(func(ctx context.Context) pulls {
	repo, image, _ := suite.TaggedImage(ctx)
	shapes := append(fixtures.WithColon(fixtures.MalformedDigests(image.Digest)),
		fixtures.Shape{Title: "a tag and a digest", Text: "tag@" + image.Digest.String()},
		fixtures.Shape{Title: "a tag that begins with a dot", Text: ".hidden"},
		fixtures.Shape{Title: "a tag with an encoded space", Text: "a%20b"})
	return pulls{
		repo:      repo,
		malformed: pull(ctx, shapes, repo.GetManifest, repo.HeadManifest),
		others:    pull(ctx, fixtures.OtherAlgorithms(image.Digest), repo.GetManifest, repo.HeadManifest),
	}
})

// needUnknown ends the spec if content was returned, and a well-formed digest that
// does not exist does not return 404, either.
func (p pulls) needUnknown(ctx context.Context, cases []Case) {
	ex := ExpectEach(cases).First(BeRefused())
	if ex == nil || suite.ReadOnly(ctx) {
		return
	}
	missing := suite.MissingDigest()
	var (
		other *wire.Exchange
		by    require.ID
	)
	switch {
	case ex.Endpoint == wire.EndBlob && ex.Method == http.MethodHead:
		other, by = p.repo.HeadBlob(ctx, missing), require.PullBlobHeadUnknown
	case ex.Endpoint == wire.EndBlob:
		other, by = p.repo.GetBlob(ctx, missing), require.PullBlobGetUnknown
	case ex.Method == http.MethodHead:
		other, by = p.repo.HeadManifest(ctx, missing), require.PullManifestHeadUnknown
	default:
		other, by = p.repo.GetManifest(ctx, missing), require.PullManifestGetUnknown
	}
	if other.Status != http.StatusNotFound {
		suite.Blocked(by, other, "a digest that does not exist does not return 404, either")
	}
}

var _ = Describe("Pulling a blob by a malformed digest", func() {
	It("returns no blob and no server error", require.SecurityDigestMalformedPull, func(ctx SpecContext) {
		asked := blobPulls(ctx)
		asked.malformed = apart(asked.malformed, asked.others, BeRefused())
		asked.needUnknown(ctx, slices.Concat(asked.malformed, asked.hostile))
		if ExpectEach(asked.malformed).First(BeRefused()) != nil && !suite.ReadOnly(ctx) {
			// Some malformed texts are the same for every content.
			if pushed := ExpectEach(putUnderEach(ctx).malformed).First(BeRefused()); pushed != nil {
				suite.Blocked(require.SecurityDigestMalformedPush, pushed, "malformed digests are accepted when blobs are pushed, so there was something to pull")
			}
		}
		ExpectEach(slices.Concat(asked.malformed, asked.hostile)).To(BeRefused())
		// Another requirement covers server errors for ordinary mistakes.
		if bad := ExpectEach(asked.malformed).First(BeNoServerError()); bad != nil {
			suite.Blocked(require.ErrorsSemantics, bad, "a simpler malformed digest causes a server error, too")
		}
		ExpectEach(asked.hostile).To(BeNoServerError())
	})
})

var _ = Describe("Pulling a manifest by a reference that is neither a tag nor a digest", func() {
	It("returns no manifest", require.PullManifestReference, func(ctx SpecContext) {
		asked := manifestPulls(ctx)
		asked.malformed = apart(asked.malformed, asked.others, BeRefused())
		asked.needUnknown(ctx, asked.malformed)
		ExpectEach(asked.malformed).To(BeRefused())
	})
})

var _ = Describe("Pulling by a digest of another algorithm", func() {
	It("returns no content", require.SecurityDigestOtherAlgorithmPull, func(ctx SpecContext) {
		for _, asked := range []pulls{blobPulls(ctx), manifestPulls(ctx)} {
			asked.needUnknown(ctx, asked.others)
			ExpectEach(asked.others).To(BeRefused())
		}
	})
})

// needNotFailing ends the spec if one of the pulls caused a server error, and a pull
// by a well-formed digest that does not exist does not return 404, either.
func (p pulls) needNotFailing(ctx context.Context, control func(context.Context)) []Case {
	cases := slices.Concat(p.malformed, p.others)
	if ExpectEach(cases).First(BeNoServerError()) != nil {
		control(ctx)
	}
	return cases
}

var _ = Describe("A mistake of the client", func() {
	It("in the digest of a blob to pull does not cause a server error", require.ErrorsSemantics, func(ctx SpecContext) {
		asked := blobPulls(ctx)
		ExpectEach(asked.needNotFailing(ctx, asked.repo.ControlUnknownBlob)).To(BeNoServerError())
	})
	It("in the digest of a manifest to pull does not cause a server error", require.ErrorsSemantics, func(ctx SpecContext) {
		asked := manifestPulls(ctx)
		ExpectEach(asked.needNotFailing(ctx, asked.repo.ControlUnknownManifest)).To(BeNoServerError())
	})
})
