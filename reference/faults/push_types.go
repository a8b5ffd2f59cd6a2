package faults

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
)

func typeFaults() []Fault {
	refusing := func(name, summary string, check func(map[string]any) bool, ids ...require.ID) Fault {
		return fault(name, summary, instead(document(check), invalid()), ids...)
	}
	// dropping takes fields out of manifests as they are pulled.
	dropping := func(edit func(map[string]any)) Middleware { return onAnswer(getManifest, ok(doc(edit))) }
	layer := func(check func(string) bool) func(map[string]any) bool {
		return func(d map[string]any) bool { return anyEntry(d, "layers", "mediaType", check) }
	}
	return []Fault{
		refusing("type-artifact-refused", "an artifactType that is on no list is refused",
			func(d map[string]any) bool { return madeUp(field(d, "artifactType")) && !isIndex(d) }, require.PushTypeUnknownArtifact),
		refusing("type-artifact-refused-no-subject", "an artifactType is refused without a subject",
			func(d map[string]any) bool {
				return madeUp(field(d, "artifactType")) && d["subject"] == nil && !isIndex(d)
			}, require.PushTypeUnknownArtifact),
		fault("type-artifact-dropped", "the artifactType of an image is lost",
			dropping(func(d map[string]any) {
				if d["subject"] == nil && !isIndex(d) {
					delete(d, "artifactType")
				}
			}), require.PushTypeUnknownArtifact),
		refusing("type-config-refused", "a config's media type that is on no list is refused",
			func(d map[string]any) bool { return madeUp(field(d, "config", "mediaType")) }, require.PushTypeUnknownConfig),
		refusing("type-config-refused-1.0", "a config's media type that is on no list is refused",
			func(d map[string]any) bool { return madeUp(field(d, "config", "mediaType")) }, require.PushTypeUnknownConfig).in(require.V1_0),
		refusing("type-layer-refused", "a layer's media type that is on no list is refused",
			layer(madeUp), require.PushTypeUnknownLayer),
		refusing("type-layer-no-tar", "a layer that is no tar is refused",
			layer(func(t string) bool { return madeUp(t) && !strings.HasSuffix(t, "+json") }), require.PushTypeUnknownLayer).in(require.V1_1),
		refusing("type-child-refused", "an index with an entry of a type that is on no list is refused",
			func(d map[string]any) bool { return anyEntry(d, "manifests", "mediaType", madeUp) }, require.PushTypeUnknownChild),
		fault("type-child-dropped", "entries of a type that is on no list are taken out of indexes",
			dropping(func(d map[string]any) {
				if !anyEntry(d, "manifests", "mediaType", madeUp) {
					return
				}
				var known []map[string]any
				for _, e := range entries(d, "manifests") {
					if !madeUp(field(e, "mediaType")) {
						known = append(known, e)
					}
				}
				d["manifests"] = known
			}), require.PushTypeUnknownChild),
		refusing("type-field-refused", "a field that nobody knows is refused",
			func(d map[string]any) bool { return d["org.example.assay"] != nil }, require.PushTypeUnknownField),
		refusing("type-field-refused-1.0", "a field that nobody knows is refused",
			func(d map[string]any) bool { return d["org.example.assay"] != nil }, require.PushTypeUnknownField).in(require.V1_0),
		fault("type-field-dropped", "fields that nobody knows are lost",
			dropping(func(d map[string]any) {
				for name := range d {
					if strings.HasPrefix(name, "org.example.assay") {
						delete(d, name)
					}
				}
			}), require.PushTypeUnknownField, require.PushManifestBytes),
		refusing("type-parameter-layer-refused", "a layer's media type with a parameter is refused",
			layer(hasParameter), require.PushTypeParameter),
		refusing("type-parameter-artifact-refused", "an artifactType with a parameter is refused",
			func(d map[string]any) bool { return hasParameter(field(d, "artifactType")) }, require.PushTypeParameter),
		refusing("index-artifact-refused", "an index with an artifactType is refused",
			func(d map[string]any) bool { return isIndex(d) && field(d, "artifactType") != "" }, require.PushIndexArtifact),
		refusing("mediatype-absent-refused", "a manifest without a mediaType is refused",
			func(d map[string]any) bool { return d["mediaType"] == nil }, require.PushMediatypeAbsent),
		refusing("mediatype-absent-index-refused", "an index without a mediaType is refused",
			func(d map[string]any) bool { return d["mediaType"] == nil && isIndex(d) }, require.PushMediatypeAbsent).in(require.V1_1),
		fault("mediatype-absent-added", "a manifest without a mediaType comes back with one",
			dropping(func(d map[string]any) {
				if d["mediaType"] == nil {
					d["mediaType"] = imageType
				}
			}), require.PushMediatypeAbsent),
		fault("mediatype-mismatch-accepted", "a manifest that contradicts its Content-Type is accepted",
			taking(document(func(d map[string]any) bool {
				return !isIndex(d) && d["config"] != nil && field(d, "mediaType") != imageType
			}).and(
				func(req *http.Request) bool { return req.Header.Get("Content-Type") == imageType })), require.PushMediatypeMismatch),
		refusing("config-empty-refused", "the empty descriptor is refused as a config",
			func(d map[string]any) bool {
				return field(d, "config", "digest") == emptyDigest && madeUp(field(d, "artifactType")) && d["subject"] == nil
			},
			require.PushConfigEmptyDescriptor),
		refusing("config-empty-type-refused", "the type of the empty descriptor is refused",
			func(d map[string]any) bool { return field(d, "config", "mediaType") == emptyType }, require.PushConfigEmptyDescriptor),
		refusing("config-inline-refused", "a descriptor with content is refused",
			func(d map[string]any) bool { return field(d, "config", "data") != "" }, require.PushConfigEmptyDescriptor),
		refusing("layer-empty-refused", "the empty descriptor is refused as a layer",
			func(d map[string]any) bool {
				return anyEntry(d, "layers", "mediaType", func(t string) bool { return t == emptyType }) && d["subject"] == nil
			}, require.PushLayersEmptyLayer),
		refusing("layer-zero-refused", "a layer of no bytes is refused",
			func(d map[string]any) bool {
				return anyEntry(d, "layers", "digest", func(t string) bool { return t == digest.FromString("").String() })
			}, require.PushBlobZeroBytes),
		refusing("mixed-types-refused", "a layer of Docker's type in an OCI manifest is refused",
			func(d map[string]any) bool {
				return anyEntry(d, "layers", "mediaType", isDocker) && !isDocker(field(d, "mediaType"))
			}, require.PushMixedTypes),
	}
}

