package security

import (
	"context"
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// malformed are digests that image-spec (descriptor.md, "Digests") does not allow.
// All are made from the valid digest of the blob: a registry that only
// looks for a similar digest finds the blob.
func malformed(d digest.Digest) []string {
	hex := d.Encoded()
	return []string{
		"sha256:" + hex[:63],
		"sha256:" + hex + "0",
		"sha256:" + strings.ToUpper(hex),
		"sha256:../" + hex,
		hex,
	}
}

// upload is a way to push a blob under a digest.
type upload func(context.Context, *suite.Repository, string, []byte) *wire.Exchange

// byPut pushes with POST, then PUT.
func byPut(ctx context.Context, repo *suite.Repository, d string, data []byte) *wire.Exchange {
	return repo.PutUpload(ctx, repo.OpenUpload(ctx).Location, d, data)
}

// bySinglePost pushes with one POST. It ends the spec if that only starts an upload.
func bySinglePost(ctx context.Context, repo *suite.Repository, d string, data []byte) *wire.Exchange {
	suite.Need(ctx, suite.SinglePost)
	post := repo.PostBlob(ctx, d, data)
	if post.Status == http.StatusAccepted {
		suite.Absent(suite.SinglePost, "a single POST returned 202 Accepted")
	}
	return post
}

// needVerified ends the spec if the registry accepts a blob under the digest of other
// content: then it does not check digests at all, which is another requirement.
func needVerified(ctx context.Context, repo *suite.Repository, push upload, stored, status require.ID) {
	other := fixtures.NewBlob(suite.Nonce(), 64).Digest.String()
	mismatch := push(ctx, repo, other, fixtures.NewBlob(suite.Nonce(), 64).Data)
	if !mismatch.OK() {
		return
	}
	by := status
	if repo.GetBlob(ctx, other).OK() {
		by = stored
	}
	suite.Blocked(by, mismatch, "the digest of other content is accepted, too")
}

var _ = Describe("Pushing a blob", func() {
	for _, way := range []struct {
		title          string
		push           upload
		stored, status require.ID
	}{
		{"with POST, then PUT", byPut, require.PushBlobPostPutDigestMismatch, require.PushBlobPostPutDigestMismatchStatus},
		{"with a single POST", bySinglePost, require.PushBlobSinglePostDigestMismatch, require.PushBlobSinglePostDigestMismatchStatus},
	} {
		Context(way.title, func() {
			It("under a malformed digest is refused", require.SecurityDigestMalformedPush, func(ctx SpecContext) {
				repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
				for _, d := range malformed(blob.Digest) {
					answer := way.push(ctx, repo, d, blob.Data)
					if answer.OK() {
						needVerified(ctx, repo, way.push, way.stored, way.status)
					}
					Expect(answer).To(BeRefused())
				}
			})
			It("under a digest of an unknown algorithm is refused", require.SecurityDigestUnknownAlgorithmBlob, func(ctx SpecContext) {
				repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
				answer := way.push(ctx, repo, unknownAlgorithm(blob.Digest), blob.Data)
				if answer.OK() {
					needVerified(ctx, repo, way.push, way.stored, way.status)
					if short := way.push(ctx, repo, malformed(blob.Digest)[0], blob.Data); short.OK() {
						suite.Blocked(require.SecurityDigestMalformedPush, short, "malformed digests are accepted, too")
					}
				}
				Expect(answer).To(BeRefused())
			})
		})
	}
})

// unknownAlgorithm is a well-formed digest whose algorithm does not exist.
func unknownAlgorithm(d digest.Digest) string { return "nosuchalgorithm:" + d.Encoded() }

var _ = Describe("Pushing a manifest", func() {
	It("under a digest of an unknown algorithm is refused", require.SecurityDigestUnknownAlgorithmManifest, func(ctx SpecContext) {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		repo.PushContent(ctx, image)
		put := func(reference string) *wire.Exchange {
			return repo.PutManifest(ctx, reference, image.MediaType, image.Data)
		}
		answer := put(unknownAlgorithm(image.Digest))
		if answer.OK() {
			if other := put(suite.MissingDigest()); other.OK() {
				suite.Blocked(require.PushManifestDigestMismatch, other, "the digest of other content is accepted, too")
			}
			if short := put("sha256:baddigest"); short.OK() {
				suite.Blocked(require.PushManifestReference, short, "malformed digests are accepted, too")
			}
		}
		Expect(answer).To(BeRefused())
	})
})

var _ = Describe("Pulling a blob by a malformed digest", func() {
	It("returns no blob and no server error", require.SecurityDigestMalformedPull, func(ctx SpecContext) {
		repo, blob := suite.ABlob(ctx, 64)
		bad := repo.GetBlob(ctx, "sha256:baddigest", wire.NoRedirect())
		if bad.Status >= http.StatusInternalServerError {
			suite.Blocked(require.ErrorsSemantics, bad, "a simpler malformed digest causes a server error, too")
		}
		hex := blob.Digest.Encoded()
		asked := []string{
			"sha256:" + hex + "%00",
			"sha256:..%2F..%2F..%2F..%2F..%2F..%2Fetc%2Fpasswd",
			"sha256:%2e%2e%2f" + hex,
			hex,
		}
		if blob.Digest.Algorithm() == digest.SHA256 {
			asked = append(asked, "sha256:"+hex[:63], "sha256:"+hex+"0", "sha256:"+strings.ToUpper(hex))
		}
		var requests []func(context.Context) *wire.Exchange
		for _, d := range asked {
			requests = append(requests, func(ctx context.Context) *wire.Exchange { return repo.GetBlob(ctx, d, wire.NoRedirect()) })
		}
		for _, pull := range suite.AtOnce(ctx, requests...) {
			if pull.OK() && !suite.ReadOnly(ctx) {
				repo.ControlUnknownBlob(ctx)
			}
			Expect(pull).To(Check("a status from 300 to 499: no blob, and no server error", func(ex *wire.Exchange) (string, bool) {
				return ex.StatusAndReason(), !ex.OK() && ex.Status < http.StatusInternalServerError
			}))
		}
	})
})
