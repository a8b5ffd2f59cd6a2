package scenarios

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/conformance/client/stage"
	"assay/fixtures"
	. "assay/reference/faults/behaviour"
)

// Pulls of corrupted content in places where a client may forget to look.
var (
	LargeBlobCorrupted = add(scenario{
		Name: "blob-large-corrupted", Does: "sends a large layer with a changed byte, and no Docker-Content-Digest", Steps: pull,
		Image: withLargeLayer, About: onLayer(Body(FlipLast), Del(DigestHeader)),
	})
	SHA512BlobCorrupted = add(scenario{
		Name: "blob-sha512-corrupted", Does: "sends a layer that is named by SHA-512 with a changed byte", Steps: pull,
		Image: func(plain stage.Base, nonce string) fixtures.Manifest {
			m := plain(nonce)
			last := len(m.Blobs) - 1
			m.Blobs = append([]fixtures.Blob{}, m.Blobs...)
			m.Blobs[last] = m.Blobs[last].With(digest.SHA512)
			return renamed(m, last-1, m.Blobs[last])
		},
		About: onLayer(Body(FlipLast)),
	})
	IndexBlobCorrupted = add(scenario{
		Name: "blob-of-index-corrupted", Does: "sends a layer of an image in an index with a changed byte", Steps: pull,
		Image: indexed,
		About: func(c content) middleware {
			blobs := c.Image.Children[0].Blobs
			return OnAnswer(GetBlob.And(named(blobs[len(blobs)-1].Digest.String())), OK(Body(FlipLast)))
		},
	})
	BlobResumedCorrupted = add(scenario{
		Name: "blob-resumed-corrupted", Does: "breaks the connection in the middle of a layer, once, and sends the rest with a changed byte", Steps: pull,
		About: func(c content) middleware {
			return Chain(func(next http.Handler) http.Handler { return broken(c, 1)(next) }, OnAnswer(layerOf(c), OK(Body(FlipLast))))
		},
	})
	UnknownBlobCorrupted = add(scenario{
		Name: "copy-unknown-types-corrupted", Does: "has an artifact with media types that no specification has, and sends its blob with a changed byte", Steps: copies,
		Image: unknownTypes, Behaviour: does(noMounts), About: onLayer(Body(FlipLast)),
	})
	PulledUnknownBlobCorrupted = add(scenario{
		Name: "pull-unknown-types-corrupted", Does: "has an artifact with media types that no specification has, and sends its blob with a changed byte", Steps: pull,
		Image: unknownTypes, About: onLayer(Body(FlipLast)),
	})
	GrandchildCorrupted = add(scenario{
		Name: "copy-nested-index-corrupted", Does: "has an index in an index, and sends the image in it with a changed byte", Steps: copies, Image: nested,
		Behaviour: does(noMounts),
		About: func(c content) middleware {
			image := c.Image.Children[0].Children[0].Digest.String()
			return OnAnswer(GetManifest.And(named(image)), OK(Body(otherAnnotation)))
		},
	})
	SHA512ManifestCorrupted = add(scenario{
		Name: "manifest-sha512-corrupted", Does: "sends a manifest that is named by SHA-512 with a changed byte", Steps: pullByDigest,
		Image:     func(plain stage.Base, nonce string) fixtures.Manifest { return plain(nonce).With(digest.SHA512) },
		Behaviour: does(OnAnswer(GetManifest, OK(Body(otherAnnotation)))),
	})
	IndexCorrupted = add(scenario{
		Name: "index-corrupted", Does: "sends an index with a changed byte", Steps: pullByDigest, Image: indexed,
		About: func(c content) middleware {
			return OnAnswer(GetManifest.And(named(c.Image.Digest.String())), OK(Body(otherAnnotation)))
		},
	})
	ManifestElsewhereCorrupted = add(scenario{
		Name: "manifest-redirected-corrupted", Does: "redirects GET of manifests to another host, which sends them with a changed byte, and without Docker-Content-Digest",
		Steps: pullByDigest, Elsewhere: Redirected(http.StatusTemporaryRedirect, GetManifest),
		There: func(content) middleware { return OnAnswer(GetManifest, OK(Body(otherAnnotation), Del(DigestHeader))) },
	})
)

// Pulls of content whose descriptor is wrong.
var (
	LayerSizeLess = add(scenario{
		Name: "layer-size-less", Does: "has an image whose manifest says that a layer is shorter than it is", Steps: pull,
		Image: func(plain stage.Base, nonce string) fixtures.Manifest { return resized(plain(nonce), "layers", -1) },
	})
	LayerSizeMore = add(scenario{
		Name: "layer-size-more", Does: "has an image whose manifest says that a layer is longer than it is", Steps: pull,
		Image: func(plain stage.Base, nonce string) fixtures.Manifest { return resized(plain(nonce), "layers", 1) },
	})
	ConfigSizeLess = add(scenario{
		Name: "config-size-less", Does: "has an image whose manifest says that the config is shorter than it is", Steps: pull,
		Image: func(plain stage.Base, nonce string) fixtures.Manifest { return resized(plain(nonce), "config", -1) },
	})
	ChildSizeLess = add(scenario{
		Name: "manifest-of-index-size-less", Does: "has an index that says that its manifest is shorter than it is", Steps: pull, Image: indexed,
		// The registry would not take the index.
		About: func(c content) middleware {
			short := c.Image.Edit(func(doc map[string]any) { resize(doc["manifests"].([]any)[0], -1) })
			tagged := func(req *http.Request) bool { return named(stage.MainTag)(req) || named(short.Digest.String())(req) }
			return Instead(PullManifest.And(tagged), Text(short.MediaType, string(short.Data)),
				Set(DigestHeader, short.Digest.String()), Set("Content-Length", strconv.Itoa(len(short.Data))))
		},
	})
	DataOther = add(scenario{
		Name: "data-other", Does: "has an image whose manifest has the data of other content for its config", Steps: pull,
		Image: func(plain stage.Base, nonce string) fixtures.Manifest {
			m := plain(nonce)
			other := bytes.Replace(m.Blobs[0].Data, []byte("amd64"), []byte("arm64"), 1)
			return m.Edit(func(doc map[string]any) {
				doc["config"].(map[string]any)["data"] = base64.StdEncoding.EncodeToString(other)
			})
		},
	})
)

