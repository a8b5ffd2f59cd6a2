package faults

import (
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	require "assay/conformance/requirements"
	"assay/reference/client"
	. "assay/reference/client/faults/behaviour"
)

func pushFaults() []Fault {
	return slices.Concat(locationFaults(), contentOfUploadFaults(), singleFaults(), chunkFaults(), sessionFaults(), mountFaults(), pushManifestFaults(), madeFaults(), pushTypeFaults())
}

func locationFaults() []Fault {
	return []Fault{
		fault("location-query-dropped", "the query of an upload's Location is replaced by the digest",
			OnRequest(CloseUpload, OnlyParameters("digest")), require.ClientPushBlobLocation),
		fault("location-query-first-only", "only the first parameter of an upload's Location is kept",
			OnRequest(CloseUpload, Query(func(q string) string {
				first, _, _ := strings.Cut(q, "&")
				return first + "&" + q[strings.LastIndex(q, "digest="):]
			})), require.ClientPushBlobLocation),
		fault("location-second-question-mark", "the digest is put behind a second question mark",
			OnRequest(CloseUpload, Query(func(q string) string { return strings.Replace(q, "&digest=", "?digest=", 1) })), require.ClientPushBlobLocation),
		fault("location-query-decoded", "the query of an upload's Location is sent decoded",
			OnRequest(CloseUpload, Query(Decoded)), require.ClientPushBlobLocation),
		fault("location-assembled", "the path of an upload is made from the last part of its Location",
			AssembledLocation(InUpload), require.ClientPushBlobLocationAssembled),
		fault("location-assembled-close", "the path of the PUT is made from the last part of the Location",
			AssembledLocation(CloseUpload), require.ClientPushBlobLocationAssembled),
		fault("location-assembled-without-query", "the address of the PUT is made from the last part of the Location's path",
			Chain(AssembledLocation(CloseUpload), OnRequest(CloseUpload, OnlyParameters("digest"))), require.ClientPushBlobLocationAssembled, require.ClientPushBlobLocation),
		fault("location-relative-refused", "a Location without a host is refused",
			FailsOn(Or(StartUpload, Mount), LocationLike("^[^h]")), require.ClientPushBlobLocationRelative),
		fault("location-relative-nested", "a Location without a host is put behind the address of the request",
			LocationWrong(Or(StartUpload, Mount), func(l string) string {
				if strings.HasPrefix(l, "/") {
					return "./" + strings.TrimPrefix(l, "/")
				}
				return l
			}), require.ClientPushBlobLocationRelative),
		fault("location-host-own", "an upload goes to the registry, whatever host its Location has",
			OwnHost(InUpload), require.ClientPushBlobLocationHost),
		fault("location-host-refused", "a Location on another host is refused",
			FailsOn(StartUpload, LocationElsewhere), require.ClientPushBlobLocationHost),
	}
}

func single(change Change) Change {
	return Chain(With(func(h *client.Habits) { h.SinglePost = true }), change)
}

func singleFaults() []Fault {
	return []Fault{
		fault("single-no-length", "a single POST is sent without Content-Length",
			single(OnRequest(SinglePost, WithoutLength)), require.ClientPushSingleLength),
		fault("single-short", "a single POST is sent without its last byte",
			single(OnRequest(SinglePost, BodyFrom(func(b []byte) []byte { return b[:max(0, len(b)-1)] }))), require.ClientPushSingleLength, require.ClientPushSingleDigest),
		fault("single-digest-wrong", "a single POST has the digest of nothing",
			single(OnRequest(SinglePost, SetParameter("digest", func(string) string { return digest.FromBytes(nil).String() }))), require.ClientPushSingleDigest),
		fault("single-202-taken", "a 202 to a single POST is taken for success",
			single(OnAnswer(SinglePost, On(202, Status(201)))), require.ClientPushSingleContinue),
		fault("single-202-begun-again", "after a 202 to a single POST, a new upload is begun",
			single(OnAnswer(SinglePost, On(202, NoHeader("Location")))), require.ClientPushSingleContinue),
	}
}

func mountFaults() []Fault {
	return []Fault{
		fault("mount-202-taken", "a 202 to a mount is taken for success",
			OnAnswer(Mount, On(202, Status(201))), require.ClientPushMountRefused),
		fault("mount-202-fails", "a copy fails if a mount is answered with 202",
			FailsOn(Mount, WithStatus(202)), require.ClientPushMountRefused),
		fault("mount-401-fails", "a copy fails if a mount is answered with 401",
			FailsOn(Mount, WithStatus(401)), require.ClientPushMountUnauthorized),
		fault("mount-refused-fails", "a copy fails if a mount is refused",
			FailsOn(Mount, Refused), require.ClientPushMountUnauthorized),
		fault("mount-header-trusted", "the Docker-Content-Digest of a mount is taken for the digest of the blob",
			usesMountHeader, require.ClientPushMountDigestHeader),
	}
}

