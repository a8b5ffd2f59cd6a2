package push

import (
	"slices"

	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// saysMissing says that the registry refused a manifest because content that it
// references is missing.
func saysMissing(ex *wire.Exchange) bool {
	return !ex.OK() && slices.Contains(errorCodes(ex), "MANIFEST_BLOB_UNKNOWN")
}

// beAcceptedOrMissing expects success, or the error code for missing references.
func beAcceptedOrMissing() types.GomegaMatcher {
	return Check("success (any 2xx status), or the error code MANIFEST_BLOB_UNKNOWN", func(ex *wire.Exchange) (string, bool) {
		return "status " + wire.StatusText(ex.Status) + " " + string(ex.Body), ex.OK() || saysMissing(ex)
	})
}

var _ = Describe("Pushing an index", func() {
	for _, c := range []struct {
		title string
		there int // how many of its two children exist
	}{
		{"without its children", 0},
		{"with one of its two children", 1},
	} {
		It(c.title+" is accepted, or refused as MANIFEST_BLOB_UNKNOWN", require.PushIndexSparse, func(ctx SpecContext) {
			repo := suite.Repo(ctx)
			children := []fixtures.Manifest{fixtures.NewImage(suite.Nonce()), fixtures.NewImage(suite.Nonce())}
			for i := range c.there {
				_, children[i], _ = suite.TaggedImage(ctx)
			}
			index := fixtures.NewIndex(suite.Nonce(), children)
			put := repo.PutManifest(ctx, index.Digest.String(), index.MediaType, index.Data)
			needErrorList(put)
			if !put.OK() && !saysMissing(put) {
				needOrdinaryIndex(ctx)
				needMissingBlobsNamed(ctx, repo)
			}
			Expect(put).To(beAcceptedOrMissing())
		})
	}
})

// needMissingBlobsNamed ends the spec if an image whose blobs are missing is refused
// with another error code, too.
func needMissingBlobsNamed(ctx SpecContext, repo *suite.Repository) {
	image := fixtures.NewImage(suite.Nonce(), fixtures.WithOwnBlobs())
	put := repo.PutManifest(ctx, image.Digest.String(), image.MediaType, image.Data)
	if !put.OK() && !saysMissing(put) {
		suite.Blocked(require.PushManifestMissingReferenceCode, put, "an image whose blobs are missing is refused with another code, too")
	}
}

// A registry may look for the entries of an index among its blobs or among its
// manifests, so the entry is pushed as both. It has no mediaType field, which could
// contradict the index.
var _ = Describe("Pushing an index with an entry of an unknown media type", func() {
	It("is accepted and stored unchanged", require.PushTypeUnknownChild, func(ctx SpecContext) {
		repo, known, _ := suite.TaggedImage(ctx)
		entry := fixtures.NewImage(suite.Nonce()).Edit(func(doc map[string]any) { delete(doc, "mediaType") })
		oci := entry.MediaType
		entry.MediaType = suite.MediaType("+json")
		repo.PushContent(ctx, entry)
		repo.PushBlob(ctx, fixtures.BlobOf(entry.Data))
		for _, mediaType := range []string{entry.MediaType, oci} {
			if repo.PutManifest(ctx, entry.Digest.String(), mediaType, entry.Data).OK() {
				break
			}
		}

		index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{known, entry})
		put := repo.PutManifest(ctx, index.Digest.String(), index.MediaType, index.Data)
		if saysMissing(put) {
			suite.NotApplicable("the registry refuses an index whose entries it does not find, which is allowed")
		}
		if !put.OK() {
			needOrdinaryIndex(ctx)
			Expect(put).To(BeAccepted())
		}
		pull := suite.Must(repo.GetManifest(ctx, index.Digest.String()), require.PullManifestGetStatus)
		if !isKept(pull, index) {
			needOrdinaryIndex(ctx)
		}
		Expect(pull).To(beKept(index))
	})
})

// A client that trusts the size stops reading too early, or refuses the content.
var _ = Describe("Pushing an index that gives a wrong size for a child", func() {
	It("is refused", require.PushIndexChildMetadata, func(ctx SpecContext) {
		repo := suite.Repo(ctx)
		needOrdinaryIndex(ctx) // otherwise a refusal would prove nothing
		_, child, _ := suite.TaggedImage(ctx)
		index := fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child}).Edit(func(doc map[string]any) {
			doc["manifests"].([]any)[0].(map[string]any)["size"] = len(child.Data) + 1
		})
		Expect(repo.PutManifest(ctx, index.Digest.String(), index.MediaType, index.Data)).To(BeRefused())
	})
})