// Pulls of content that is not there.
var (
	ManifestMissing = add(scenario{
		Name: "manifest-missing", Does: "does not have the manifest", Steps: pull,
		Behaviour: does(Instead(PullManifest, Refuse(http.StatusNotFound, "MANIFEST_UNKNOWN"))),
	})
	BlobMissing = add(scenario{
		Name: "blob-missing", Does: "does not have a layer", Steps: pull,
		About: func(c content) middleware {
			return Instead(PullBlob.And(named(Layer(c).Digest.String())), Refuse(http.StatusNotFound, "BLOB_UNKNOWN"))
		},
	})
	IndexOtherType = add(scenario{
		Name: "index-other-type", Does: "sends an index with a Content-Type that is not its mediaType", Steps: pullByDigest, Image: indexed,
		About: func(c content) middleware {
			return OnAnswer(PullManifest.And(named(c.Image.Digest.String())), OK(Set("Content-Type", ocispec.MediaTypeImageManifest)))
		},
	})
	ChildOtherType = add(scenario{
		Name: "manifest-of-index-other-type", Does: "sends the manifests of an index with a Content-Type that is not their mediaType", Steps: pull, Image: indexed,
		Behaviour: does(OnAnswer(PullManifest.And(ByDigest), func(a *Answer) {
			if a.Header.Get("Content-Type") == ocispec.MediaTypeImageManifest {
				a.Header.Set("Content-Type", DockerType)
			}
		})),
	})
)

// noMounts begins an upload instead of a mount, so that blobs are pulled.
func noMounts(next http.Handler) http.Handler {
	return OnRequest(Mount, DelParameters("mount", "from"))(next)
}

// nested is an index in an index.
func nested(plain stage.Base, nonce string) fixtures.Manifest {
	inner := fixtures.NewIndex(nonce+" inner", []fixtures.Manifest{plain(nonce)})
	return fixtures.NewIndex(nonce+" outer", []fixtures.Manifest{inner})
}

// otherAnnotation changes a letter in the name of the nonce's annotation: the document stays
// valid, with all that a client understands.
func otherAnnotation(b []byte) []byte {
	return bytes.Replace(b, []byte(fixtures.NonceAnnotation), []byte(strings.ToUpper(fixtures.NonceAnnotation)), 1)
}

// withLargeLayer is an image with a last layer of some hundred kilobytes.
func withLargeLayer(_ stage.Base, nonce string) fixtures.Manifest {
	return fixtures.NewImage(nonce, fixtures.WithOwnBlobs(),
		fixtures.WithLayers(fixtures.NewBlob(nonce+" layer ", 3*MinimumChunk).As(ocispec.MediaTypeImageLayer)))
}

// changedBlob changes the content of a blob. 0 is the config, others are layers.
func changedBlob(m fixtures.Manifest, i int, change func([]byte) []byte) fixtures.Manifest {
	b := fixtures.BlobOf(change(m.Blobs[i].Data)).As(m.Blobs[i].MediaType)
	m.Blobs = append([]fixtures.Blob{}, m.Blobs...)
	m.Blobs[i] = b
	return m.Edit(func(doc map[string]any) {
		d := doc["config"].(map[string]any)
		if i > 0 {
			d = doc["layers"].([]any)[i-1].(map[string]any)
		}
		d["digest"], d["size"] = b.Digest.String(), b.Size()
	})
}

// renamed gives a layer of the manifest the digest of the blob.
func renamed(m fixtures.Manifest, layer int, b fixtures.Blob) fixtures.Manifest {
	return m.Edit(func(doc map[string]any) { doc["layers"].([]any)[layer].(map[string]any)["digest"] = b.Digest.String() })
}

// resized is the manifest with another size of its config or its last layer.
func resized(m fixtures.Manifest, field string, by int64) fixtures.Manifest {
	return m.Edit(func(doc map[string]any) {
		descriptor := doc[field]
		if layers, ok := descriptor.([]any); ok {
			descriptor = layers[len(layers)-1]
		}
		resize(descriptor, by)
	})
}

func resize(descriptor any, by int64) {
	d := descriptor.(map[string]any)
	size, err := d["size"].(json.Number).Int64()
	if err != nil {
		panic(err) // the document is ours
	}
	d["size"] = size + by
}
