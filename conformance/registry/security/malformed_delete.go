package security

import (
	"context"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"
	"github.com/opencontainers/go-digest"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// deletes are deletes by texts that are not digests of the existing content, and a pull
// of that content afterwards.
type deletes struct {
	repo  *suite.Repository
	cases []Case
	left  *wire.Exchange
}

func notDigests(d digest.Digest) []fixtures.Shape {
	return append(fixtures.MalformedDigests(d), fixtures.Few(fixtures.OtherAlgorithms(d))...)
}

var blobDeletes = suite.Once(func(ctx context.Context) deletes {
	suite.Need(ctx, suite.BlobDelete)
	suite.NeedPushed(ctx)
	repo, blob := suite.Repo(ctx), fixtures.NewBlob(suite.Nonce(), 64)
	repo.PushBlob(ctx, blob)
	cases := suite.AskEach(ctx, "DELETE by ", notDigests(blob.Digest), func(ctx context.Context, text string) *wire.Exchange {
		return repo.DeleteBlob(ctx, text)
	})
	return deletes{repo, cases, repo.GetBlob(ctx, blob.Digest.String())}
})

var manifestDeletes = suite.Once(func(ctx context.Context) deletes {
	suite.Need(ctx, suite.ManifestDelete)
	suite.NeedPushed(ctx)
	repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
	repo.PushManifest(ctx, image)
	cases := suite.AskEach(ctx, "DELETE by ", fixtures.Few(notDigests(image.Digest)), func(ctx context.Context, text string) *wire.Exchange {
		return repo.DeleteManifest(ctx, text)
	})
	return deletes{repo, cases, repo.GetManifest(ctx, image.Digest.String())}
})

var _ = Describe("Deleting by a malformed digest, or a digest of another algorithm,", func() {
	It("deletes no blob, and is refused", require.SecurityDigestMalformedDelete, func(ctx SpecContext) {
		d := blobDeletes(ctx)
		if !d.left.OK() {
			d.repo.ControlBlob(ctx)
		} else if ExpectEach(d.cases).First(BeRefused()) != nil {
			if unknown := d.repo.DeleteBlob(ctx, suite.MissingDigest()); unknown.OK() {
				suite.Blocked(require.ManagementBlobDeleteUnknown, unknown, "a delete of a blob that does not exist succeeds, too")
			}
			if pushed := ExpectEach(putUnderEach(ctx).malformed).First(BeRefused()); pushed != nil {
				suite.Blocked(require.SecurityDigestMalformedPush, pushed, "malformed digests are accepted when blobs are pushed, so there was something to delete")
			}
		}
		ExpectEach(d.cases).To(BeRefused())
		Expect(d.left).To(beLeft())
	})
	// The specification does not say how the delete of a missing manifest ends.
	It("deletes no manifest", require.SecurityDigestMalformedDelete, func(ctx SpecContext) {
		d := manifestDeletes(ctx)
		if !d.left.OK() {
			d.repo.ControlManifest(ctx)
			ExpectEach(d.cases).To(BeRefused())
		}
		Expect(d.left).To(beLeft())
	})
})

func beLeft() types.GomegaMatcher {
	return Check("the content, which was not deleted", func(ex *wire.Exchange) (string, bool) {
		return "status " + wire.StatusText(ex.Status), ex.OK()
	})
}

var _ = Describe("A mistake of the client", func() {
	It("in the digest of content to delete does not cause a server error", require.ErrorsSemantics, func(ctx SpecContext) {
		var cases []Case
		if suite.Has(ctx, suite.BlobDelete) {
			cases = blobDeletes(ctx).cases
		}
		if suite.Has(ctx, suite.ManifestDelete) {
			cases = slices.Concat(cases, manifestDeletes(ctx).cases)
		}
		if len(cases) == 0 {
			suite.NotApplicable("the registry does not delete blobs or manifests")
		}
		wrong := ExpectEach(cases).First(BeNoServerError())
		if wrong != nil && strings.Contains(wrong.URL.Path, "/blobs/") {
			if del := suite.Repo(ctx).DeleteBlob(ctx, suite.MissingDigest()); del.Status == wrong.Status {
				suite.Blocked(require.ManagementBlobDeleteUnknown, del, "the delete of a blob that does not exist returns the same status")
			}
		}
		if wrong != nil && !suite.Has(ctx, suite.TagDelete) {
			repo, tag := suite.Repo(ctx), suite.Tag()
			repo.PushTagged(ctx, tag, fixtures.NewImage(suite.Nonce()))
			if del := repo.DeleteManifest(ctx, tag); del.Status == wrong.Status {
				suite.Blocked(require.ManagementTagDeleteDisabled, del, "the delete of an ordinary tag returns the same status")
			}
		}
		ExpectEach(cases).To(BeNoServerError())
	})
	// The specification does not ask registries to check the digests in a manifest, so
	// the push may be accepted.
	It("in a digest inside of a manifest does not cause a server error", require.ErrorsSemantics, func(ctx SpecContext) {
		repo, image := suite.Repo(ctx), fixtures.NewImage(suite.Nonce())
		index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{image})
		repo.PushContent(ctx, image)
		subject := fixtures.NewImage(suite.Nonce(), fixtures.WithSubject(image.Descriptor()))
		first := func(list any) map[string]any { return list.([]any)[0].(map[string]any) }
		var cases []Case
		for _, place := range []struct {
			title string
			in    fixtures.Manifest
			of    func(doc map[string]any) map[string]any
		}{
			{"of the config", image, func(doc map[string]any) map[string]any { return doc["config"].(map[string]any) }},
			{"of a layer", image, func(doc map[string]any) map[string]any { return first(doc["layers"]) }},
			{"of the subject", subject, func(doc map[string]any) map[string]any { return doc["subject"].(map[string]any) }},
			{"of a child", index, func(doc map[string]any) map[string]any { return first(doc["manifests"]) }},
		} {
			shapes := append(fixtures.Few(notDigests(image.Digest)), fixtures.Shape{Title: "an empty text"})
			cases = append(cases, suite.AskEach(ctx, "", shapes, func(ctx context.Context, text string) *wire.Exchange {
				bad := place.in.Edit(func(doc map[string]any) { place.of(doc)["digest"] = text })
				return repo.PutManifest(ctx, bad.Digest.String(), bad.MediaType, bad.Data)
			})...)
			for i := len(cases) - len(shapes); i < len(cases); i++ {
				cases[i].Title += ", as the digest " + place.title
			}
		}
		if ExpectEach(cases).First(BeNoServerError()) != nil {
			repo.ControlManifest(ctx)
		}
		ExpectEach(cases).To(BeNoServerError())
	})
})
