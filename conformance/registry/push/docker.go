package push

import (
	"strings"

	"github.com/onsi/gomega/types"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// The media types of Docker's image manifest, version 2, schema 2.
const (
	dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
	dockerList     = "application/vnd.docker.distribution.manifest.list.v2+json"
	dockerConfig   = "application/vnd.docker.container.image.v1+json"
	dockerLayer    = "application/vnd.docker.image.rootfs.diff.tar.gzip"
)

// as gives the manifest another type, and takes away what Docker's types do
// not have.
func as(mediaType string, m fixtures.Manifest) fixtures.Manifest {
	m = m.Edit(func(doc map[string]any) {
		doc["mediaType"] = mediaType
		delete(doc, "annotations")
	})
	m.MediaType, m.Annotations = mediaType, nil
	return m
}

// dockerImage is what docker push makes.
func dockerImage() fixtures.Manifest {
	image := fixtures.NewImage(suite.Nonce())
	config := fixtures.WithConfig(image.Blobs[0].As(dockerConfig))
	layers := fixtures.WithLayers(fixtures.NewBlob(suite.Nonce(), 64).As(dockerLayer))
	return as(dockerManifest, fixtures.NewImage(suite.Nonce(), config, layers))
}

// dockerIndex is Docker's list of the manifest for one platform.
func dockerIndex(m fixtures.Manifest) fixtures.Manifest {
	index := as(dockerList, fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{m}))
	return index.Edit(func(doc map[string]any) {
		entry := doc["manifests"].([]any)[0].(map[string]any)
		entry["platform"] = ocispec.Platform{Architecture: "amd64", OS: "linux"}
	})
}

// beTakenOrNamed wants success, or a refusal that tells the user which type is
// not liked.
func beTakenOrNamed(mediaType string) types.GomegaMatcher {
	return Check("success, or 415 or 400 with a body that names "+mediaType, func(ex *wire.Exchange) (string, bool) {
		named := strings.Contains(strings.ReplaceAll(string(ex.Body), `\/`, "/"), mediaType)
		return "status " + wire.StatusText(ex.Status) + " " + string(ex.Body),
			ex.OK() || named && (ex.Status == 415 || ex.Status == 400)
	})
}

var _ = Describe("Pushing what Docker makes", func() {
	It("is accepted, or refused by name, if it is a manifest", require.PushDockerOnly, func(ctx SpecContext) {
		repo, image := suite.Repo(ctx), dockerImage()
		needOrdinary(ctx, repo)
		repo.PushContent(ctx, image)
		Expect(repo.PutManifest(ctx, image.Digest.String(), image.MediaType, image.Data)).To(beTakenOrNamed(dockerManifest))
	})
	It("is accepted, or refused by name, if it is a list", require.PushDockerOnly, func(ctx SpecContext) {
		repo, child := suite.Repo(ctx), dockerImage()
		needOrdinaryIndex(ctx, repo)
		repo.PushContent(ctx, child)
		if !repo.PutManifest(ctx, child.Digest.String(), child.MediaType, child.Data).OK() {
			// The list is asked about, and not its entry.
			child = fixtures.NewImage(suite.Nonce())
			repo.PushManifest(ctx, child)
		}
		list := dockerIndex(child)
		Expect(repo.PutManifest(ctx, list.Digest.String(), list.MediaType, list.Data)).To(beTakenOrNamed(dockerList))
	})
	for _, c := range []struct {
		title string
		make  func() fixtures.Manifest
	}{
		{"a manifest", dockerImage},
		{"a list", func() fixtures.Manifest { return dockerIndex(dockerImage()) }},
	} {
		It("keeps its type, if it is "+c.title, require.PullManifestContentTypePushed, func(ctx SpecContext) {
			repo, m := suite.Repo(ctx), c.make()
			repo.PushContent(ctx, fixtures.Manifest{Blobs: m.Blobs})
			for _, child := range m.Children {
				repo.PushContent(ctx, child)
				repo.PutManifest(ctx, child.Digest.String(), child.MediaType, child.Data)
			}
			if put := repo.PutManifest(ctx, m.Digest.String(), m.MediaType, m.Data); !put.OK() {
				suite.Nothing("Docker's types are not taken, and need not be")
			}
			pull := suite.Must(repo.GetManifest(ctx, m.Digest.String()), require.PullManifestGetStatus)
			Expect(pull).To(HaveContentType(m.MediaType))
		})
	}
	It("is accepted, and keeps it, if it is a layer in an OCI manifest", require.PushMixedTypes, func(ctx SpecContext) {
		layer := fixtures.NewBlob(suite.Nonce(), 64)
		other := fixtures.NewBlob(suite.Nonce(), 64).As(suite.MediaType("+tar"))
		expectKept(ctx, suite.Repo(ctx), fixtures.NewImage(suite.Nonce(), fixtures.WithLayers(layer.As(dockerLayer))),
			suspect{by: require.PushTypeUnknownLayer, m: fixtures.NewImage(suite.Nonce(), fixtures.WithLayers(other))})
	})
})
