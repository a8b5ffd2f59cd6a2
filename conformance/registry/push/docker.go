package push

import (
	"context"
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

// withMediaType gives the manifest another media type, and removes the annotations,
// which Docker's types do not have.
func withMediaType(mediaType string, m fixtures.Manifest) fixtures.Manifest {
	m = m.Edit(func(doc map[string]any) {
		doc["mediaType"] = mediaType
		delete(doc, "annotations")
	})
	m.MediaType, m.Annotations = mediaType, nil
	return m
}

// dockerImage is an image manifest as docker push makes it.
func dockerImage() fixtures.Manifest {
	image := fixtures.NewImage(suite.Nonce())
	config := fixtures.WithConfig(image.Blobs[0].As(dockerConfig))
	// Without annotations, only the layer makes the image different from all others.
	layers := fixtures.WithLayers(fixtures.NewBlob(suite.Nonce(), 64).As(dockerLayer))
	return withMediaType(dockerManifest, fixtures.NewImage(suite.Nonce(), config, layers))
}

// dockerIndex is Docker's manifest list with the manifest for one platform.
func dockerIndex(m fixtures.Manifest) fixtures.Manifest {
	index := withMediaType(dockerList, fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{m}))
	return index.Edit(func(doc map[string]any) {
		entry := doc["manifests"].([]any)[0].(map[string]any)
		entry["platform"] = ocispec.Platform{Architecture: "amd64", OS: "linux"}
	})
}

// beAcceptedOrNamed expects success, or a refusal that tells the user which media
// type the registry does not accept.
func beAcceptedOrNamed(mediaType string) types.GomegaMatcher {
	return Check("success (any 2xx status), or 415 or 400 with a body that names "+mediaType, func(ex *wire.Exchange) (string, bool) {
		named := strings.Contains(strings.ReplaceAll(string(ex.Body), `\/`, "/"), mediaType)
		return "status " + wire.StatusText(ex.Status) + " " + string(ex.Body),
			ex.OK() || named && (ex.Status == 415 || ex.Status == 400)
	})
}

var _ = Describe("Pushing content of Docker's media types", func() {
	type pushed struct {
		m   fixtures.Manifest
		put *wire.Exchange
	}
	put := func(ctx context.Context, m fixtures.Manifest) pushed {
		return pushed{m, suite.Repo(ctx).PutManifest(ctx, m.Digest.String(), m.MediaType, m.Data)}
	}
	image := suite.Once(func(ctx context.Context) pushed {
		image := dockerImage()
		suite.Repo(ctx).PushContent(ctx, image)
		return put(ctx, image)
	})
	list := suite.Once(func(ctx context.Context) pushed {
		child := image(ctx)
		if !child.put.OK() {
			// The spec judges the list, not the type of its entry.
			child.m = fixtures.NewImage(suite.Nonce())
			suite.Repo(ctx).PushManifest(ctx, child.m)
		}
		return put(ctx, dockerIndex(child.m))
	})

	It("accepts a manifest, or names its type in the refusal", require.PushDockerOnly, func(ctx SpecContext) {
		needOrdinary(ctx)
		Expect(image(ctx).put).To(beAcceptedOrNamed(dockerManifest))
	})
	It("accepts a manifest list, or names its type in the refusal", require.PushDockerOnly, func(ctx SpecContext) {
		needOrdinaryIndex(ctx)
		Expect(list(ctx).put).To(beAcceptedOrNamed(dockerList))
	})
	for _, c := range []struct {
		title string
		push  func(context.Context) pushed
	}{
		{"a manifest", image},
		{"a manifest list", list},
	} {
		It("keeps the media type of "+c.title, require.PullManifestContentTypePushed, func(ctx SpecContext) {
			got := c.push(ctx)
			if !got.put.OK() {
				suite.NotApplicable("the registry does not accept Docker's types, and does not have to")
			}
			pull := suite.Must(suite.Repo(ctx).GetManifest(ctx, got.m.Digest.String()), require.PullManifestGetStatus)
			Expect(pull).To(HaveContentType(got.m.MediaType))
		})
	}
	It("accepts an OCI manifest with a Docker layer, and stores it unchanged", require.PushMixedTypes, func(ctx SpecContext) {
		layer := fixtures.NewImage(suite.Nonce()).Blobs[1]
		other := layer.As(suite.MediaType("+tar"))
		expectKept(ctx, suite.Repo(ctx), fixtures.NewImage(suite.Nonce(), fixtures.WithLayers(layer.As(dockerLayer))),
			suspect{by: require.PushTypeUnknownLayer, m: fixtures.NewImage(suite.Nonce(), fixtures.WithLayers(other))})
	})
})
