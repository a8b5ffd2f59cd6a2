package push

import (
	"net/http"
	"strings"

	. "assay/conformance/client/judge"
	"assay/conformance/client/scenarios"
	"assay/conformance/client/stage"
	"assay/conformance/client/traffic"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/reference/faults/behaviour"
)

var _ = Describe("Pushing an image", func() {
	It("works", require.ClientPushImage, func(ctx SpecContext) {
		p := Succeeds(ctx, scenarios.PlainPush)
		_, there := p.Manifest(stage.MainTag)
		Expected(p, there, Last(p), "the tag in the registry", "exit 0, and no tag")
	})
	It("has a manifest that names everything", require.ClientPushManifestBlobs, func(ctx SpecContext) {
		p := Play(ctx, scenarios.PlainPush)
		put, blob := dangling(p)
		if put == nil {
			MustSucceed(ctx, scenarios.PlainPush, require.ClientPushImage)
		}
		if (put != nil || Missing(p) != "") && Find(p, patch) != nil && Caught(func() { EveryRequest(ctx, require.ClientPushChunkedClose) }) {
			Blocked(require.ClientPushChunkedClose, nil, "the client does not close its uploads")
		}
		if put != nil {
			NotKept(p, put, "each blob of the manifest in the registry before", "no blob %s", blob)
		}
		if _, there := p.Manifest(stage.MainTag); !there {
			Blocked(require.ClientPushImage, Last(p), "no manifest was pushed under the tag")
		}
		if missing := Missing(p); missing != "" {
			NotKept(p, Find(p, Of("PUT", behaviour.Manifests)), "a manifest with the config and all layers", "%s", missing)
		}
	})
	It("has all manifests of an index", require.ClientPushManifestBlobs, func(ctx SpecContext) {
		p := Play(ctx, scenarios.PushIndex)
		index := p.Content.Image
		put := Find(p, func(ex *traffic.Exchange) bool {
			return ex.Is("PUT", behaviour.Manifests) && ex.SentDigest == index.Digest
		})
		if put == nil {
			Unsupported("the client did not push the index")
		}
		for _, child := range index.Children {
			_, there := p.Manifest(child.Digest.String())
			Expected(p, there, put, "each manifest of the index in the registry", "no manifest %s", child.Digest)
		}
	})
	It("has a manifest that names the attached file", require.ClientPushManifestBlobs, func(ctx SpecContext) {
		p := MustSucceed(ctx, scenarios.PlainAttach, require.ClientReferencesPushApi)
		file := p.Steps[0].Job.Blob.String()
		if !p.HasBlob(file) {
			Unsupported("the client does not push the file as a blob")
		}
		put := Find(p, func(ex *traffic.Exchange) bool { return ex.Is("PUT", behaviour.Manifests) && ex.Accepted() })
		if put == nil {
			Blocked(require.ClientReferencesPushApi, Last(p), "the client pushed no manifest")
		}
		names := Find(p, func(ex *traffic.Exchange) bool {
			return ex.Is("PUT", behaviour.Manifests) && strings.Contains(string(ex.Sent), file)
		})
		Expected(p, names != nil, put, "a manifest with the file, which was pushed as a blob", "none with %s", file)
	})
	It("works with a manifest of 4 megabytes", require.ClientPushManifestLarge, func(ctx SpecContext) { Succeeds(ctx, scenarios.PushLarge) })
	It("moves a tag that exists", require.ClientPushTagMoved, func(ctx SpecContext) {
		p := Succeeds(ctx, scenarios.PushExistingTag)
		before := p.Held[0].Data
		now, _ := p.Manifest(stage.MainTag)
		Expected(p, string(now) != string(before), Last(p), "the tag on the pushed image", "exit 0, and the tag on the image before")
	})
	It("works without Docker- headers", require.ClientPullHeadersOptional, func(ctx SpecContext) { Succeeds(ctx, scenarios.PushNoHeaders) })
	It("pushes no manifest if a blob was refused", require.ClientPushManifestAfterBlobs, func(ctx SpecContext) {
		p := Play(ctx, scenarios.BlobRefused)
		put := Find(p, Of("PUT", behaviour.Manifests))
		Expected(p, put == nil, put, "no PUT of the manifest", "a PUT of the manifest")
		Expected(p, !p.Steps[0].Done(), Last(p), "a failure of the client", "exit 0")
	})
	It("fails if the manifest is refused", require.ClientPushManifestRefused, func(ctx SpecContext) {
		p := Play(ctx, scenarios.PushRefused)
		put := Find(p, Of("PUT", behaviour.Manifests))
		Expected(p, !p.Steps[0].Done(), put, "a failure of the client", "exit 0")
	})
	It("does not use a wrong Docker-Content-Digest", require.ClientPushManifestDigestHeader, func(ctx SpecContext) {
		for _, s := range []*stage.Scenario{scenarios.PushWrongHeader, scenarios.PushArtifactWrongHeader} {
			p := Play(ctx, s)
			wrong := Find(p, uses)
			Expected(p, wrong == nil, wrong, "a failure, or the digest of the manifest", "a request with %s", scenarios.OtherDigest)
			if p.Steps[0].Done() && !p.Steps[0].Loose {
				Expected(p, !strings.Contains(p.Steps[0].Stdout, scenarios.OtherDigest), Last(p), "a failure, or the digest of the manifest",
					"exit 0, and %s on standard output", scenarios.OtherDigest)
			}
		}
	})
})

