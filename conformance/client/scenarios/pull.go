package scenarios

import (
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/conformance/client/stage"
	require "assay/conformance/requirements"
	"assay/fixtures"
	"assay/reference"
	. "assay/reference/faults/behaviour"
)

// Pulls from a registry that is right, but unusual.
var (
	PlainPull = add(scenario{
		Name: "pull", Does: "answers as the specification has it", Shows: require.ClientPullImage,
		Steps: append(pull, pullByDigest...),
	})
	PullIndex = add(scenario{
		Name: "pull-index", Does: "has an index", Steps: append(pull, pullByDigest...), Image: indexed,
	})
	PullIndexUnknown = add(scenario{
		Name: "pull-index-unknown-types", Does: "has an index with an image and with something of a media type that no specification has", Steps: pull,
		Options: reference.Options{ManifestTypes: []string{unknownManifest}},
		Image: func(plain stage.Base, nonce string) fixtures.Manifest {
			data := []byte(`{"schemaVersion":2,"mediaType":"` + unknownManifest + `","annotations":{"org.example.text":"` + nonce + `"}}`)
			// A client cannot know whether it is a manifest or a blob, so the registry has both.
			unknown := fixtures.Manifest{MediaType: unknownManifest, Data: data, Digest: digest.FromBytes(data), Blobs: []fixtures.Blob{fixtures.BlobOf(data)}}
			index := fixtures.NewIndex(nonce+" index", []fixtures.Manifest{plain(nonce), unknown})
			return index.Edit(func(doc map[string]any) { platform(doc["manifests"].([]any)[0]) })
		},
	})
	PullMixedTag = add(scenario{
		Name: "pull-tag-mixed-case", Does: "has an image under a tag with large and small letters", Before: func(w *stage.World) { w.Hold(w.Image, mixedTag) },
		Steps: []stage.Step{{Verb: stage.Pull, Reference: func(content) string { return mixedTag }}},
	})
	PullNoHeaders = add(scenario{
		Name: "pull-no-docker-headers", Does: "has an index, and sends no Docker- headers", Steps: pull, Image: indexed,
		Behaviour: does(OnAnswer(Always, Del(DigestHeader, "Docker-Distribution-API-Version", "Docker-Upload-UUID"))),
	})
	PullTypeParameters = add(scenario{
		Name: "pull-content-type-parameters", Does: "has an index, and adds a parameter to the Content-Type of manifests", Steps: append(pull, pullByDigest...), Image: indexed,
		Behaviour: does(OnAnswer(PullManifest, OK(SetFrom("Content-Type", Appended("; charset=utf-8"))))),
	})
	PullNoMediaType = add(scenario{
		Name: "pull-no-media-type", Does: "has an image whose manifest has no mediaType", Steps: pull,
		Image: func(plain stage.Base, nonce string) fixtures.Manifest {
			return plain(nonce).Edit(func(doc map[string]any) { delete(doc, "mediaType") })
		},
	})
	PullLarge = add(scenario{
		Name: "pull-manifest-4mb", Does: "has an image with a manifest of 4 megabytes", Steps: pull, Image: large,
	})
	PullUnknownFields = add(scenario{
		Name: "pull-unknown-fields", Does: "has an image with fields that no specification has", Steps: pull,
		Image: unknownFields,
	})
	PullConfigFields = add(scenario{
		Name: "pull-config-unknown-fields", Does: "has an image whose config has fields that no specification has", Steps: pull,
		Image: func(plain stage.Base, nonce string) fixtures.Manifest {
			return changedBlob(plain(nonce), 0, func(config []byte) []byte {
				return append([]byte(`{"org.example.unknown":{"list":[1,"two",null]},`), config[1:]...)
			})
		},
	})
	PullSHA512 = add(scenario{
		Name: "pull-sha512", Does: "has an image by its SHA-512 digest", Steps: pullByDigest,
		Image: func(plain stage.Base, nonce string) fixtures.Manifest { return plain(nonce).With(digest.SHA512) },
	})
	PullOld = add(scenario{
		Name: "pull-old-registry", Does: "implements the specification 1.0 without its optional parts", Steps: pull,
		Options: old, Behaviour: does(oldAnswers),
	})
	PullProxy = add(scenario{
		Name: "pull-proxy", Does: "is a proxy, and says so with OCI-Namespace", Steps: pull, Proxy: true,
		Behaviour: does(OnAnswer(Of(Manifests, Blobs), Set("OCI-Namespace", stage.UpstreamRegistry))),
	})
)