// usesMountHeader makes a client put the digest of a mount's answer into the manifest.
var usesMountHeader = Chain(
	Break(func(r *client.Rules) { r.VerifyMount = func(string, digest.Digest) error { return nil } }),
	RenamesMounted,
)

func pushManifestFaults() []Fault {
	return []Fault{
		fault("push-forgotten", "a push ends before the manifest is pushed, and says nothing",
			Only("push", Skip(PutManifest, 201)), require.ClientPushImage),
		fault("copy-forgotten", "a copy ends before the manifest is pushed, and says nothing",
			Only("copy", Skip(PutManifest, 201)), require.ClientPushCopy),
		fault("push-reference-both", "a manifest is pushed by its tag and its digest at once",
			OnRequest(PutManifest.And(ByTag), Reference(func(r string) string { return r + "@sha256:" + strings.Repeat("0", 64) })), require.ClientPushManifestReference),
		fault("push-reference-short", "manifests without a tag are pushed by the first digits of their digest",
			OnRequest(PutManifest.And(ByDigest), Reference(func(r string) string { return r[:strings.Index(r, ":")+13] })), require.ClientPushManifestReference),
		fault("attach-layer-unnamed", "the manifest that attach pushes does not name the file",
			Break(func(r *client.Rules) {
				r.Attached = func(m *ocispec.Manifest) { m.Layers = []ocispec.Descriptor{m.Config} }
			}), require.ClientPushManifestBlobs),
		fault("push-index-child-forgotten", "of an index, only the first manifest is pushed",
			Only("push", Later(2, PutManifest.And(ByDigest), Skip(PutManifest.And(ByDigest), 201))), require.ClientPushManifestBlobs),
		fault("layers-assumed", "layers are not pushed, because the registry must have them",
			Skip(HeadBlob, 200), require.ClientPushManifestBlobs),
		fault("layer-last-forgotten", "each second blob is not pushed",
			EachSecond(HeadBlob, Skip(HeadBlob, 200)), require.ClientPushManifestBlobs),
		fault("push-header-trusted", "the list of referrers names a manifest by the Docker-Content-Digest of its push",
			EntryFromHeader, require.ClientPushManifestDigestHeader),
		fault("push-limit-1m", "a manifest of more than 1 MiB is not pushed",
			Only("push", Break(limit(1<<20))), require.ClientPushManifestLarge),
		fault("push-limit-3m", "a manifest of more than 3 MiB is not pushed",
			Only("push", Break(limit(3<<20))), require.ClientPushManifestLarge),
		fault("push-failure-ignored", "a blob that the registry refuses is taken for pushed",
			Chain(OnAnswer(StartUpload, If(Refused, Status(202), AnswerHeader("Location", "/nowhere"))), OnAnswer(CloseUpload, Trusting)), require.ClientPushManifestAfterBlobs),
		fault("push-close-failure-ignored", "an upload that the registry refuses in the end is taken for pushed",
			OnAnswer(CloseUpload, Trusting), require.ClientPushManifestAfterBlobs),
		fault("push-tag-kept", "a manifest is not pushed if its tag exists",
			KeepsTags, require.ClientPushTagMoved),
		fault("push-tag-first-only", "a manifest is pushed by its digest alone if its tag exists",
			KeepsTagsByDigest, require.ClientPushTagMoved),
	}
}

func contentOfUploadFaults() []Fault {
	return []Fault{
		fault("put-type-missing", "the content of a blob is sent without Content-Type",
			OnRequest(CloseUpload, DelHeader("Content-Type")), require.ClientPushBlobContentType),
		fault("put-no-length", "the content of a blob is sent without Content-Length",
			OnRequest(CloseUpload, WithoutLength), require.ClientPushBlobLength),
		fault("put-digest-bare", "an upload is closed with a digest without its algorithm",
			OnRequest(CloseUpload, SetParameter("digest", encoded)), require.ClientPushBlobDigest),
		fault("mount-digest-bare", "a blob is mounted by a digest without its algorithm",
			OnRequest(Mount, SetParameter("mount", encoded)), require.ClientPushBlobDigest),
		fault("mount-from-host", "a mount names the registry and the repository",
			OnRequest(Mount, SetParameter("from", func(name string) string { return "registry.example:5000/" + name })), require.ClientPullNameGrammar),
	}
}

// encoded is a digest without its algorithm.
func encoded(d string) string { return d[strings.Index(d, ":")+1:] }

