// Package pull has the specs of how a client pulls.
package pull

import (
	"net/http"
	"slices"
	"strings"

	. "assay/conformance/client/judge"
	"assay/conformance/client/scenarios"
	"assay/conformance/client/stage"
	"assay/conformance/client/traffic"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/reference/faults/behaviour"
)

var getManifest = func(ex *traffic.Exchange) bool { return ex.Is("GET", behaviour.Manifests) && ex.Accepted() }

var _ = Describe("Pulling an image", func() {
	It("works by tag and by digest", require.ClientPullImage, func(ctx SpecContext) {
		p := Succeeds(ctx, scenarios.PlainPull)
		Expected(p, Find(p, getManifest) != nil, Last(p), "a GET of the manifest", "none")
		for _, b := range p.Content.Image.Blobs {
			got := Find(p, func(ex *traffic.Exchange) bool { return ex.Is("GET", behaviour.Blobs) && ex.Name == b.Digest.String() })
			Expected(p, got != nil, Last(p), "a GET of each blob", "none of %s", b.Digest)
		}
	})
	It("works by an index", require.ClientPullImage, func(ctx SpecContext) { Succeeds(ctx, scenarios.PullIndex) })
	It("works by an index with something of an unknown type", require.ClientPullIndexUnknownTypes, func(ctx SpecContext) {
		MustSucceed(ctx, scenarios.PullIndex, require.ClientPullImage)
		Succeeds(ctx, scenarios.PullIndexUnknown)
	})
	It("works by a tag with large and small letters", require.ClientPullImage, func(ctx SpecContext) {
		MustSucceed(ctx, scenarios.PlainPull, require.ClientPullImage)
		Succeeds(ctx, scenarios.PullMixedTag)
	})
	It("works without Docker- headers", require.ClientPullHeadersOptional, func(ctx SpecContext) {
		MustSucceed(ctx, scenarios.PullIndex, require.ClientPullImage)
		Succeeds(ctx, scenarios.PullNoHeaders)
	})
	It("ignores parameters on Content-Type", require.ClientPullManifestContentTypeParameters, func(ctx SpecContext) {
		MustSucceed(ctx, scenarios.PullIndex, require.ClientPullImage)
		Succeeds(ctx, scenarios.PullTypeParameters)
	})
	It("works with a manifest without mediaType", require.ClientPullManifestNoMediaType, func(ctx SpecContext) {
		Succeeds(ctx, scenarios.PullNoMediaType)
	})
	It("works with a manifest of 4 megabytes", require.ClientPullManifestLarge, func(ctx SpecContext) { Succeeds(ctx, scenarios.PullLarge) })
	It("ignores unknown fields", require.ClientPullManifestUnknownFields, func(ctx SpecContext) { Succeeds(ctx, scenarios.PullUnknownFields) })
	It("ignores unknown fields of the config", require.ClientPullConfigUnknownFields, func(ctx SpecContext) {
		Succeeds(ctx, scenarios.PullConfigFields)
	})
	It("works by a SHA-512 digest", require.ClientPullDigestSha512, func(ctx SpecContext) { Succeeds(ctx, scenarios.PullSHA512) })
})

var _ = Describe("Pulling a manifest", func() {
	It("rejects a mediaType that is not the Content-Type", require.ClientPullManifestMediaType, func(ctx SpecContext) {
		Rejects(ctx, scenarios.ManifestOtherType, getManifest, "a manifest with another Content-Type")
	})
	It("rejects an index whose mediaType is not the Content-Type", require.ClientPullManifestMediaType, func(ctx SpecContext) {
		Rejects(ctx, scenarios.IndexOtherType, getManifest, "an index with another Content-Type")
	})
	It("rejects a manifest of an index whose mediaType is not the Content-Type", require.ClientPullManifestMediaType, func(ctx SpecContext) {
		child := func(ex *traffic.Exchange) bool {
			return getManifest(ex) && ex.Header.Get("Content-Type") == behaviour.DockerType
		}
		Rejects(ctx, scenarios.ChildOtherType, child, "a manifest with another Content-Type")
	})
	It("rejects another manifest by its SHA-512 digest", require.ClientPullManifestDigest, func(ctx SpecContext) {
		Rejects(ctx, scenarios.SHA512ManifestCorrupted, getManifest, "a manifest with another digest")
	})
	It("rejects another index", require.ClientPullManifestDigest, func(ctx SpecContext) {
		Rejects(ctx, scenarios.IndexCorrupted, getManifest, "an index with another digest")
	})
	It("rejects another manifest of an index in an index", require.ClientPullManifestDigest, func(ctx SpecContext) {
		p := Play(ctx, scenarios.GrandchildCorrupted)
		image := p.Content.Image.Children[0].Children[0].Digest.String()
		Rejects(ctx, scenarios.GrandchildCorrupted, func(ex *traffic.Exchange) bool { return getManifest(ex) && ex.Name == image }, "a manifest with another digest")
		// The registry of the copy refuses it, too.
		sent := Find(p, func(ex *traffic.Exchange) bool {
			return ex.Is("PUT", behaviour.Manifests) && ex.Name == image && ex.SentDigest.String() != image
		})
		Expected(p, sent == nil, sent, "a failure of the client, which got a manifest with another digest", "a PUT of that manifest")
	})
	It("rejects another manifest of another host", require.ClientPullManifestDigest, func(ctx SpecContext) {
		Rejects(ctx, scenarios.ManifestElsewhereCorrupted, getManifest, "a manifest with another digest from another host")
	})
	It("by digest rejects another manifest", require.ClientPullManifestDigest, func(ctx SpecContext) {
		Rejects(ctx, scenarios.ManifestCorrupted, getManifest, "a manifest with another digest")
	})
	It("rejects another manifest of an index", require.ClientPullManifestDigest, func(ctx SpecContext) {
		child := func(ex *traffic.Exchange) bool { return getManifest(ex) && ex.ByDigest() }
		Rejects(ctx, scenarios.ChildCorrupted, child, "a manifest with another digest")
	})
	It("does not use a wrong Docker-Content-Digest for a subject", require.ClientPullManifestDigestHeader, func(ctx SpecContext) {
		p := Play(ctx, scenarios.AttachWrongHeader)
		wrong := Find(p, func(ex *traffic.Exchange) bool {
			doc, ok := ex.Document()
			return ok && doc.Subject != nil && doc.Subject.Digest == scenarios.OtherDigest
		})
		Expected(p, wrong == nil, wrong, "a failure, or the digest of the content", "an artifact with the subject %s", scenarios.OtherDigest)
	})
	It("does not use a wrong Docker-Content-Digest", require.ClientPullManifestDigestHeader, func(ctx SpecContext) {
		unused(Play(ctx, scenarios.ManifestWrongHeader))
	})
})