// Pulls of content that is not what was asked for.
var (
	ManifestOtherType = add(scenario{
		Name: "manifest-other-type", Does: "sends manifests with a Content-Type that is not their mediaType", Steps: pull,
		Behaviour: does(OnAnswer(PullManifest, OK(Set("Content-Type", DockerType)))),
	})
	ManifestCorrupted = add(scenario{
		Name: "manifest-corrupted", Does: "sends manifests with a changed byte", Steps: pullByDigest,
		Behaviour: does(OnAnswer(GetManifest, OK(Body(otherAnnotation)))),
	})
	ManifestWrongHeader = add(scenario{
		Name: "manifest-digest-header-wrong", Does: "sends manifests with the Docker-Content-Digest of other content", Steps: pull,
		Behaviour: does(OnAnswer(PullManifest, OK(Set(DigestHeader, OtherDigest)))),
	})
	BlobWrongHeader = add(scenario{
		Name: "blob-digest-header-wrong", Does: "sends blobs with the Docker-Content-Digest of other content", Steps: pull,
		Behaviour: does(OnAnswer(PullBlob, OK(Set(DigestHeader, OtherDigest)))),
	})
	ChildCorrupted = add(scenario{
		Name: "manifest-of-index-corrupted", Does: "sends the manifests of an index with a changed byte", Steps: pull,
		Image:     indexed,
		Behaviour: does(OnAnswer(GetManifest.And(ByDigest), OK(Body(otherAnnotation)))),
	})
	BlobSwapped = add(scenario{
		Name: "blob-swapped", Does: "sends a layer with a changed byte, and the Docker-Content-Digest of other content", Steps: pull,
		About: onLayer(Body(FlipLast), Set(DigestHeader, OtherDigest)),
	})
	BlobElsewhereCorrupted = add(scenario{
		Name: "blob-redirected-corrupted", Does: "redirects GET of blobs to another host, which sends a layer with a changed byte", Steps: pull,
		Elsewhere: Redirected(http.StatusTemporaryRedirect, GetBlob), There: onLayer(Body(FlipLast)),
	})
	BlobCorrupted = add(scenario{
		Name: "blob-corrupted", Does: "sends a layer with a changed byte", Steps: pull, About: onLayer(Body(FlipLast)),
	})
	ConfigCorrupted = add(scenario{
		Name: "config-corrupted", Does: "sends the config of the image with a changed byte", Steps: pull,
		About: func(c content) middleware {
			return OnAnswer(GetBlob.And(named(c.Image.Blobs[0].Digest.String())), OK(Body(replaceAmd64)))
		},
	})
	BlobTruncated = add(scenario{
		Name: "blob-truncated", Does: "sends only the first half of a layer", Steps: pull, About: onLayer(Body(Halved)),
	})
	BlobRepeated = add(scenario{
		Name: "blob-repeated", Does: "sends a layer twice in one answer", Steps: pull,
		About: onLayer(Body(func(b []byte) []byte { return append(append([]byte{}, b...), b...) })),
	})
	BlobEndless = add(scenario{
		Name: "blob-endless", Does: "sends a layer that does not end", Steps: pull, About: endless,
	})
	BlobReset = add(scenario{
		Name: "blob-connection-reset", Does: "breaks the connection in the middle of a layer, once", Steps: pull,
		About: func(c content) middleware { return broken(c, 1) },
	})
	BlobOftenReset = add(scenario{
		Name: "blob-connection-often-reset", Does: "breaks the connection in the middle of a layer, five times", Steps: pull,
		About: func(c content) middleware { return broken(c, 5) },
	})
)

const unknownManifest = "application/vnd.example.unknown.manifest.v1+json"

const mixedTag = "2.0.0-RC1"

// indexed is an image in an index.
func indexed(plain stage.Base, nonce string) fixtures.Manifest {
	return fixtures.NewIndex(nonce+" index", []fixtures.Manifest{plain(nonce)}).Edit(withPlatform)
}

