package downlevel

import (
	"context"
	"net/http"
	"slices"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// look has the responses of the registry at one moment, by title.
type look map[string]*wire.Exchange

// The titles of the requests, for messages. A request for an artifact or its blobs has
// the title of the artifact.
const (
	byTag       = "the image by its tag"
	bySecondTag = "the image by its second tag"
	byDigest    = "the image by its digest"
	byImageType = "the image for a client that accepts OCI images alone"
	byDocker    = "the image for Docker 1.10"
	byHeadTag   = "HEAD of the image's tag by containerd"
	byHead      = "HEAD of the image's digest"
	config      = "the image's config"
	layer       = "the image's layer"
	lastLayer   = "the image's last layer"
	headLayer   = "HEAD of the image's layer"
	partOfLayer = "a part of the image's layer"
	inIndex     = "an index that lists the image"
	inIndexTag  = "the tag of an index that lists the image"
	otherImage  = "another image with the same blobs"
	blobsOf     = "the content of "
	configsOf   = "the config of "
)

const layerType = ocispec.MediaTypeImageLayer

// The Accept headers of older clients.
const (
	acceptImage  = "application/vnd.oci.image.manifest.v1+json"
	acceptDocker = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.v1+prettyjws, application/json"
	acceptOf2019 = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, " +
		"application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*"
)

// history is the history of an image. Artifacts were attached, the image was pushed
// again, artifacts were deleted, tags were moved and deleted, and then the image was
// deleted. After each step, everything was requested.
type history struct {
	image, other, index fixtures.Manifest
	tag, second         string
	indexTag            string
	otherAt             string     // the reference of the other image
	artifacts           []artifact // the artifacts that the registry accepted

	attached look
	tags     []*wire.Exchange // the pages of the tag list
	foreign  look             // tags in the list that are named after the image, but were not pushed
	mount    *wire.Exchange   // mount of the layer into another repository; nil if it is not possible
	mounted  *wire.Exchange   // the layer there; nil if the mount did not return 201

	pushAgain *wire.Exchange
	again     look

	deletes     []*wire.Exchange // of artifacts
	without     look
	listed      []*wire.Exchange // the pages of referrers
	move, untag *wire.Exchange   // untag is nil if tags cannot be deleted
	untagged    look
	stillListed []*wire.Exchange
	otherListed []*wire.Exchange

	remove  *wire.Exchange // nil if manifests cannot be deleted
	removed look
}

// live carries out the history with a new image.
func live(ctx context.Context, ways []way) *history {
	suite.NeedPushed(ctx)
	repo := suite.Repo(ctx)
	layers := fixtures.WithLayers(fixtures.NewBlob(suite.Nonce(), 128).As(layerType), fixtures.NewBlob(suite.Nonce(), 96).As(layerType))
	h := &history{image: fixtures.NewImage(suite.Nonce(), fixtures.WithOwnBlobs(), layers), tag: suite.Tag(), second: suite.Tag(), indexTag: suite.Tag()}
	h.other = h.image.Edit(func(doc map[string]any) { doc["annotations"].(map[string]any)["org.example.other"] = suite.Nonce() })
	h.index = fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{h.image})
	repo.PushTagged(ctx, h.tag, h.image)
	suite.Must(put(ctx, repo, h.second, h.image), require.PushManifestStatus)
	put(ctx, repo, h.indexTag, h.index)
	h.attach(ctx, repo, ways)

	h.attached = ask(ctx, repo, slices.Concat(h.everything(), h.contents(h.artifacts)))
	h.tags = repo.Pages(ctx, repo.ListTags(ctx))
	h.foreign = ask(ctx, repo, h.unknown(tagsOf(h.tags)))

	h.mountLayer(ctx, repo)

	h.pushAgain = put(ctx, repo, h.tag, h.image)
	watched := slices.DeleteFunc(slices.Clone(h.artifacts), func(a artifact) bool { return !a.watched })
	h.again = ask(ctx, repo, append(manifestsOf(watched), h.indexes()...))

	h.detach(ctx, repo)
	h.without = ask(ctx, repo, slices.Concat(h.contents(watched), h.blobs(), h.indexes(),
		[]request{h.manifest(byTag, h.tag), h.manifest(bySecondTag, h.second), h.manifest(byDigest, h.image.Digest.String())}))
	h.listed = h.list(ctx, repo, h.image)

	h.untagAll(ctx, repo)
	h.untagged = ask(ctx, repo, slices.Concat(h.contents(watched), h.blobs(),
		[]request{h.manifest(byTag, h.tag), h.manifest(bySecondTag, h.second), h.manifest(byDigest, h.image.Digest.String())}))
	h.stillListed, h.otherListed = h.list(ctx, repo, h.image), h.list(ctx, repo, h.other)

	if suite.Has(ctx, suite.ManifestDelete) {
		h.remove = repo.DeleteManifest(ctx, h.image.Digest.String())
		h.removed = ask(ctx, repo, slices.Concat(h.contents(watched), h.blobs(),
			[]request{h.manifest(byDigest, h.image.Digest.String()), h.manifest(otherImage, h.otherAt)}))
	}
	return h
}