// dangling is a refused push of a manifest with a blob that the registry does not have; nil
// if there is none.
func dangling(p *stage.Played) (put *traffic.Exchange, blob string) {
	for _, ex := range All(p, Of("PUT", behaviour.Manifests)) {
		doc, ok := ex.Document()
		if !ok || ex.Status != http.StatusBadRequest {
			continue
		}
		for _, d := range doc.Blobs() {
			if !p.HasBlob(d) {
				return ex, d
			}
		}
	}
	return nil, ""
}

// uses chooses requests that name the digest of other content.
func uses(ex *traffic.Exchange) bool {
	return strings.Contains(ex.URL.RequestURI(), scenarios.OtherDigest) || ex.Is("PUT", behaviour.Manifests) && strings.Contains(string(ex.Sent), scenarios.OtherDigest)
}

var _ = Describe("A pushed manifest", func() {
	for _, id := range []require.ID{
		require.ClientPushManifestReference, require.ClientPushManifestContentType, require.ClientPushManifestContentTypeEqual,
		require.ClientPushManifestContentTypeParameters, require.ClientPushManifestMediaType, require.ClientPushManifestSchemaVersion,
		require.ClientPushManifestKind, require.ClientPushManifestRequired, require.ClientPushManifestArtifactType,
		require.ClientPushManifestConfigType, require.ClientPushManifestData, require.ClientPushManifestAnnotations,
	} {
		rule, _ := traffic.For(id)
		It(rule.Title, id, func(ctx SpecContext) { EveryRequest(ctx, id) })
	}
})

var _ = Describe("Copying an image", func() {
	It("works", require.ClientPushCopy, func(ctx SpecContext) {
		p := Succeeds(ctx, scenarios.PlainCopy)
		_, there := p.Copied()
		Expected(p, there, Last(p), "the tag in the target", "exit 0, and no tag")
	})
	It("keeps the manifest as it is", require.ClientPushCopySame, func(ctx SpecContext) {
		p := MustSucceed(ctx, scenarios.PlainCopy, require.ClientPushCopy)
		data, there := p.Copied()
		if !there {
			Blocked(require.ClientPushCopy, Last(p), "the client pushed no manifest")
		}
		Expected(p, string(data) == string(p.Content.Image.Data), Find(p, Of("PUT", behaviour.Manifests)), "the bytes of the source", "another manifest")
	})
	It("uploads the blobs if a mount is answered with 202", require.ClientPushMountRefused, func(ctx SpecContext) {
		p := Play(ctx, scenarios.MountRefused)
		mounted(p)
		Succeeds(ctx, scenarios.MountRefused)
	})
	It("uploads the blobs if it may not mount", require.ClientPushMountUnauthorized, func(ctx SpecContext) {
		p := Play(ctx, scenarios.MountUnauthorized)
		mounted(p)
		Succeeds(ctx, scenarios.MountUnauthorized)
	})
	It("does not use a wrong Docker-Content-Digest of a mount", require.ClientPushMountDigestHeader, func(ctx SpecContext) {
		p := Play(ctx, scenarios.MountWrongHeader)
		mounted(p)
		wrong := Find(p, uses)
		Expected(p, wrong == nil, wrong, "a failure, or the digest of the blob", "a request with %s", scenarios.OtherDigest)
	})
})

// mounted ends the spec if the client tries no mount: where a mount is refused, its
// request has no from any more.
func mounted(p *stage.Played) {
	if Find(p, func(ex *traffic.Exchange) bool { return ex.Method == "POST" && ex.URL.Query().Has("mount") }) == nil {
		Unsupported("the client mounts no blob")
	}
}
