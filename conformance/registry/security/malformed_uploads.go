package security

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

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

// underEach pushes a blob under every shape; all says in which way.
func underEach(all func(context.Context, *suite.Repository, []fixtures.Shape, []byte) []Case) func(context.Context) pushes {
	return suite.Once(func(ctx context.Context) pushes {
		suite.NeedPushed(ctx)
		repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
		malformed := append(fixtures.MalformedDigests(blob.Digest),
			fixtures.Shape{Title: "a digest with a path before it", Text: "sha256:../" + blob.Digest.Encoded()})
		cases := all(ctx, repo, slices.Concat(malformed, fixtures.Few(fixtures.OtherAlgorithms(blob.Digest))), blob.Data)
		for _, c := range cases {
			if c.Exchange.Endpoint == wire.EndUploadStart {
				repo.OpenUpload(ctx) // ends the spec if no upload can be started
				suite.Blocked(require.PushBlobPostPutStartStatus, c.Exchange, "an upload could not be started")
			}
		}
		return pushes{repo, cases[:len(malformed)], cases[len(malformed):]}
	})
}

// sideBySide pushes the content under all shapes at the same time.
func (push upload) sideBySide(ctx context.Context, repo *suite.Repository, shapes []fixtures.Shape, data []byte) []Case {
	return suite.AskEach(ctx, "", shapes, func(ctx context.Context, text string) *wire.Exchange { return push(ctx, repo, text, data) })
}

// inOneUpload is byPut under all shapes, one after another in one upload, while it
// stays open. If the upload changes after its start, the answers mean little: then each
// shape has an upload of its own.
func inOneUpload(ctx context.Context, repo *suite.Repository, shapes []fixtures.Shape, data []byte) []Case {
	var (
		cases    []Case
		location *url.URL
	)
	for _, s := range shapes {
		if location == nil {
			start := repo.StartUpload(ctx)
			if at, err := start.Location(); err == nil && start.OK() {
				location = at
			} else {
				return append(cases, Case{Title: s.Title, Exchange: start})
			}
		}
		put := repo.PutUpload(ctx, location, s.Text, data)
		cases = append(cases, Case{Title: s.Title, Exchange: put})
		if put.OK() {
			location = nil // the upload has ended
		}
	}
	if location != nil && !isEmpty(repo.UploadStatus(ctx, location)) {
		return upload(byPut).sideBySide(ctx, repo, shapes, data)
	}
	return cases
}

// isEmpty says whether the status of an upload shows that it has no content yet.
func isEmpty(status *wire.Exchange) bool {
	_, end, ranged := strings.Cut(status.Header.Get("Range"), "-")
	return status.OK() && ranged && (end == "0" || end == "-1")
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
	putUnderEach    = underEach(inOneUpload)
	postedUnderEach = underEach(upload(bySinglePost).sideBySide)
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
