package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func refusedTypeFaults() []Fault {
	return []Fault{
		fault("not-acceptable-index", "the push of a manifest is answered 406 unless Accept names its type",
			Instead(PutManifest.And(Not(Accepted)), Refuse(406, "UNSUPPORTED")), require.PushNotAcceptable406),
		fault("not-acceptable-artifact", "the push of an artifact with an Accept header is answered 406",
			Instead(PutManifestThat(FieldThat(MadeUp, "artifactType")).And(WithHeader("Accept")), Refuse(406, "UNSUPPORTED")), require.PushNotAcceptable406),
		fault("docker-manifest-refused", "Docker's manifest is refused with an error that does not name its type",
			Instead(PutManifest.And(OfDockerType), Refuse(400, "MANIFEST_INVALID")), require.PushDockerOnly),
		fault("docker-list-404", "the push of Docker's manifest list is answered 404",
			Instead(PutManifest.And(OfDockerType, PutIndex), Refuse(404, "MANIFEST_UNKNOWN")), require.PushDockerOnly),
	}
}

func layerTypeFaults() []Fault {
	return []Fault{
		fault("type-layer-refused", "a layer with an unknown media type is refused",
			RefuseManifests(AnyLayer(MadeUp)), require.PushTypeUnknownLayer),
		fault("type-layer-no-tar", "a layer with an unknown media type that does not end in +json is refused",
			RefuseManifests(AnyLayer(MadeUpTar)), require.PushTypeUnknownLayer).in(require.V1_1),
		fault("layer-empty-refused", "the empty descriptor is refused as a layer",
			RefuseManifests(AllOf(AnyLayer(Being(EmptyType)), Lacks("subject"))), require.PushLayersEmptyLayer),
		fault("mixed-types-refused", "an OCI manifest with a layer of a Docker type is refused",
			RefuseManifests(AllOf(AnyLayer(IsDocker), FieldThat(No(IsDocker), "mediaType"))), require.PushMixedTypes),
	}
}

func configFaults() []Fault {
	return []Fault{
		fault("type-config-refused", "a config with an unknown media type is refused",
			RefuseManifests(FieldThat(MadeUp, "config", "mediaType")), require.PushTypeUnknownConfig),
		fault("type-config-refused-1.0", "a config with an unknown media type is refused",
			RefuseManifests(FieldThat(MadeUp, "config", "mediaType")), require.PushTypeUnknownConfig).in(require.V1_0),
		fault("config-empty-refused", "the empty descriptor is refused as a config",
			RefuseManifests(AllOf(FieldIs(EmptyDigest, "config", "digest"), FieldThat(MadeUp, "artifactType"), Lacks("subject"))), require.PushConfigEmptyDescriptor),
		fault("config-empty-type-refused", "a config with the media type of the empty descriptor is refused",
			RefuseManifests(FieldIs(EmptyType, "config", "mediaType")), require.PushConfigEmptyDescriptor),
		fault("config-inline-refused", "a config descriptor with the field data is refused",
			RefuseManifests(FieldThat(Given, "config", "data")), require.PushConfigEmptyDescriptor),
	}
}

func mediaTypeFaults() []Fault {
	return []Fault{
		fault("mediatype-absent-refused", "a manifest without a mediaType is refused",
			RefuseManifests(Lacks("mediaType")), require.PushMediatypeAbsent),
		fault("mediatype-absent-index-refused", "an index without a mediaType is refused",
			RefuseManifests(AllOf(IsIndex, Lacks("mediaType"))), require.PushMediatypeAbsent).in(require.V1_1),
		fault("mediatype-absent-added", "a mediaType is added to a manifest that was pushed without one",
			EditPulled(EditWhen(Lacks("mediaType"), SetField("mediaType", ImageType))), require.PushMediatypeAbsent),
		fault("mediatype-mismatch-accepted", "a manifest whose mediaType contradicts its Content-Type is accepted",
			Taking(PushedAs(ImageType).And(PutManifestThat(AllOf(IsImage, Holds("config"), FieldThat(OtherThan(ImageType), "mediaType"))))), require.PushMediatypeMismatch),
	}
}

func unknownTypeFaults() []Fault {
	return []Fault{
		fault("type-artifact-refused", "an unknown artifactType is refused",
			RefuseManifests(AllOf(IsImage, FieldThat(MadeUp, "artifactType"))), require.PushTypeUnknownArtifact),
		fault("type-artifact-refused-no-subject", "an unknown artifactType is refused when the manifest has no subject",
			RefuseManifests(AllOf(IsImage, FieldThat(MadeUp, "artifactType"), Lacks("subject"))), require.PushTypeUnknownArtifact),
		fault("type-artifact-dropped", "the artifactType of an image is missing when the image is pulled",
			EditPulled(EditWhen(AllOf(IsImage, Lacks("subject")), Drop("artifactType"))), require.PushTypeUnknownArtifact),
		fault("type-child-refused", "an index with an entry of an unknown media type is refused",
			RefuseManifests(AnyChild(MadeUp)), require.PushTypeUnknownChild),
		fault("type-child-dropped", "entries of an unknown media type are removed from indexes",
			EditPulled(DropEntries("manifests", "mediaType", MadeUp)), require.PushTypeUnknownChild),
		fault("type-field-refused", "a manifest with an unknown field is refused",
			RefuseManifests(Holds("org.example.assay")), require.PushTypeUnknownField),
		fault("type-field-refused-1.0", "a manifest with an unknown field is refused",
			RefuseManifests(Holds("org.example.assay")), require.PushTypeUnknownField).in(require.V1_0),
		fault("type-field-dropped", "unknown fields are removed from manifests",
			EditPulled(DropLike("org.example.assay")), require.PushTypeUnknownField, require.PushManifestBytes),
		fault("type-parameter-layer-refused", "a layer's media type with a parameter is refused",
			RefuseManifests(AnyLayer(HasTypeParameter)), require.PushTypeParameter),
		fault("type-parameter-artifact-refused", "an artifactType with a parameter is refused",
			RefuseManifests(FieldThat(HasTypeParameter, "artifactType")), require.PushTypeParameter),
		fault("index-artifact-refused", "an index with an artifactType is refused",
			RefuseManifests(AllOf(IsIndex, FieldThat(Given, "artifactType"))), require.PushIndexArtifact),
	}
}
