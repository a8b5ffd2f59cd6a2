package faults

import (
	"regexp"
	"slices"
	"strings"

	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

// like matches the texts that contain the pattern.
func like(pattern string) func(string) bool { return regexp.MustCompile(pattern).MatchString }

func typeFormFaults() []Fault {
	artifact := func(refused string) func(Object) bool { return FieldThat(like(refused), "artifactType") }
	config := func(refused string) func(Object) bool { return FieldThat(like(refused), "config", "mediaType") }
	return []Fault{
		fault("type-artifact-vendors", "an artifactType that is not in the vendor tree is refused",
			RefuseManifests(AllOf(IsImage, artifact(`^[^/]+/($|[^v]|v[^n])`))), require.PushTypeUnknownArtifact),
		fault("type-artifact-long", "an artifactType of more than 100 characters is refused",
			RefuseManifests(artifact(`^.{101,}$`)), require.PushTypeUnknownArtifact).in(require.V1_1),
		fault("type-artifact-upper", "an artifactType in upper case is refused",
			RefuseManifests(artifact(`[A-Z]`)), require.PushTypeUnknownArtifact),
		fault("type-config-bytes", "a config of type application/octet-stream is refused",
			RefuseManifests(config(`octet-stream`)), require.PushTypeUnknownConfig),
		fault("type-config-characters", "a config whose media type has unusual characters is refused",
			RefuseManifests(config(`[!#$&^_]`)), require.PushTypeUnknownConfig).in(require.V1_0),
		fault("type-layer-zstd", "a layer that is compressed with zstd is refused",
			RefuseManifests(AnyLayer(EndingIn("+zstd"))), require.PushTypeUnknownLayer),
		fault("type-layer-text", "a layer whose media type is text is refused",
			RefuseManifests(AnyLayer(like(`^text/`))), require.PushTypeUnknownLayer).in(require.V1_1),
		fault("type-layer-nondistributable", "a layer with a nondistributable media type is refused",
			RefuseManifests(AnyLayer(func(t string) bool { return strings.Contains(t, ".nondistributable.") })), require.PushTypeUnknownLayer),
	}
}

func manifestFormFaults() []Fault {
	none := func(list string) func(Object) bool {
		return func(d Object) bool { return Holds(list)(d) && len(Entries(d, list)) == 0 }
	}
	repeated := func(d Object) bool {
		seen := map[string]bool{}
		return slices.ContainsFunc(Entries(d, "layers"), func(layer Object) bool {
			found := seen[Field(layer, "digest")+Field(layer, "mediaType")]
			seen[Field(layer, "digest")+Field(layer, "mediaType")] = true
			return found
		})
	}
	return []Fault{
		fault("index-nested-refused", "an index that lists an index is refused",
			RefuseManifests(AnyChild(Being(IndexType))), require.PushIndexNested),
		fault("index-empty-refused", "an index without manifests is refused",
			RefuseManifests(none("manifests")), require.PushIndexEmpty),
		fault("layers-none-refused", "an image without layers is refused",
			RefuseManifests(AllOf(IsImage, none("layers"))), require.PushLayersNone),
		fault("layers-repeated-refused", "an image that lists the same layer twice is refused",
			RefuseManifests(repeated), require.PushManifestForms),
		fault("annotations-none-refused", "an image without annotations is refused",
			RefuseManifests(AllOf(IsImage, FieldThat(Being(ImageType), "mediaType"), Lacks("annotations"))), require.PushManifestForms).in(require.V1_1),
		fault("layer-empty-both-refused", "an image with the empty descriptor as config and as layer is refused",
			RefuseManifests(AllOf(FieldIs(EmptyType, "config", "mediaType"), AnyLayer(Being(EmptyType)))), require.PushLayersEmptyLayer),
	}
}