func sha512Faults() []Fault {
	of512 := func(s string) bool { return strings.HasPrefix(s, "sha512:") }
	return []Fault{
		fault("sha512-blob-lost", "a blob that is named by SHA-512 is not kept",
			forgetting(putUpload.and(func(req *http.Request) bool { return of512(digestOf(req)) })), require.PushSha512Blob),
		fault("sha512-chunk-refused", "chunks cannot be closed under a SHA-512 digest",
			instead(closingPut512, refuse(400, "DIGEST_INVALID")), require.PushSha512Chunk),
		fault("sha512-manifest-refused", "a manifest is refused under its SHA-512 digest",
			instead(putManifest.and(nameLike(`^sha512:`)), refuse(400, "DIGEST_INVALID")), require.PushSha512Manifest),
		fault("sha512-manifest-lost-1.1", "a manifest under its SHA-512 digest cannot be pulled",
			onAnswer(pullManifest.and(nameLike(`^sha512:`)), refuse(404, "MANIFEST_UNKNOWN")), require.PushSha512Manifest).in(require.V1_1),
		fault("sha512-references-refused", "a manifest that refers to blobs by SHA-512 is refused",
			instead(document(func(d map[string]any) bool { return anyEntry(d, "layers", "digest", of512) }), refuse(400, "MANIFEST_BLOB_UNKNOWN")), require.PushSha512References),
	}
}

var isIndexPush = document(isIndex)

func dockerPush(req *http.Request) bool { return isDocker(req.Header.Get("Content-Type")) }

// accepts says whether Accept, if any, names the type that is pushed.
func accepts(req *http.Request) bool {
	accept := req.Header.Get("Accept")
	return accept == "" || strings.Contains(accept, "*/*") || strings.Contains(accept, req.Header.Get("Content-Type"))
}

var closingPut512 = closingPut.and(func(req *http.Request) bool { return strings.HasPrefix(digestOf(req), "sha512:") })

// compacted is JSON without white space.
func compacted(b []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, b) != nil {
		return b
	}
	return out.Bytes()
}