// attaching makes a client change the manifest that attach pushes.
func attaching(change func(m *ocispec.Manifest)) Change {
	return Break(func(r *client.Rules) { r.Attached = change })
}

func madeFaults() []Fault {
	return []Fault{
		fault("attach-schema-one", "the manifest that attach pushes has the schemaVersion 1",
			attaching(func(m *ocispec.Manifest) { m.SchemaVersion = 1 }), require.ClientPushManifestSchemaVersion),
		fault("attach-kind-other", "the manifest that attach pushes has the mediaType of the artifact manifest",
			attaching(func(m *ocispec.Manifest) { m.MediaType = "application/vnd.oci.artifact.manifest.v1+json" }), require.ClientPushManifestKind),
		fault("attach-layer-type-word", "the layer that attach pushes has a word as mediaType",
			attaching(func(m *ocispec.Manifest) { m.Layers[0].MediaType = "file" }), require.ClientPushManifestRequired),
		fault("attach-no-artifact-type", "the manifest that attach pushes has the empty config and no artifactType",
			attaching(func(m *ocispec.Manifest) { m.ArtifactType = "" }), require.ClientPushManifestArtifactType),
		fault("attach-config-of-image", "the manifest that attach pushes has a config of the type of image configs",
			attaching(func(m *ocispec.Manifest) { m.Config.MediaType = ocispec.MediaTypeImageConfig }), require.ClientPushManifestConfigType),
		fault("attach-data-other", "the config that attach pushes has the data of other content",
			attaching(func(m *ocispec.Manifest) { m.Config.Data = []byte("[]") }), require.ClientPushManifestData),
		fault("attach-annotation-number", "the manifest that attach pushes has an annotation that is a number",
			Only("attach", OnRequest(PutManifest.And(HasSubject), NumberedTitle)), require.ClientPushManifestAnnotations),
		fault("push-refusal-ignored", "a manifest that the registry refuses is taken for pushed",
			Only("push", OnAnswer(PutManifest, Trusting)), require.ClientPushManifestRefused),
		fault("copy-written-anew", "a copied manifest is written anew, with other white space",
			Only("copy", Chain(
				Break(func(r *client.Rules) { r.VerifyHeader = func(string, []byte) error { return nil } }),
				OnRequest(PutManifest.And(ByTag), BodyFrom(func(b []byte) []byte { return append([]byte("\n"), b...) })),
			)), require.ClientPushCopySame),
	}
}

func pushTypeFaults() []Fault {
	return []Fault{
		fault("push-content-type-missing", "a manifest is pushed without Content-Type",
			OnRequest(PutManifest, DelHeader("Content-Type")), require.ClientPushManifestContentType),
		fault("push-content-type-json", "a manifest is pushed as application/json",
			OnRequest(PutManifest, SetHeader("Content-Type", "application/json")), require.ClientPushManifestContentTypeEqual, require.ClientPushManifestContentType),
		fault("push-content-type-charset", "the Content-Type of a manifest has a parameter",
			OnRequest(PutManifest, HeaderFrom("Content-Type", func(v string) string { return v + "; charset=utf-8" })), require.ClientPushManifestContentTypeParameters),
		fault("push-content-type-charset-list", "the Content-Type of a list of referrers has a parameter",
			OnRequest(PutManifest.And(ByReferrersTag), HeaderFrom("Content-Type", func(v string) string { return v + "; charset=utf-8" })), require.ClientPushManifestContentTypeParameters),
		fault("push-content-type-docker", "a manifest is pushed with the type of Docker's manifests",
			OnRequest(PutManifest.And(OfType("image.manifest")), SetHeader("Content-Type", "application/vnd.docker.distribution.manifest.v2+json")), require.ClientPushManifestContentTypeEqual),
		fault("push-index-as-manifest", "an index is pushed with the type of a manifest",
			OnRequest(PutManifest.And(OfType("image.index")), SetHeader("Content-Type", ocispec.MediaTypeImageManifest)), require.ClientPushManifestContentTypeEqual),
		fault("attach-no-media-type", "the manifest that attach pushes has no mediaType",
			Break(func(r *client.Rules) { r.Attached = func(m *ocispec.Manifest) { m.MediaType = "" } }), require.ClientPushManifestMediaType),
		fault("list-no-media-type", "the list of referrers that is pushed has no mediaType",
			Break(func(r *client.Rules) {
				add := r.Add
				r.Add = func(l *client.List, d ocispec.Descriptor) bool { l.Without("mediaType"); return add(l, d) }
			}), require.ClientPushManifestMediaType),
	}
}

func limit(size int) func(*client.Rules) {
	return func(r *client.Rules) {
		r.TooLong = func(got int) error {
			if got > size {
				return ErrTooLong
			}
			return nil
		}
	}
}
