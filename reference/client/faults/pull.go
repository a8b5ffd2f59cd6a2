package faults

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	require "assay/conformance/requirements"
	"assay/reference/client"
	. "assay/reference/client/faults/behaviour"
)

func pullFaults() []Fault {
	return slices.Concat(nameFaults(), manifestFaults(), manifestDigestFaults(), contentFaults(), kindFaults(), blobFaults())
}

func nameFaults() []Fault {
	return []Fault{
		fault("reference-short", "a digest is sent with its first 12 digits only",
			OnRequest(GetManifest.And(ByDigest), Reference(func(r string) string { return r[:strings.Index(r, ":")+13] })), require.ClientPullManifestReference),
		fault("reference-short-child", "the manifests of an index are asked for by the first digits of their digest",
			Later(2, GetManifest, OnRequest(GetManifest.And(ByDigest), Reference(func(r string) string { return r[:strings.Index(r, ":")+13] }))), require.ClientPullManifestReference),
		fault("reference-tag-and-digest", "after each pull by a tag, the manifest is asked for by a tag and a digest at once",
			After(GetManifest.And(ByTag), Reference(func(r string) string { return r + "@sha256:" + strings.Repeat("0", 64) })), require.ClientPullManifestReference, require.ClientPullTagGrammar),
		fault("reference-upper-case", "digests are sent in upper case",
			OnRequest(GetManifest.And(ByDigest), Reference(strings.ToUpper)), require.ClientPullManifestReference),
		fault("name-upper-case", "the name of the repository is sent in upper case",
			OnRequest(GetManifest, Repository(strings.ToUpper)), require.ClientPullNameGrammar),
		fault("name-upper-case-blob", "blobs are asked for with the name of the repository in upper case",
			OnRequest(GetBlob, Repository(strings.ToUpper)), require.ClientPullNameGrammar),
		fault("name-empty-component", "the name of the repository has an empty component",
			OnRequest(BlobOrManifest, Repository(func(name string) string { return name + "/" })), require.ClientPullNameGrammar),
		fault("name-tag-list-colon", "the list of tags is asked for with a tag in the name",
			OnRequest(ListTags, Repository(func(name string) string { return name + ":latest" })), require.ClientPullNameGrammar),
		fault("tag-too-long", "each manifest gets a second tag of 140 characters",
			After(PutManifest.And(ByTag), Reference(func(string) string { return strings.Repeat("build", 28) })), require.ClientPullTagLength),
		fault("tag-one-too-long", "each manifest gets a second tag of 129 characters",
			After(PutManifest.And(ByTag), Reference(func(string) string { return strings.Repeat("x", 129) })), require.ClientPullTagLength),
		fault("tag-plus", "each manifest gets a second tag with a plus sign",
			After(PutManifest.And(ByTag), Reference(func(r string) string { return r + "+build" })), require.ClientPullTagGrammar),
		fault("tag-begins-with-dot", "before a manifest is pulled by a tag, a tag is asked for that begins with a dot",
			Before(GetManifest.And(ByTag), Reference(func(r string) string { return ".cache-" + r })), require.ClientPullTagGrammar),
	}
}