// Copies of content that tools for images may not know.
var (
	PlainCopy = add(scenario{
		Name: "copy", Does: "answers as the specification has it", Shows: require.ClientPushCopy, Steps: copies,
	})
	CopyUnknownTypes = add(scenario{
		Name: "copy-unknown-types", Does: "has an artifact with media types that no specification has", Steps: copies,
		Image: unknownTypes,
	})
	CopyUnknownConfig = add(scenario{
		Name: "copy-unknown-config", Does: "has an artifact with a config of a media type that no specification has, which is no JSON, and answers mounts with 202", Steps: copies,
		Image: func(_ stage.Base, nonce string) fixtures.Manifest {
			return fixtures.NewArtifact(nonce, unknownArtifact, fixtures.WithOwnBlobs(),
				fixtures.WithConfig(fixtures.NewBlob(nonce+" config ", 64).As("application/vnd.example.unknown.config.v1")))
		},
		Behaviour: does(noMounts),
	})
	CopyUnknownLayer = add(scenario{
		Name: "copy-unknown-layer", Does: "has an image with a second layer of a media type that no specification has", Steps: copies,
		Image: func(_ stage.Base, nonce string) fixtures.Manifest {
			return fixtures.NewImage(nonce, fixtures.WithOwnBlobs(), fixtures.WithLayers(
				fixtures.NewBlob(nonce+" layer ", 64).As(ocispec.MediaTypeImageLayer), fixtures.NewBlob(nonce+" other ", 64).As("application/vnd.example.unknown.layer.v1")))
		},
	})
	CopyUnknownFields = add(scenario{
		Name: "copy-unknown-fields", Does: "has an image with fields that no specification has", Steps: copies, Image: unknownFields,
	})
	CopyEmptyConfig = add(scenario{
		Name: "copy-empty-config", Does: "has an artifact with the empty config", Steps: copies,
		Image: func(_ stage.Base, nonce string) fixtures.Manifest {
			return fixtures.NewArtifact(nonce, unknownArtifact, fixtures.WithOwnBlobs(), fixtures.WithConfig(fixtures.Empty()))
		},
	})
	CopyNestedIndex = add(scenario{
		Name: "copy-nested-index", Does: "has an index in an index", Steps: copies,
		Image: nested,
	})
)

const unknownArtifact = "application/vnd.example.unknown.v1"

// unknownTypes is an artifact of unknown types.
func unknownTypes(_ stage.Base, nonce string) fixtures.Manifest {
	return fixtures.NewArtifact(nonce, unknownArtifact, fixtures.WithOwnBlobs())
}

func unknownFields(plain stage.Base, nonce string) fixtures.Manifest {
	return plain(nonce).Edit(func(doc map[string]any) {
		doc["org.example.unknown"] = map[string]any{"list": []any{1, "two", nil}}
		doc["config"].(map[string]any)["unknown"] = true
	})
}

// withPlatform gives the entries of an index the platform that images here have.
func withPlatform(doc map[string]any) {
	for _, entry := range doc["manifests"].([]any) {
		platform(entry)
	}
}

func platform(entry any) {
	entry.(map[string]any)["platform"] = map[string]any{"os": "linux", "architecture": "amd64"}
}

var old = reference.Options{DisableReferrers: true, DisableDelete: true}

// oldAnswers takes away what a registry of 1.0 need not have: mounts, ranges
// and OCI-Subject.
func oldAnswers(next http.Handler) http.Handler {
	return Chain(
		OnRequest(Mount, DelParameters("mount", "from")),
		OnRequest(GetBlob, DelHeader("Range")),
		OnAnswer(Always, Del("Accept-Ranges", "OCI-Subject")),
	)(next)
}

// large is an image with a manifest of 4 megabytes. The room is in an annotation.
func large(plain stage.Base, nonce string) fixtures.Manifest {
	const size = 4_000_000
	m := plain(nonce)
	return m.Edit(func(doc map[string]any) {
		doc["annotations"] = map[string]any{"org.example.room": strings.Repeat("x", size-len(m.Data)-64)}
	})
}

// replaceAmd64 changes a letter and leaves the JSON valid.
func replaceAmd64(b []byte) []byte { return []byte(strings.Replace(string(b), `a`, `b`, 1)) }

// EndlessSent is the number of bytes of an endless layer after which the registry breaks
// the connection.
const EndlessSent = 16 << 20

// endless sends the layer and goes on, without a length.
func endless(c content) middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if !layerOf(c)(req) {
				next.ServeHTTP(w, req)
				return
			}
			w.Header().Set("Content-Type", "application/octet-stream")
			w.WriteHeader(http.StatusOK)
			_, err := w.Write(Layer(c).Data)
			piece := make([]byte, 32<<10)
			for sent := 0; sent < EndlessSent && err == nil && req.Context().Err() == nil; sent += len(piece) {
				_, err = w.Write(piece)
			}
			panic(http.ErrAbortHandler)
		})
	}
}

// broken breaks the connection in the middle of the first answers with the layer.
func broken(c content, times int64) middleware {
	return func(next http.Handler) http.Handler {
		var count atomic.Int64
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if !layerOf(c)(req) {
				next.ServeHTTP(w, req)
				return
			}
			a := Pass(next, req)
			if !a.OK() || len(a.Body) < 2 || count.Add(1) > times {
				next.ServeHTTP(w, req)
				return
			}
			for name, values := range a.Header {
				w.Header()[name] = values
			}
			w.Header().Set("Content-Length", strconv.Itoa(len(a.Body)))
			w.WriteHeader(a.Status)
			_, _ = w.Write(a.Body[:len(a.Body)/2]) //nolint:gosec // it is content of a test
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		})
	}
}