// attach pushes the artifacts and records those that the registry accepted.
func (h *history) attach(ctx context.Context, repo *suite.Repository, ways []way) {
	there := map[digest.Digest]bool{layerOf(h.image).Digest: true}
	for _, w := range ways {
		for _, a := range w.attach(h.image, h.artifacts) {
			for _, b := range a.Blobs {
				if !there[b.Digest] {
					repo.PushBlob(ctx, b)
				}
				there[b.Digest] = true
			}
			if put(ctx, repo, a.reference, a.Manifest).OK() {
				h.artifacts = append(h.artifacts, a)
			}
		}
	}
}

// mountLayer mounts the layer into the second repository and pulls it there.
func (h *history) mountLayer(ctx context.Context, repo *suite.Repository) {
	if !suite.Has(ctx, suite.Mount) {
		return
	}
	there, d := suite.Repo2(ctx), layerOf(h.image).Digest.String()
	before := !suite.IsCareful(ctx) || repo.HasBlob(ctx, layerOf(h.image))
	if h.mount = there.Mount(ctx, d, repo.Name()); h.mount.Status == http.StatusCreated {
		h.mounted = there.GetBlob(ctx, d)
		if before && suite.IsCareful(ctx) && !repo.HasBlob(ctx, layerOf(h.image)) {
			suite.Blocked(require.PushBlobMountSource, h.mount, "a mount takes the blob away from the repository that it is mounted from")
		}
	}
}

// detach deletes the artifacts that are to be deleted.
func (h *history) detach(ctx context.Context, repo *suite.Repository) {
	if !suite.Has(ctx, suite.ManifestDelete) {
		return
	}
	for _, a := range h.artifacts {
		if a.goes {
			h.deletes = append(h.deletes, repo.DeleteManifest(ctx, a.Digest.String()))
		}
	}
}

// untagAll moves the first tag to the other image and deletes the second.
func (h *history) untagAll(ctx context.Context, repo *suite.Repository) {
	h.otherAt = h.tag
	if h.move = put(ctx, repo, h.tag, h.other); !h.move.OK() {
		h.otherAt = h.other.Digest.String()
		put(ctx, repo, h.otherAt, h.other)
	}
	if suite.Has(ctx, suite.TagDelete) {
		h.untag = repo.DeleteManifest(ctx, h.second)
	}
}

// list is the list of referrers of an image. It is nil if there is none.
func (h *history) list(ctx context.Context, repo *suite.Repository, m fixtures.Manifest) []*wire.Exchange {
	if suite.Version(ctx) == require.V1_0 || !suite.Has(ctx, suite.Referrers) || len(h.artifacts) == 0 {
		return nil
	}
	return repo.Pages(ctx, repo.ListReferrers(ctx, m.Digest.String()))
}