func manifestFaults() []Fault {
	return []Fault{
		fault("pull-by-tag-fails", "an image cannot be pulled by its tag",
			Only("pull", Handle(GetManifest.And(ByTag), Fails)), require.ClientPullImage),
		fault("pull-tag-lower-case", "a tag is asked for in small letters",
			OnRequest(GetManifest.And(ByTag), Reference(strings.ToLower)), require.ClientPullImage),
		fault("docker-header-required", "a manifest without Docker-Content-Digest is refused",
			FailsOn(GetManifest, Without("Docker-Content-Digest")), require.ClientPullHeadersOptional),
		fault("docker-header-required-blob", "a blob without Docker-Content-Digest is refused",
			FailsOn(GetBlob, Without("Docker-Content-Digest")), require.ClientPullHeadersOptional),
		fault("docker-version-required", "a registry without Docker-Distribution-Api-Version is refused",
			Chain(With(func(h *client.Habits) { h.Ping = true }), FailsOn(Ping, Without("Docker-Distribution-Api-Version"))), require.ClientPullHeadersOptional),
		fault("accept-missing", "manifests are asked for without Accept",
			OnRequest(GetManifest, DelHeader("Accept")), require.ClientPullManifestAccept),
		fault("accept-missing-child", "manifests are asked for without Accept if they are asked for by digest",
			OnRequest(GetManifest.And(ByDigest), DelHeader("Accept")), require.ClientPullManifestAccept),
		fault("accept-missing-tag", "manifests are asked for without Accept if they are asked for by tag",
			OnRequest(GetManifest.And(ByTag), DelHeader("Accept")), require.ClientPullManifestAccept),
		fault("accept-missing-attach", "the manifest to attach to is asked for without Accept",
			Only("attach", OnRequest(GetManifest.And(Not(ByReferrersTag)), DelHeader("Accept"))), require.ClientPullManifestAccept),
		fault("accept-missing-referrers-tag", "the referrers tag is pulled without Accept",
			OnRequest(GetManifest.And(ByReferrersTag), DelHeader("Accept")), require.ClientPullManifestAccept),
		fault("content-type-parameters-refused", "a manifest with parameters in its Content-Type is refused",
			FailsOn(GetManifest, Parameterized), require.ClientPullManifestContentTypeParameters),
		fault("content-type-parameters-refused-child", "a manifest with parameters in its Content-Type is refused if it is pulled by its digest",
			FailsOn(GetManifest.And(ByDigest), Parameterized), require.ClientPullManifestContentTypeParameters),
		fault("media-type-ignored", "the mediaType of a manifest is not compared with the Content-Type",
			Break(func(r *client.Rules) { r.MatchTypes = func(client.Pulled) error { return nil } }), require.ClientPullManifestMediaType),
		fault("media-type-ignored-tag", "the mediaType of a manifest is not compared if it is pulled by a tag",
			Break(func(r *client.Rules) {
				match := r.MatchTypes
				r.MatchTypes = func(p client.Pulled) error {
					if strings.Contains(p.Asked, ":") {
						return match(p)
					}
					return nil
				}
			}), require.ClientPullManifestMediaType),
		fault("media-type-any-json", "the mediaType of a manifest is compared only with a Content-Type that is not of a manifest",
			Break(func(r *client.Rules) {
				match := r.MatchTypes
				r.MatchTypes = func(p client.Pulled) error {
					if strings.Contains(p.Exchange.MediaType(), "json") {
						return nil
					}
					return match(p)
				}
			}), require.ClientPullManifestMediaType),
	}
}

func contentFaults() []Fault {
	return []Fault{
		fault("size-unchecked", "a blob with the right digest is accepted, whatever size its descriptor has",
			anyBlob(func(b client.Received) bool { return b.Want.Digest.Algorithm().FromBytes(b.Content) == b.Want.Digest }), require.ClientPullDescriptorSize),
		fault("size-unchecked-child", "a manifest of an index is accepted, whatever size its descriptor has",
			Break(func(r *client.Rules) { r.MatchSize = func(_, _ int64) error { return nil } }), require.ClientPullDescriptorSize),
		fault("data-used", "the data of a config's descriptor is taken without a comparison",
			Chain(UsesData, anyBlob(func(b client.Received) bool {
				return b.Exchange.ContentLength < 0 && int64(len(b.Content)) == b.Want.Size
			})), require.ClientPullDescriptorData),
		fault("config-fields-refused", "a config with a field that the client does not know is refused",
			refusesConfigs("org.example.unknown"), require.ClientPullConfigUnknownFields),
		fault("blob-missing-ignored", "the error of a blob that is not there is taken for the blob",
			Chain(OnAnswer(GetBlob, On(404, Status(200))), anyBlob(func(b client.Received) bool { return strings.Contains(string(b.Content), "BLOB_UNKNOWN") })), require.ClientPullMissing),
		fault("accept-json-only", "manifests are asked for as application/json",
			OnRequest(GetManifest, SetHeader("Accept", "application/json")), require.ClientPullManifestAccept),
	}
}