// unused judges that a client that succeeded did not use the digest of other content.
func unused(p *stage.Played) {
	if !p.Steps[0].Done() {
		return // it was noticed
	}
	const expected = "a failure, or the digest of the content"
	for i, ex := range p.All {
		if strings.Contains(ex.URL.RequestURI(), scenarios.OtherDigest) && !ex.Is("HEAD", behaviour.Manifests) && !isDropped(ex, p.All[i:]) {
			NotKept(p, ex, expected, "exit 0 after a request for %s", scenarios.OtherDigest)
		}
	}
	if left := p.Steps[0].Pulled; left != nil {
		Expected(p, !slices.Contains(left.Digests, scenarios.OtherDigest), Last(p), expected, "a layout with %s", scenarios.OtherDigest)
	}
	if p.Steps[0].Loose {
		return
	}
	Expected(p, !strings.Contains(p.Steps[0].Stdout, scenarios.OtherDigest), Last(p), expected, "exit 0, and %s on standard output", scenarios.OtherDigest)
}

// isDropped says whether the registry had nothing under the digest, and the client then
// got the manifest in another way: it tried the digest, and did not use it.
func isDropped(ex *traffic.Exchange, after []*traffic.Exchange) bool {
	return ex.Is("GET", behaviour.Manifests) && ex.Status == http.StatusNotFound && slices.ContainsFunc(after, getManifest)
}

var _ = Describe("A request for a manifest", func() {
	It("has a digest or a tag", require.ClientPullManifestReference, func(ctx SpecContext) { EveryRequest(ctx, require.ClientPullManifestReference) })
	It("has an Accept with types of manifests", require.ClientPullManifestAccept, func(ctx SpecContext) { EveryRequest(ctx, require.ClientPullManifestAccept) })
	It("has a repository name of the grammar", require.ClientPullNameGrammar, func(ctx SpecContext) { EveryRequest(ctx, require.ClientPullNameGrammar) })
	It("has a tag of at most 128 characters", require.ClientPullTagLength, func(ctx SpecContext) { EveryRequest(ctx, require.ClientPullTagLength) })
	It("has a tag of the grammar", require.ClientPullTagGrammar, func(ctx SpecContext) { EveryRequest(ctx, require.ClientPullTagGrammar) })
})

var _ = Describe("Copying", func() {
	It("works with media types that are not known", require.ClientPullManifestUnknownTypes, func(ctx SpecContext) {
		Succeeds(ctx, scenarios.CopyUnknownTypes)
	})
	It("works with a layer whose media type is not known", require.ClientPullManifestUnknownTypes, func(ctx SpecContext) {
		MustSucceed(ctx, scenarios.PlainCopy, require.ClientPushCopy)
		MustSucceed(ctx, scenarios.CopyUnknownTypes, require.ClientPullManifestUnknownTypes)
		Succeeds(ctx, scenarios.CopyUnknownLayer)
	})
	It("works with a config that is no JSON and whose media type is not known", require.ClientPullManifestUnknownTypes, func(ctx SpecContext) {
		MustSucceed(ctx, scenarios.MountRefused, require.ClientPushMountRefused)
		MustSucceed(ctx, scenarios.CopyUnknownTypes, require.ClientPullManifestUnknownTypes)
		Succeeds(ctx, scenarios.CopyUnknownConfig)
	})
	It("keeps unknown fields", require.ClientPullManifestUnknownFields, func(ctx SpecContext) {
		if control := MustSucceed(ctx, scenarios.PlainCopy, require.ClientPushCopy); !isCopied(control) {
			Unsupported("the client changes the manifests that it copies")
		}
		p := Succeeds(ctx, scenarios.CopyUnknownFields)
		Expected(p, isCopied(p), Find(p, Of("PUT", behaviour.Manifests)), "the same manifest", "another manifest")
	})
	It("works with the empty config", require.ClientPullManifestEmptyConfig, func(ctx SpecContext) { Succeeds(ctx, scenarios.CopyEmptyConfig) })
	It("works with an index in an index", require.ClientPullIndexNested, func(ctx SpecContext) { Succeeds(ctx, scenarios.CopyNestedIndex) })
})

// isCopied says whether the copy has the same manifest.
func isCopied(p *stage.Played) bool {
	data, there := p.Copied()
	return there && string(data) == string(p.Content.Image.Data)
}