func kindFaults() []Fault {
	return []Fault{
		fault("media-type-required", "a manifest without mediaType is refused",
			FailsOn(GetManifest, WithoutMediaType), require.ClientPullManifestNoMediaType),
		fault("manifest-limit-1m", "a manifest of more than 1 MiB is not pulled",
			FailsOn(GetManifest, LongerThan(1<<20)), require.ClientPullManifestLarge),
		fault("manifest-limit-3m", "a manifest of more than 3 MiB is not pulled",
			FailsOn(GetManifest, LongerThan(3<<20)), require.ClientPullManifestLarge),
		fault("unknown-fields-refused", "a manifest with a field that the client does not know is refused",
			FailsOn(GetManifest, UnknownFields), require.ClientPullManifestUnknownFields),
		fault("unknown-fields-dropped", "a copy of a manifest lacks the fields that the client does not know",
			OnRequest(PutManifest, BodyFrom(KnownFields)), require.ClientPullManifestUnknownFields),
		fault("unknown-types-refused", "a manifest with a layer of an unknown type is refused",
			FailsOn(GetManifest, UnknownTypes), require.ClientPullManifestUnknownTypes),
		fault("unknown-types-refused-later", "a manifest with a layer of an unknown type behind another layer is refused",
			FailsOn(GetManifest, UnknownTypeBehind), require.ClientPullManifestUnknownTypes),
		fault("unknown-types-skipped", "layers of an unknown type are not copied",
			Only("copy", SkipsUnknownLayers), require.ClientPullManifestUnknownTypes, require.ClientPushManifestBlobs, require.ClientPushManifestAfterBlobs),
		fault("config-parsed", "an artifact whose config is no JSON is refused",
			Break(func(r *client.Rules) {
				verify := r.VerifyBlob
				r.VerifyBlob = func(b client.Received) error {
					if b.Config && !json.Valid(b.Content) {
						return errors.New("the config is no JSON")
					}
					return verify(b)
				}
			}), require.ClientPullManifestUnknownTypes),
		fault("index-unknown-types-refused", "an index with a manifest of an unknown type is refused",
			FailsOn(GetManifest.And(Not(ByReferrersTag)), UnknownEntry), require.ClientPullIndexUnknownTypes),
		fault("empty-config-refused", "an image whose config is the empty blob is refused",
			FailsOn(GetManifest, EmptyConfig), require.ClientPullManifestEmptyConfig),
		fault("empty-config-not-pushed", "the empty config is not pushed, because every registry has it",
			Skip(Or(HeadBlob, GetBlob).And(By("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")), 200),
			require.ClientPullManifestEmptyConfig, require.ClientPushManifestBlobs),
		fault("index-refused", "an index is refused",
			FailsOn(GetManifest.And(Not(ByReferrersTag)), AnIndex), require.ClientPullImage, require.ClientPullIndexNested),
		fault("index-nested-refused", "an index in an index is refused",
			FailsOn(GetManifest.And(Not(ByReferrersTag)), IndexOfIndexes), require.ClientPullIndexNested),
		fault("index-nested-children-lost", "the manifests of an index in an index are taken for missing",
			LosesGrandchildren, require.ClientPullIndexNested),
		fault("sha512-refused", "a digest of SHA-512 is refused",
			Handle(BlobOrManifest.And(BySHA512), Fails), require.ClientPullDigestSha512),
		fault("sha512-manifest-refused", "a manifest is not pulled by a digest of SHA-512",
			Handle(GetManifest.And(BySHA512), Fails), require.ClientPullDigestSha512),
	}
}
